/**
 * Erasure: what it takes to end a person with 10,000 orders, against one with a single order. All of the transaction is
 * measured: what is open is asked, keys go, it is looked again, and the ledger is told. Rows that follow are counted
 * by themselves.
 */

import { inChunks } from '../src/base/chunks.ts'
import { systemClock } from '../src/base/clock.ts'
import { sql } from '../src/base/database.ts'
import type { Id } from '../src/base/ids.ts'
import { endRequested, erase } from '../src/privacy/erasure.ts'
import { gather } from '../src/privacy/mailbox.ts'
import { newestOrder } from '../test/support/outside.ts'
import { buy } from '../test/support/purchase.ts'
import { type TestStore, testStore } from '../test/support/store.ts'
import { copyOrder } from './_history.ts'
import type { Finding } from './_report.ts'
import { median } from './_rounds.ts'

const MANY = 10_000
const ROUNDS = 5
const AT_ONCE = 1000
const MOST_TIMES = 3
const MOST_MS = 50

export async function measureErasure(): Promise<readonly Finding[]> {
  const ends: (() => Promise<void>)[] = []
  try {
    const store = await testStore({ after: (end) => ends.push(end) }, { embedded: true })
    await buy(store)
    const order = await newestOrder(store)
    await store.database.run(sql`update orders set state = 'delivered' where id = ${order}`)
    const from = systemClock().subtract({ hours: 3 })
    // What is done for the first time takes longer: of one round more the times are not taken.
    const count = (ROUNDS + 1) * (1 + MANY)
    const orders = await copyOrder(store.database, order, { count, from })
    const [one, many, rows]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round <= ROUNDS; round += 1) {
      const own = orders.slice(round * (1 + MANY), (round + 1) * (1 + MANY))
      const [few, all] = [
        await personOf(store, own.slice(0, 1), `one-${round}`),
        await personOf(store, own.slice(1), `many-${round}`),
      ]
      const times = [await erasing(store, few), await erasing(store, all)] as const
      const following = await timed(() => endRequested(store.erasing))
      if (round === 0) continue
      one.push(times[0])
      many.push(times[1])
      rows.push(following)
    }
    return found(median(one), median(many), median(rows))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** Makes copied orders those of one address, each with a key of its own, as the closing of each leaves them. */
async function personOf(
  { database, erasing }: TestStore,
  orders: readonly Id[],
  name: string,
): Promise<readonly Id[]> {
  const { keys } = erasing.vault
  const mailbox = keys.cover(keys.lookUp('email', `${name}@example.com`))
  for (const some of inChunks(orders, AT_ONCE)) {
    const wrapped = some.map((id) => keys.newDataKey('order', id).wrapped.wrapped)
    await database.run(sql`
      update data_key set generation = ${keys.present()},
        wrapped = (${wrapped}::bytea[])[array_position(${some}::uuid[], id)]
      where id = any(${some}::uuid[])`)
    await database.run(sql`
      update blind_index set generation = ${mailbox.generation}, covered = ${mailbox.covered}
      where subject = any(${some}::uuid[]) and field = 'email'`)
  }
  await gather(erasing, orders[0] ?? '')
  return orders
}

function erasing({ erasing }: TestStore, orders: readonly Id[]): Promise<number> {
  return timed(() => erase(erasing, orders))
}

/** The milliseconds that it takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function found(one: number, many: number, rows: number): readonly Finding[] {
  return [
    {
      claim: `Erasure of a person with ${MANY.toLocaleString('en')} orders, against one with one`,
      measured: many / one,
      goal: { most: MOST_TIMES },
      notes: [`one order ${one.toFixed(1)} ms; medians of ${ROUNDS}, in turn`],
    },
    {
      claim: `Erasure of a person with ${MANY.toLocaleString('en')} orders`,
      measured: many,
      unit: ' ms',
      goal: { most: MOST_MS },
      notes: [],
    },
    {
      claim: 'The rows of its orders that follow, in steps',
      measured: rows,
      unit: ' ms',
      notes: [],
    },
  ]
}
