/**
 * What happened in a period, as counts out of the ledger's own rows: what the evidence and the published months say.
 *
 * Nobody is in them: recipients, purposes, kinds and numbers. What is granted belongs to the day of its grant, an
 * erasure to the day on which it ended what it could.
 */

import { type Queries, sql } from '../base/database.ts'
import { type Id, instantOf, lowestId } from '../base/ids.ts'
import { type Run, runsBetween } from './retention-run.ts'

/** Days, as `YYYY-MM-DD`: from the first one on, up to the other without it. */
export type Period = { readonly from: string; readonly to: string }

export type Counts = {
  /** To third parties; `open`: granted and not concluded yet. */
  readonly disclosures: readonly {
    readonly recipient: string
    readonly purpose: string
    readonly outcome: 'delivered' | 'refused' | 'given up' | 'open'
    readonly count: number
  }[]
  /** The companies behind the recipients. */
  readonly companies: readonly { readonly recipient: string; readonly company: string }[]
  /** Looks by staff, by role. */
  readonly looks: readonly {
    readonly recipient: string
    readonly purpose: string
    readonly count: number
  }[]
  /** All other entries of the ledger. */
  readonly events: readonly {
    readonly kind: string
    readonly because: string
    readonly count: number
  }[]
}

/** An erasure: when it was asked for, and when it ended what had to go. */
export type Ended = { readonly asked: Temporal.Instant; readonly ended: Temporal.Instant }

/** An entry that was named beforehand, for an order that was open, has an id of the day on which it was named. */
const NAMED_AT_MOST_DAYS_BEFORE = 400

export async function countsOf(on: Queries, period: Period): Promise<Counts> {
  const { begin, end, earliest } = instantsOf(period)
  const disclosures = await on.many<Counts['disclosures'][number]>(sql`
    select recipient, purpose, coalesce(outcome, 'open') as outcome, count(*) as count
    from disclosure
    where id >= ${lowestId(begin)} and id < ${lowestId(end)}
    group by 1, 2, 3 order by 1, 2, 3`)
  const companies = await on.many<Counts['companies'][number]>(sql`
    select distinct recipient, company from disclosure
    where id >= ${lowestId(begin)} and id < ${lowestId(end)}
      and recipient not like 'staff: %' order by 1, 2`)
  const events = await on.many<Counts['events'][number]>(sql`
    select leaf::json ->> 'kind' as kind, coalesce(leaf::json ->> 'because', '') as because,
      count(*) as count
    from ledger_entry
    where id >= ${lowestId(earliest)} and id < ${lowestId(end)}
      and leaf not like '%"kind":"disclosure %' and leaf not like '%"kind":"looked at"%'
      and (leaf::json ->> 'at')::timestamptz >= ${begin}
      and (leaf::json ->> 'at')::timestamptz < ${end}
    group by 1, 2 order by 1, 2`)
  const isLook = ({ recipient }: { recipient: string }) => recipient.startsWith('staff: ')
  return {
    disclosures: disclosures.filter((row) => !isLook(row)),
    companies,
    looks: disclosures
      .filter(isLook)
      .map(({ recipient, purpose, count }) => ({ recipient, purpose, count })),
    events,
  }
}

/** The erasures that ended in a period, oldest first. */
export async function erasuresOf(on: Queries, period: Period): Promise<readonly Ended[]> {
  const { begin, end, earliest } = instantsOf(period)
  const rows = await on.many<{ id: Id; ended: Temporal.Instant }>(sql`
    select id, (leaf::json ->> 'at')::timestamptz as ended from ledger_entry
    where id >= ${lowestId(earliest)} and id < ${lowestId(end)} and leaf like '%"kind":"erased"%'
      and (leaf::json ->> 'at')::timestamptz >= ${begin}
      and (leaf::json ->> 'at')::timestamptz < ${end}
    order by ended, id`)
  return rows.map(({ id, ended }) => ({ asked: instantOf(id), ended }))
}

/** The runs of retention that began in a period and ended something, oldest first. */
export async function runsOf(on: Queries, period: Period): Promise<readonly Run[]> {
  const { begin, end } = instantsOf(period)
  return runsBetween(on, lowestId(begin), lowestId(end))
}

function instantsOf({ from, to }: Period) {
  const startOf = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime('UTC').toInstant()
  const begin = startOf(from)
  const earliest = begin.subtract({ hours: NAMED_AT_MOST_DAYS_BEFORE * 24 })
  return { begin, end: startOf(to), earliest }
}
