/**
 * The books of a month, for the shop's accountant: what was sold and what went back, with the tax of each rate.
 *
 * A refund is of the day on which it was made. One that came back later stands there, and again on the day on which it
 * did, the other way round: a month that was declared does not change. Months and days are in UTC.
 *
 * Invariant: nobody is named. What is here lies under the rule of the accounting record, and ends with it (C3.2).
 */

import { monthOf } from '../base/clock.ts'
import { type Queries, sql } from '../base/database.ts'
import type { Currency } from '../base/money.ts'

export type EntryKind = 'sale' | 'refund' | 'refund came back'

/** What is of one rate in a sale or a refund; what went back is negative. */
export type BookEntry = {
  readonly at: Temporal.Instant
  readonly kind: EntryKind
  /** The order's. */
  readonly number: number
  /** Where it went: ISO 3166-1 alpha-2. */
  readonly country: string
  readonly currency: Currency
  readonly ratePpm: number
  readonly netMinor: number
  readonly taxMinor: number
}

/** Sums of what was sold to a country at a rate, and of what of it went back. */
export type BookSum = Pick<BookEntry, 'country' | 'currency' | 'ratePpm'> & {
  readonly sold: { readonly netMinor: number; readonly taxMinor: number }
  readonly refunded: { readonly netMinor: number; readonly taxMinor: number }
}

/** Months that are in the books, the present one first, `YYYY-MM`. */
export async function monthsInBooks(
  on: Queries,
  now: Temporal.Instant,
): Promise<readonly string[]> {
  const present = monthOf(now)
  const { first } = await on.one<{ first: string | null }>(
    sql`select min(month) as first from accounting_period`,
  )
  const months = [present]
  let month = Temporal.PlainYearMonth.from(present)
  while (first !== null && month.toString() > first) {
    month = month.subtract({ months: 1 })
    months.push(month.toString())
  }
  return months
}

/** All entries of a month, day by day: sales as they were paid, then what went back on that day. */
export async function* entriesOf(on: Queries, month: string): AsyncGenerator<BookEntry> {
  const refunds = await refundsIn(on, month)
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 })
  for (const day of daysOf(first)) {
    const from = startOf(day)
    const until = startOf(day.add({ days: 1 }))
    yield* await salesIn(on, month, from, until)
    yield* refunds.filter(({ at }) => isWithin(at, from, until))
  }
}

export async function sumsOf(on: Queries, month: string): Promise<readonly BookSum[]> {
  const [sold, refunds] = await Promise.all([soldIn(on, month), refundsIn(on, month)])
  const sums = new Map<string, BookSum>()
  for (const entry of [...sold, ...refunds]) {
    const { country, currency, ratePpm, netMinor, taxMinor, kind } = entry
    const key = [country, currency, String(1_000_000 - ratePpm).padStart(7, '0')].join(' ')
    const none = { netMinor: 0, taxMinor: 0 }
    const sum = sums.get(key) ?? { country, currency, ratePpm, sold: none, refunded: none }
    const side = kind === 'sale' ? 'sold' : 'refunded'
    const added = {
      netMinor: sum[side].netMinor + netMinor,
      taxMinor: sum[side].taxMinor + taxMinor,
    }
    sums.set(key, { ...sum, [side]: added })
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
}

type Sold = Omit<BookEntry, 'at' | 'number'>

/** Summed by the database: there are as many sales in a month as orders. */
function soldIn(on: Queries, month: string): Promise<readonly Sold[]> {
  return on.many<Sold>(sql`
    select 'sale' as kind, o.country, r.currency, s."ratePpm",
      sum(s."netMinor")::bigint as "netMinor", sum(s."taxMinor")::bigint as "taxMinor"
    from accounting_record r join orders o on o.id = r.order_id,
      jsonb_to_recordset(r.taxes) as s ("ratePpm" integer, "netMinor" bigint, "taxMinor" bigint)
    where r.month = ${month} group by o.country, r.currency, s."ratePpm"`)
}

function salesIn(
  on: Queries,
  month: string,
  from: Temporal.Instant,
  until: Temporal.Instant,
): Promise<readonly BookEntry[]> {
  return on.many<BookEntry>(sql`
    select r.paid_at as at, 'sale' as kind, o.number, o.country, r.currency,
      s."ratePpm", s."netMinor", s."taxMinor"
    from accounting_record r join orders o on o.id = r.order_id,
      jsonb_to_recordset(r.taxes) as s ("ratePpm" integer, "netMinor" bigint, "taxMinor" bigint)
    where r.month = ${month} and r.paid_at >= ${from} and r.paid_at < ${until}
    order by r.paid_at, o.number, s."ratePpm" desc`)
}

/** Each half by an index of its own: what came back lies under the later of its two times. */
function refundsIn(on: Queries, month: string): Promise<readonly BookEntry[]> {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 })
  const from = startOf(first)
  const until = startOf(first.add({ months: 1 }))
  return on.many<BookEntry>(sql`
    select e.at, e.kind, o.number, o.country, o.currency,
      s."ratePpm", e.sign * s."netMinor" as "netMinor", e.sign * s."taxMinor" as "taxMinor"
    from (
      select order_id, taxes, concluded_at as at, 'refund' as kind, -1 as sign from refund
      where state = 'done' or sent_back_at is not null
      union all
      select order_id, taxes, coalesce(sent_back_at, concluded_at), 'refund came back', 1
      from refund where state = 'failed' and sent_back_at is not null
    ) e join orders o on o.id = e.order_id,
      jsonb_to_recordset(e.taxes) as s ("ratePpm" integer, "netMinor" bigint, "taxMinor" bigint)
    where e.at >= ${from} and e.at < ${until}
    order by e.at, o.number, s."ratePpm" desc`)
}

function daysOf(first: Temporal.PlainDate): readonly Temporal.PlainDate[] {
  return Array.from({ length: first.daysInMonth }, (_, index) => first.add({ days: index }))
}

function startOf(day: Temporal.PlainDate): Temporal.Instant {
  return day.toZonedDateTime('UTC').toInstant()
}

function isWithin(at: Temporal.Instant, from: Temporal.Instant, until: Temporal.Instant): boolean {
  return Temporal.Instant.compare(from, at) <= 0 && Temporal.Instant.compare(at, until) < 0
}
