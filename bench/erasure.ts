/**
 * Erasure: what it takes to end a person with 10,000 orders, against one with a single order. All of the transaction is
 * measured: what is open is asked, keys and values go, it is looked again, and the ledger is told.
 */

import { systemClock } from '../src/base/clock.ts'
import { sql } from '../src/base/database.ts'
import type { Id } from '../src/base/ids.ts'
import { erase } from '../src/privacy/erasure.ts'
import { newestOrder } from '../test/support/outside.ts'
import { buy } from '../test/support/purchase.ts'
import { type TestStore, testStore } from '../test/support/store.ts'
import { copyOrder } from './_history.ts'
import type { Finding } from './_report.ts'
import { median } from './_rounds.ts'

const MANY = 10_000
const ROUNDS = 5
const MOST_TIMES = 3
const MOST_MS = 50

export async function measureErasure(): Promise<readonly Finding[]> {
  const ends: (() => Promise<void>)[] = []
  try {
    const store = await testStore({ after: (end) => ends.push(end) }, { embedded: true })
    await buy(store)
    const order = await newestOrder(store)
    await store.database.run(sql`update orders set state = 'delivered' where id = ${order}`)
    const count = ROUNDS * (1 + MANY)
    const from = systemClock().subtract({ hours: 3 })
    const orders = await copyOrder(store.database, order, { count: count + 1, from })
    // What is done for the first time takes longer.
    await erasing(store, orders.slice(count))
    const [one, many]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = orders.slice(round * (1 + MANY), (round + 1) * (1 + MANY))
      one.push(await erasing(store, own.slice(0, 1)))
      many.push(await erasing(store, own.slice(1)))
    }
    return found(median(one), median(many))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** The milliseconds that it takes. */
async function erasing({ erasing }: TestStore, orders: readonly Id[]): Promise<number> {
  const began = performance.now()
  await erase(erasing, orders)
  return performance.now() - began
}

function found(one: number, many: number): readonly Finding[] {
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
  ]
}
