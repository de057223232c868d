/**
 * What checkouts lose while the store does something for erasure beside them: one erasure a second, and the daily turn
 * of the keys with a million living ones. Store, database, sandbox and load as in `checkout`; the store itself does
 * both, as it does by its clock.
 */

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../src/base/clock.ts'
import { type Database, sql } from '../src/base/database.ts'
import { type Id, newId } from '../src/base/ids.ts'
import { fileRootKey, openKeys } from '../src/privacy/keys.ts'
import type { Finding } from './_report.ts'
import { AT_ONCE, drain, shop } from './_shopping.ts'
import {
  databaseOf,
  importArticles,
  newFolder,
  type RunningStore,
  shows,
  startStore,
} from './_store.ts'

const LEAST = 0.9
const ARTICLES = 48
const WARM_UP_SECONDS = 3
const SECONDS = 8
const ROUNDS = 2
const KEYS = 1_000_000
const KEYS_AT_ONCE = 5000

export async function measureTurning(): Promise<readonly Finding[]> {
  const folder = await newFolder()
  const store = await startStore(folder.path)
  const database = await databaseOf(store)
  try {
    const slugs = await importArticles(database, folder.path, ARTICLES)
    await shows(store, `/products/${slugs.at(-1)}`)
    const rate = async () => {
      const task = { slugs, warmUpSeconds: WARM_UP_SECONDS, seconds: SECONDS }
      const { paid, seconds, failures } = await shop(store, task)
      if (failures.length > 0) throw new Error(failures.join('; '))
      await drain(database)
      return paid / seconds
    }
    await rate()
    const erasures = await besideErasures(database, rate)
    return [erasures, ...(await besideTurn(store, database, rate))]
  } finally {
    await database.close()
    await store.stop()
    await folder.remove()
  }
}

type Rate = () => Promise<number>

async function besideErasures(database: Database, rate: Rate): Promise<Finding> {
  const [beside, alone]: [number[], number[]] = [[], []]
  let erased = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    alone.push(await rate())
    const stopping = new AbortController()
    const erasing = eraseEachSecond(database, stopping.signal)
    beside.push(await rate())
    stopping.abort()
    erased += await erasing
  }
  return {
    claim: 'Checkouts a second beside one erasure a second, against alone',
    measured: mean(beside) / mean(alone),
    goal: { least: LEAST },
    notes: [
      `${mean(beside).toFixed(0)} and ${mean(alone).toFixed(0)} a second, ${AT_ONCE} at a time, ` +
        `${ROUNDS} rounds in turn, each ${SECONDS} s; ${erased} orders erased`,
    ],
  }
}

/** Each second an erasure that had waited is due, and the store's work by the clock carries it out. */
async function eraseEachSecond(database: Database, signal: AbortSignal): Promise<number> {
  const orders = await database.many<{ id: Id }>(sql`
    update orders set state = 'delivered'
    where id in (select id from orders where state = 'paid' order by id limit 60) returning id`)
  for (const { id } of orders) {
    if (signal.aborted) break
    await database.run(sql`
      with due as (
        insert into erasure_plan (subject, entry, due_at, asked_at)
        values (${id}, ${newId(systemClock())}, now(), now() - interval '72 hours')
      )
      select graphile_worker.add_job('end what was asked for', '{}', max_attempts => 1)`)
    await pause(1000)
  }
  const { erased } = await database.one<{ erased: number }>(sql`
    select count(*) as erased from unnest(${orders.map(({ id }) => id)}::uuid[]) as asked (id)
    where not exists (select from data_key where data_key.id = asked.id)`)
  return erased
}

async function besideTurn(
  store: RunningStore,
  database: Database,
  rate: Rate,
): Promise<readonly Finding[]> {
  const month = await makeKeys(store, database)
  const alone = [await rate(), await rate()]
  await beginTurn(database)
  const resting = await wrapping(database, () => pause(SECONDS * 1000))
  const beside: number[] = []
  const busy = await wrapping(database, async () => {
    while (beside.length <= ROUNDS) beside.push(await rate())
  })
  // What is left to be wrapped goes, and the turn ends: the other half of what is compared with.
  await database.script(`truncate data_key_${month.replace('-', '_')}`)
  alone.push(await rate(), await rate())
  return [
    {
      claim: 'Checkouts a second while the keys turn, against alone',
      measured: mean(beside) / mean(alone),
      goal: { least: LEAST },
      notes: [
        `${mean(beside).toFixed(0)} and ${mean(alone).toFixed(0)} a second; ` +
          `${beside.length} times during it, and twice before and after`,
      ],
    },
    {
      claim: `Turning ${KEYS.toLocaleString('en')} living keys in the background`,
      measured: KEYS / resting / 60,
      unit: ' minutes',
      notes: [
        `reckoned from ${resting.toFixed(0)} keys a second in ${SECONDS} s while nothing else is done, ` +
          `and ${busy.toFixed(0)} beside checkouts`,
      ],
    },
  ]
}

/** Living keys of a month that is over, made as the store makes them. Returns the month. */
async function makeKeys({ folder }: RunningStore, database: Database): Promise<string> {
  const keysFolder = join(folder, 'keys')
  const root = await fileRootKey(join(keysFolder, 'root.key'))
  const keys = await openKeys(database, root, keysFolder, systemClock)
  const today = systemClock().toZonedDateTimeISO('UTC')
  const from = today.subtract({ months: 2 }).with({ day: 2 })
  await database.run(sql`call make_partitions(${from.toPlainDate().toString()}::date, 1)`)
  for (let made = 0; made < KEYS; made += KEYS_AT_ONCE) {
    const at = from.add({ seconds: made / KEYS_AT_ONCE }).toInstant()
    const wrapped = Array.from({ length: KEYS_AT_ONCE }, () => {
      return keys.newDataKey('order', newId(at)).wrapped
    })
    await database.run(sql`
      insert into data_key (id, kind, generation, wrapped)
      select id, 'order', ${keys.present()}, wrapped
      from unnest(${wrapped.map(({ id }) => id)}::uuid[], ${wrapped.map((one) => one.wrapped)}::bytea[])
        as made (id, wrapped)`)
  }
  await database.script('analyze data_key')
  return from.toString().slice(0, 7)
}

/** A day has passed, and the store looks each minute. */
async function beginTurn(database: Database): Promise<void> {
  await database.run(sql`update generation set created_at = created_at - interval '1 day'`)
  while ((await counts(database)).generations === 1) await pause(200)
}

/** Keys a second that are wrapped anew meanwhile. */
async function wrapping(database: Database, meanwhile: () => Promise<unknown>): Promise<number> {
  const before = await counts(database)
  const began = performance.now()
  await meanwhile()
  const after = await counts(database)
  return ((before.left - after.left) * 1000) / (performance.now() - began)
}

function counts(database: Database): Promise<{ generations: number; left: number }> {
  return database.one(sql`
    select (select count(*) from generation) as generations,
      (select count(*) from data_key where generation = 1) as left`)
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}
