/**
 * Retention: the store ends by itself, on time, what its time is over for (C3.2).
 *
 * Contact and delivery of an order end after the period that the shop has set, when nothing is open on it, as by an
 * erasure; after five years in any case. A month of the books ends five years after its first day: the month's key
 * first, then its partitions. So nothing is kept a day longer than five years, and most of a month a little shorter.
 *
 * Invariant: nothing ends while the clock is not trusted (`steady-time.ts`).
 * Invariant: each step is a transaction of its own, tells the ledger, and can be done again: a run that was cut off
 * leaves what it has not reached as it was.
 */

import { type Clock, monthOf } from '../base/clock.ts'
import { type Queries, sql } from '../base/database.ts'
import { check } from '../base/failure.ts'
import { type Id, instantOf, lowestId, newId } from '../base/ids.ts'
import { reshape } from '../base/reshape.ts'
import { destroyPeriodKey } from './_period-key.ts'
import { type EndingByTime, endOver } from './erasure.ts'
import { countHeldBackBefore, type HeldBack, heldBack } from './held-back.ts'
import { openOf } from './holdings.ts'
import { append } from './ledger.ts'
import { retention } from './policy.ts'
import { alone, type Ended, noteRun, type RunBy } from './retention-run.ts'
import { steadyTime } from './steady-time.ts'

export type Retaining = {
  readonly erasing: EndingByTime
  /** How long contact and delivery of an order are kept, in months; five years at most. */
  readonly contactMonths: number
}

/** Told how much was looked at, of how much. */
export type Progress = (done: number, of: number) => void

const MONTH_LOCK = 7_465_216
const AT_ONCE = 100
/** Orders that a run ends at the most; the next one goes on. */
const MOST_CONTACTS = 5000
/** The least that is looked at in one go: orders that are open, held or restricted stay among them. */
const LOOKED_AT = 1000

/**
 * Ends what is over, and tells what; `held` while the clock is not trusted, `busy` while another process does it.
 *
 * After a restore it waits for that process instead: the store must not open before.
 */
export async function runRetention(
  retaining: Retaining,
  by: RunBy = 'the clock',
  progress: Progress = () => undefined,
): Promise<Ended | 'held' | 'busy'> {
  const { database, clock } = retaining.erasing
  return alone(database, by === 'a restore', async () => {
    const now = await steadyTime(database, clock)
    return now === undefined ? 'held' : endAll(retaining, now, { by, progress })
  })
}

type Manner = { readonly by: RunBy; readonly progress: Progress }

async function endAll(
  { erasing, contactMonths }: Retaining,
  now: Temporal.Instant,
  { by, progress }: Manner,
): Promise<Ended> {
  const { database, clock } = erasing
  const months = await monthsOver(database, now)
  const all = (await contactsOver(database, now, contactMonths)) + months.length
  const id = newId(now)
  let [done, ended] = [0, { contacts: 0, months: [] as readonly string[] }]
  const step = async (looked: number, more: Partial<Ended>) => {
    done += looked
    const { contacts, months } = ended
    ended = {
      contacts: contacts + (more.contacts ?? 0),
      months: [...months, ...(more.months ?? [])],
    }
    if (more.contacts || more.months)
      await noteRun(database, { id, by, ...ended, finishedAt: null })
    progress(Math.min(done, all), all)
  }
  await endContacts(erasing, contactsEndBefore(now, contactMonths), step)
  for (const month of months) {
    await endMonth(erasing, month)
    await step(1, { months: [month] })
  }
  if (by === 'a person' || ended.contacts + ended.months.length > 0) {
    await noteRun(database, { id, by, ...ended, finishedAt: clock() })
  }
  return ended
}

/** Orders placed before this instant have their contact ended, unless something is open on them. */
export function contactsEndBefore(now: Temporal.Instant, months: number): Temporal.Instant {
  return now
    .toZonedDateTimeISO('UTC')
    .subtract({ months: contactMonthsKept(months) })
    .toInstant()
}

/** The day on which an order's contact ends, unless something is open on it: `2029-11-26`. */
export function contactEndsOn(order: Id, months: number): string {
  const placed = instantOf(order).toZonedDateTimeISO('UTC')
  return placed
    .add({ months: contactMonthsKept(months) })
    .toPlainDate()
    .toString()
}

/** What the shop has set, but no longer than the policy lets it. */
export function contactMonthsKept(
  months: number,
  limit = retention['order-contact'].atMost,
): number {
  check(limit !== null, 'A contact must end')
  const most = Temporal.Duration.from(limit).total({ unit: 'months', relativeTo: '2000-01-01' })
  return Math.min(months, Math.floor(most))
}

/** For how many days the policy lets the server's logs be kept. */
export function logDaysKept(limit = retention['server-log'].atMost): number {
  check(limit !== null, 'A log must end')
  const days = Temporal.Duration.from(limit).total({ unit: 'days', relativeTo: '2000-01-01' })
  return Math.floor(days)
}

/** The last month whose books end today or before: `2021-03`, five years after its first day. */
export function lastMonthOver(now: Temporal.Instant): string {
  const capped = now.toZonedDateTimeISO('UTC').toPlainDate().subtract(cap())
  return capped.toPlainYearMonth().toString()
}

/** Order data is kept this long at the most (C3.2). */
function cap(): Temporal.Duration {
  const { atMost } = retention['accounting-record']
  check(atMost !== null, 'The books must end')
  return Temporal.Duration.from(atMost)
}

async function endContacts(
  erasing: EndingByTime,
  before: Temporal.Instant,
  step: (looked: number, ended: Partial<Ended>) => Promise<void>,
): Promise<void> {
  const bound = lowestId(before)
  let [ended, after] = [0, lowestId(Temporal.Instant.fromEpochMilliseconds(0))]
  while (ended < MOST_CONTACTS) {
    const subjects = await ordersBetween(erasing.database, after, bound, LOOKED_AT)
    const last = subjects.at(-1)
    if (last === undefined) break
    after = last
    const due = await endable(erasing, subjects)
    for (let at = 0; at < due.length; at += AT_ONCE) {
      const contacts = await endOver(erasing, due.slice(at, at + AT_ONCE), 'unless open')
      ended += contacts
      await step(0, { contacts })
    }
    await step(subjects.length, {})
  }
}

/** Orders whose contact is still there, oldest first. */
async function ordersBetween(on: Queries, after: Id, before: Id, most: number) {
  const rows = await on.many<{ id: Id }>(sql`
    select id from data_key where id > ${after} and id < ${before} and kind = 'order'
    order by id limit ${most}`)
  return rows.map(({ id }) => id)
}

/** What is open or held waits; a person who has restricted the use may need what is stored (art. 18 GDPR). */
async function endable({ database, holdings }: EndingByTime, subjects: readonly Id[]) {
  const [open, held] = await Promise.all([
    openOf(holdings, database, subjects),
    heldBack(database, subjects),
  ])
  return subjects.filter((subject) => !open.has(subject) && !held.has(subject))
}

/** Months of the books that are over and still there, oldest first. */
async function monthsOver(on: Queries, now: Temporal.Instant): Promise<readonly string[]> {
  const rows = await on.many<{ month: string }>(sql`
    select replace(right(c.relname, 7), '_', '-') as month
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'orders'::regclass order by month`)
  const last = lastMonthOver(now)
  return rows.map(({ month }) => month).filter((month) => month <= last)
}

/**
 * Ends a month: what is left of its orders, the key of its books, its partitions, in this order. An order that is open
 * or held after five years ends all the same: C3.2 knows no exception.
 */
async function endMonth(erasing: EndingByTime, month: string): Promise<void> {
  const { database, clock } = erasing
  const { from, to } = idsOf(month)
  for (;;) {
    const subjects = await ordersBetween(database, from, to, AT_ONCE)
    if (subjects.length === 0) break
    await endOver(erasing, subjects, 'even open')
  }
  await reshape(database, async (tx) => {
    await tx.run(sql`select pg_advisory_xact_lock(${MONTH_LOCK})`)
    const { there } = await tx.one<{ there: boolean }>(
      sql`select to_regclass(${`orders_${month.replace('-', '_')}`}) is not null as there`,
    )
    if (!there) return
    const keys = await destroyPeriodKey(tx, month)
    const { orders } = await tx.one<{ orders: number }>(
      sql`select count(*) as orders from orders where id >= ${from} and id < ${to}`,
    )
    await tx.run(sql`select drop_month(${month})`)
    const ended = [`accounting-record ${orders}`, `key ${keys}`]
    const entry = { kind: 'month ended', clause: 'C3.2', because: month, ended } as const
    await append(tx, { ...entry, reference: newId(clock()) }, clock())
  })
}

function idsOf(month: string | Temporal.PlainYearMonth): { readonly from: Id; readonly to: Id } {
  const begins = Temporal.PlainYearMonth.from(month)
  const start = ({ year, month }: Temporal.PlainYearMonth) =>
    Temporal.PlainDate.from({ year, month, day: 1 }).toZonedDateTime('UTC').toInstant()
  return { from: lowestId(start(begins)), to: lowestId(start(begins.add({ months: 1 }))) }
}

/** Whose time is asked for: the database, and the periods by which it is reckoned. */
export type Reckoned = {
  readonly database: Queries
  readonly clock: Clock
  readonly contactMonths: number
}

/** What is over now, and why some of it may have to wait. */
export type Due = HeldBack & {
  /** Orders whose contact is over; what is open, restricted or held among them waits. */
  readonly contacts: number
  readonly months: readonly string[]
}

export async function dueNow({ database, clock, contactMonths }: Reckoned): Promise<Due> {
  const now = clock()
  const bound = lowestId(contactsEndBefore(now, contactMonths))
  return {
    contacts: await contactsOver(database, now, contactMonths),
    ...(await countHeldBackBefore(database, bound)),
    months: await monthsOver(database, now),
  }
}

async function contactsOver(on: Queries, now: Temporal.Instant, months: number): Promise<number> {
  const bound = lowestId(contactsEndBefore(now, months))
  const { contacts } = await on.one<{ contacts: number }>(
    sql`select count(*) as contacts from data_key where kind = 'order' and id < ${bound}`,
  )
  return contacts
}

/** What ends in a month to come. */
export type Forecast = {
  readonly month: string
  readonly contacts: number
  readonly records: number
}

/**
 * What ends in this month and the next ones, as things stand: orders whose contact is then over, and records of the
 * books whose month is. What is open, held or restricted is counted with the month in which its time is over.
 */
export async function forecast(
  { database, clock, contactMonths }: Reckoned,
  months: number,
): Promise<readonly Forecast[]> {
  const first = Temporal.PlainYearMonth.from(monthOf(clock()))
  const keptMonths = cap().total({ unit: 'months', relativeTo: '2000-01-01' })
  /** What was placed later ends later, and is not counted. */
  const placedBefore = (kept: number) => idsOf(first.add({ months: months - kept })).from
  const contactsKept = contactMonthsKept(contactMonths)
  const contacts = await countByMonth(database, 'contacts', placedBefore(contactsKept))
  const records = await countByMonth(database, 'records', placedBefore(keptMonths))
  return Array.from({ length: months }, (_, ahead) => {
    const month = first.add({ months: ahead })
    const over = (counts: ReadonlyMap<string, number>, kept: number) => {
      const due = month.subtract({ months: kept }).toString()
      const isDue = (of: string) => of === due || (ahead === 0 && of < due)
      return [...counts].reduce((sum, [of, count]) => sum + (isDue(of) ? count : 0), 0)
    }
    return {
      month: month.toString(),
      contacts: over(contacts, contactsKept),
      records: over(records, keptMonths),
    }
  })
}

/** By the month in which the order was placed, which its id tells. */
async function countByMonth(
  on: Queries,
  what: 'contacts' | 'records',
  before: Id,
): Promise<ReadonlyMap<string, number>> {
  const rows = await on.many<{ month: string; count: number }>(
    what === 'contacts'
      ? sql`select replace(right(tableoid::regclass::text, 7), '_', '-') as month, count(*)
          from data_key where kind = 'order' and id < ${before} group by tableoid`
      : sql`select replace(right(tableoid::regclass::text, 7), '_', '-') as month, count(*)
          from accounting_record where order_id < ${before} group by tableoid`,
  )
  return new Map(rows.map(({ month, count }) => [month, count]))
}
