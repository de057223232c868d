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
const FIELDS = ['email', 'phone', 'lastName', 'postalCode']

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

/** What a turn renews, in this order. */
const RENEWED = [
  { table: 'data_key', noun: 'keys', count: KEYS },
  { table: 'blind_index', noun: 'look-up values', count: KEYS * FIELDS.length },
] as const

type Renewed = (typeof RENEWED)[number] & {
  /** A second, while nothing else is done and beside checkouts. */
  readonly resting: number
  readonly busy: number
  /** Checkouts a second beside it. */
  readonly beside: readonly number[]
}

async function besideTurn(
  store: RunningStore,
  database: Database,
  rate: Rate,
): Promise<readonly Finding[]> {
  const part = (await makeKeys(store, database)).replace('-', '_')
  const alone = [await rate(), await rate()]
  await beginTurn(database)
  const renewed: Renewed[] = []
  for (const what of RENEWED) {
    while (what.table !== 'data_key' && (await leftIn(database, 'data_key')) > 0) await pause(200)
    const resting = await renewing(database, what.table, () => pause(SECONDS * 1000))
    const beside: number[] = []
    const busy = await renewing(database, what.table, async () => {
      while (beside.length <= ROUNDS) beside.push(await rate())
    })
    renewed.push({ ...what, resting, busy, beside })
    // What is left of it goes, and the turn goes on with what is next, or ends: the other half of the comparison.
    await database.script(`truncate ${what.table}_${part}`)
  }
  alone.push(await rate(), await rate())
  return renewed.flatMap((one) => findingsOf(one, alone))
}

function findingsOf(
  { noun, count, resting, busy, beside }: Renewed,
  alone: readonly number[],
): readonly Finding[] {
  return [
    {
      claim: `Checkouts a second while ${noun} turn, against alone`,
      measured: mean(beside) / mean(alone),
      goal: { least: LEAST },
      notes: [
        `${mean(beside).toFixed(0)} and ${mean(alone).toFixed(0)} a second; ` +
          `${beside.length} times during it, and twice before and after`,
      ],
    },
    {
      claim: `Turning ${count.toLocaleString('en')} living ${noun} in the background`,
      measured: count / resting / 60,
      unit: ' minutes',
      notes: [
        `reckoned from ${resting.toFixed(0)} ${noun} a second in ${SECONDS} s while nothing else is done, ` +
          `and ${busy.toFixed(0)} beside checkouts`,
      ],
    },
  ]
}

/** Living keys of a month that is over, made as the store makes them, each with look-up values. Returns the month. */
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
  const month = from.toString().slice(0, 7)
  await database.run(sql`
    insert into blind_index (subject, field, generation, covered)
    select id, field, generation, uuid_send(gen_random_uuid())
    from data_key, unnest(${FIELDS}::text[]) as field
    where id between month_boundary(${`${month}-01`}::date)
      and month_boundary((${`${month}-01`}::date + interval '1 month')::date)`)
  await database.script('analyze data_key, blind_index')
  return month
}

/** A day has passed, and the store looks each minute. */
async function beginTurn(database: Database): Promise<void> {
  await database.run(sql`update generation set created_at = created_at - interval '1 day'`)
  const generations = sql`select count(*) as n from generation`
  while ((await database.one<{ n: number }>(generations)).n === 1) await pause(200)
}

type RenewedTable = (typeof RENEWED)[number]['table']

/** Rows a second that are renewed meanwhile. */
async function renewing(
  database: Database,
  table: RenewedTable,
  meanwhile: () => Promise<unknown>,
): Promise<number> {
  const before = await leftIn(database, table)
  const began = performance.now()
  await meanwhile()
  const seconds = (performance.now() - began) / 1000
  return (before - (await leftIn(database, table))) / seconds
}

async function leftIn(database: Database, table: RenewedTable): Promise<number> {
  const { keys, lookUps } = await database.one<{ keys: number | null; lookUps: number | null }>(sql`
    select
      case when ${table} = 'data_key'
        then (select count(*) from data_key where generation = 1) end as keys,
      case when ${table} = 'blind_index'
        then (select count(*) from blind_index where generation = 1) end as "lookUps"`)
  return keys ?? lookUps ?? 0
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}
