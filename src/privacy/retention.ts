/**
 * The retention engine: ends what the policy's rule for the books ends, a month of orders at a time (C3.2).
 *
 * A month ends when five years have passed since its first day: then the oldest of it is as old as the policy allows.
 * Keys go first, in a transaction of their own: after it no copy of these rows opens. Then the rows go, by partition.
 * Each step can be repeated; a run that was killed is finished by the next.
 *
 * The engine knows no table of the shop: it takes those whose comment names a rule about orders. A test holds these
 * comments against the map of holdings, so what is shown is what ends.
 *
 * Invariant: nothing ends while the clock cannot be believed (`_retention-clock.ts`).
 * Invariant: an order that is restricted, or under a legal hold, keeps its rows and each key that its values need.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { type Id, lowestId, newId } from '../base/ids.ts'
import { beginRun, type Hold } from './_retention-clock.ts'
import { append } from './ledger.ts'
import { retention } from './policy.ts'

export { type Hold, holdOf, resume } from './_retention-clock.ts'

export type Retaining = {
  readonly database: Database
  readonly clock: Clock
  /** Told of a hold, at each run. */
  readonly alarm: (hold: Hold) => void
}

/** A month of orders, `YYYY-MM`, and the day on which it ends. */
export type MonthEnd = { readonly month: string; readonly endsOn: string }

export type Run = { readonly hold?: Hold; readonly ended: readonly string[] }

const KEYS = ['data_key']

/** Every month that is held, with its end; oldest first. */
export async function forecast(on: Queries): Promise<readonly MonthEnd[]> {
  const months = await on.many<{ month: string }>(
    sql`select months_held(${await tablesOf(on)}::text[]) as month`,
  )
  return months.map(({ month }) => ({ month, endsOn: endOf(month) }))
}

/** The months that end now. */
export async function dueMonths(on: Queries, clock: Clock): Promise<readonly string[]> {
  const today = clock().toString().slice(0, 10)
  const all = await forecast(on)
  return all.filter(({ endsOn }) => endsOn <= today).map(({ month }) => month)
}

/** Ends the months that are over. On hold it ends nothing, and says so. */
export async function runRetention(retaining: Retaining): Promise<Run> {
  const { database, clock, alarm } = retaining
  const due = await dueMonths(database, clock)
  const hold = await beginRun(database, clock, due.length > 0)
  if (hold !== undefined) {
    alarm(hold)
    return { hold, ended: [] }
  }
  const rows = (await tablesOf(database)).filter((table) => !KEYS.includes(table))
  for (const month of due) {
    await endMonth(retaining, month, KEYS, 'keys')
    await endMonth(retaining, month, rows, 'rows')
  }
  return { ended: due }
}

/** The first day on which something of the month is as old as its rule allows. */
function endOf(month: string): string {
  const { atMost } = retention['accounting-record']
  return Temporal.PlainDate.from(`${month}-01`)
    .add(atMost ?? 'P5Y')
    .toString()
}

async function endMonth(
  { database, clock }: Retaining,
  month: string,
  tables: readonly string[],
  what: 'keys' | 'rows',
): Promise<void> {
  await database.transaction(async (tx) => {
    // Nobody is to set a hold between the look at those that are set and the end of the month.
    await tx.run(sql`select pg_advisory_xact_lock(hashtext('end month'))`)
    await tx.run(sql`lock table restriction, legal_hold in share mode`)
    const kept = await keptOf(tx, month)
    const first = `${month}-01`
    if (what === 'rows') await unlink(tx, month, kept)
    const { count } = await tx.one<{ count: number }>(sql`
      select end_month(${tables}::text[], ${first}::date, ${kept}::uuid[]) as count`)
    if (what === 'keys') {
      await tx.run(sql`
        delete from accounting_period where month = ${month}
          and not exists (select from data_key where id = key_id)`)
    }
    if (count === 0) return
    const at = clock()
    const because = `the time of ${month} is over`
    const ended = [`accounting-record ${count} ${what}`]
    const entry = { kind: 'retention ended', reference: newId(at), clause: 'C3.2' } as const
    await append(tx, { ...entry, because, ended }, at)
  })
}

/** What is held back, with the keys that it needs; and keys that belong to no order and no month. */
async function keptOf(on: Queries, month: string): Promise<readonly Id[]> {
  const { low, high } = spanOf(month)
  const rows = await on.many<{ id: Id }>(sql`
    with held as (select subject from restriction union select subject from legal_hold)
    select subject as id from held
    union select key_id from sealed_record where subject in (select subject from held)
    union select id from data_key
      where id >= ${low} and id < ${high} and kind not in ('order', 'period')`)
  return rows.map(({ id }) => id)
}

/** A disclosure whose order has ended belongs to itself (decision 0010). */
async function unlink(tx: Transaction, month: string, kept: readonly Id[]): Promise<void> {
  const { low, high } = spanOf(month)
  await tx.run(sql`
    update disclosure set subject = id
    where subject >= ${low} and subject < ${high} and subject <> id
      and subject <> all(${kept}::uuid[])`)
}

function spanOf(month: string): { readonly low: Id; readonly high: Id } {
  const first = Temporal.PlainDate.from(`${month}-01`)
  const start = (date: Temporal.PlainDate) => lowestId(date.toZonedDateTime('UTC').toInstant())
  return { low: start(first), high: start(first.add({ months: 1 })) }
}

async function tablesOf(on: Queries): Promise<readonly string[]> {
  const rules = Object.entries(retention).filter(([, { aboutOrders }]) => aboutOrders)
  const comments = rules.map(([rule]) => `retention: ${rule}`)
  const rows = await on.many<{ name: string }>(sql`
    select relname as name from pg_class
    where relkind in ('r', 'p') and not relispartition
      and relnamespace = current_schema()::regnamespace
      and obj_description(oid, 'pg_class') = any(${comments}) order by relname`)
  return rows.map(({ name }) => name)
}
