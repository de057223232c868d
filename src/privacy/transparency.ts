/**
 * What the store tells everyone of each month that is over, in coarse numbers.
 *
 * A month is counted once, after its end, and stored; a request reads what is stored. Months are fixed, so that no two
 * published periods overlap and nothing can be learned from their difference; there are no sums. The rows are those of
 * the policy, whether or not anything happened: a row that is there says nothing. A number below five is "fewer than
 * five", none among them; others are rounded to fives.
 *
 * Invariant: a published number never tells of fewer than five.
 * Invariant: a month that was published does not change.
 */

import type { Clock } from '../base/clock.ts'
import { type Queries, sql } from '../base/database.ts'
import { type Counts, countsOf } from './counts.ts'
import type { EntryKind } from './ledger.ts'
import { policy } from './policy.ts'

/** A number of five or more, to the nearest five; null: fewer than five. */
export type Coarse = number | null

export type MonthCounts = {
  readonly disclosures: readonly {
    readonly recipient: string
    readonly purpose: string
    readonly delivered: Coarse
    readonly notDelivered: Coarse
  }[]
  readonly looks: readonly {
    readonly recipient: string
    readonly purpose: string
    readonly count: Coarse
  }[]
  readonly events: readonly { readonly kind: string; readonly count: Coarse }[]
}

export type PublishedMonth = {
  /** `2026-11`. */
  readonly month: string
  readonly counts: MonthCounts
}

const FEWEST = 5
/** Until then most of what was granted on a month's last day has been delivered or given up. */
const PUBLISHED_AFTER_DAYS = 2
const MONTHS_AT_ONCE = 3

/** Entries of the ledger that are counted, besides disclosures and looks. */
const EVENTS = [
  ...(['erased', 'contact ended', 'month ended', 'key destroyed'] as const),
  ...(['rectified', 'use restricted', 'hold set'] as const),
] satisfies readonly EntryKind[]

export function coarse(count: number): Coarse {
  return count < FEWEST ? null : Math.round(count / FEWEST) * FEWEST
}

/** Publishes the oldest months that are over and not published yet, a few at a time. Returns how many. */
export async function publishMonths(on: Queries, clock: Clock): Promise<number> {
  const due = await dueMonths(on, clock)
  for (const month of due) {
    const from = month.toPlainDate({ day: 1 })
    const period = { from: from.toString(), to: from.add({ months: 1 }).toString() }
    const counts = JSON.stringify(coarsened(await countsOf(on, period)))
    await on.run(sql`
      insert into published_month (month, counts, published_at)
      values (${month.toString()}, ${counts}, ${clock()}) on conflict do nothing`)
  }
  return due.length
}

/** Everything that was published, newest first. */
export function publishedMonths(on: Queries): Promise<readonly PublishedMonth[]> {
  return on.many<PublishedMonth>(sql`select month, counts from published_month order by month desc`)
}

/** From the month in which the store began, which is that of its first revision. */
async function dueMonths(on: Queries, clock: Clock): Promise<readonly Temporal.PlainYearMonth[]> {
  const { began, last } = await on.one<{ began: Temporal.Instant | null; last: string | null }>(sql`
    select (select min(in_force_at) from policy_revision) as began,
      (select max(month) from published_month) as last`)
  if (began === null) return []
  const until = monthOf(clock().subtract({ hours: PUBLISHED_AFTER_DAYS * 24 }))
  let month = last === null ? monthOf(began) : Temporal.PlainYearMonth.from(last).add({ months: 1 })
  const due: Temporal.PlainYearMonth[] = []
  while (due.length < MONTHS_AT_ONCE && Temporal.PlainYearMonth.compare(month, until) < 0) {
    due.push(month)
    month = month.add({ months: 1 })
  }
  return due
}

function monthOf(at: Temporal.Instant): Temporal.PlainYearMonth {
  return at.toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth()
}

function coarsened({ disclosures, looks, events }: Counts): MonthCounts {
  const sum = (rows: readonly { readonly count: number }[]) =>
    coarse(rows.reduce((total, { count }) => total + count, 0))
  const { flows } = policy
  const isStaff = (to: string) => to.startsWith('staff: ')
  return {
    disclosures: flows
      .filter(({ to }) => !isStaff(to) && to !== 'the person')
      .map(({ to: recipient, for: purpose }) => {
        const own = disclosures.filter(
          (row) => row.recipient === recipient && row.purpose === purpose,
        )
        return {
          ...{ recipient, purpose },
          delivered: sum(own.filter(({ outcome }) => outcome === 'delivered')),
          notDelivered: sum(own.filter(({ outcome }) => outcome !== 'delivered')),
        }
      }),
    looks: flows
      .filter(({ to }) => isStaff(to))
      .map(({ to: recipient, for: purpose }) => {
        const own = looks.filter((row) => row.recipient === recipient && row.purpose === purpose)
        return { recipient, purpose, count: sum(own) }
      }),
    events: EVENTS.map((kind) => ({ kind, count: sum(events.filter((row) => row.kind === kind)) })),
  }
}
