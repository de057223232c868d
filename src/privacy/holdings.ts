/**
 * Holdings: the one map of what is held about a person, which serves access and erasure alike (C3.1, C3.2).
 *
 * Each kind of stored data is a holding: the retention rule that it is kept by, its tables, how it is shown to whom it
 * is about, and how it ends. The kernel has those of the vault and the ledger; each domain hands its own in.
 *
 * Invariant: what access shows is what erasure ends: both ask the same map.
 * Invariant: a table whose rule is about a person is in a holding, or in `apart` with the reason why no person can be
 * found in it. A test reads the database and says so.
 */

import type { Queries, Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { type RetentionRule, retention } from './policy.ts'
import type { KeptAddress, PostalAddress, WithheldField, withheld } from './table.ts'

/** What a company that was given something calls it. */
export type Known = {
  readonly recipient: 'payment processor' | 'carrier' | 'mail relay'
  readonly company: string
  readonly references: readonly string[]
}

/** Something that is stored about a person, or about one of their orders. */
export type HeldField = {
  readonly subject: Id
  /** `email`, or a column as `payment.company`. */
  readonly name: string
  readonly value: HeldValue
  readonly rule: RetentionRule
  readonly since: Temporal.Instant
}

export type HeldValue = Plain | PostalAddress | KeptAddress | Withheld | Several

/** What lies where a value is that nobody is shown. */
export type Withheld = { readonly withheld: (typeof withheld)[WithheldField] }

type Plain = string | number | boolean | null

/** What a column holds of several parts. */
type Several = readonly unknown[] | Readonly<Record<string, unknown>>

/** Somebody who was given something, or one of us who looked. */
export type Told = {
  readonly subject: Id
  readonly id: Id
  readonly recipient: string
  readonly purpose: string
  readonly company: string
  readonly fields: readonly string[]
  readonly channel: string
  readonly revision: string
  readonly clause: string
  readonly because: string
  readonly grantedAt: Temporal.Instant
  readonly outcome: 'delivered' | 'refused' | 'given up' | null
  readonly outcomeAt: Temporal.Instant | null
}

export type Shown = { readonly fields: readonly HeldField[]; readonly told: readonly Told[] }

export type Holding = {
  readonly rule: RetentionRule
  readonly tables: readonly string[]
  readonly show: (on: Queries, subjects: readonly Id[]) => Promise<Partial<Shown>>
  /** The subjects on which something is still open; all others can end. */
  readonly open?: (on: Queries, subjects: readonly Id[]) => Promise<readonly Id[]>
  /** Of what stays: since when the newest of it is held. */
  readonly newest?: (on: Queries, subjects: readonly Id[]) => Promise<Temporal.Instant | null>
  /** Of a mailbox's closed orders those that cannot end with the rest: something is open on them, or has to be told. */
  readonly aside?: (on: Queries, mailbox: Id) => Promise<readonly Id[]>
  /** What the companies that were given something of it call it; asked before it ends. */
  readonly known?: (on: Queries, subjects: readonly Id[]) => Promise<readonly Known[]>
  /** Ends all that need not stay, and every link from the person to what stays. Tells how much it was. */
  readonly end: (tx: Transaction, subjects: readonly Id[]) => Promise<number>
  /** How much is still there that `end` should have ended. */
  readonly left: (on: Queries, subjects: readonly Id[]) => Promise<number>
}

/** Tables with a retention rule in which no customer can be found, each with the reason. */
export const apart: Readonly<Record<string, string>> = {
  cart: 'no name is in it, and nothing leads from a person to it',
  cart_line: 'no name is in it, and nothing leads from a person to it',
  staff: 'our own people',
  staff_session: 'our own people',
  sign_in_attempt: 'counts, each of many sign-in names at once',
  erasure_notice: 'nothing leads from a person to it, and it ends when the company has been told',
}

/** All that is held of these subjects, in the map's order. */
export async function showAll(
  holdings: readonly Holding[],
  on: Queries,
  subjects: readonly Id[],
): Promise<Shown> {
  const shown = await Promise.all(holdings.map(({ show }) => show(on, subjects)))
  return {
    fields: shown.flatMap(({ fields = [] }) => fields),
    told: shown
      .flatMap(({ told = [] }) => told)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  }
}

/** The subjects on which something is still open. */
export async function openOf(
  holdings: readonly Holding[],
  on: Queries,
  subjects: readonly Id[],
): Promise<ReadonlySet<Id>> {
  const open = await Promise.all(holdings.map((holding) => holding.open?.(on, subjects) ?? []))
  return new Set(open.flat())
}

/** What each company calls what it was given of the subjects. */
export async function knownOf(
  holdings: readonly Holding[],
  on: Queries,
  subjects: readonly Id[],
): Promise<readonly Known[]> {
  const known = await Promise.all(holdings.map((holding) => holding.known?.(on, subjects) ?? []))
  return known.flat().filter(({ references }) => references.length > 0)
}

/** Since when the newest of that is held which has to stay. */
export async function newestOf(
  holdings: readonly Holding[],
  on: Queries,
  subjects: readonly Id[],
): Promise<ReadonlyMap<RetentionRule, Temporal.Instant>> {
  const stays = new Map<RetentionRule, Temporal.Instant>()
  for (const { rule, newest } of holdings) {
    if (newest === undefined || retention[rule].onErasure !== 'stays') continue
    const since = await newest(on, subjects)
    if (since !== null) stays.set(rule, since)
  }
  return stays
}

/** Until when it stays; null where the rule has no limit. */
export function staysUntil(
  newest: ReadonlyMap<RetentionRule, Temporal.Instant>,
): ReadonlyMap<RetentionRule, string | null> {
  return new Map([...newest].map(([rule, since]) => [rule, endsBy(rule, since)]))
}

/** The day on which something ends at the latest, by its rule; null where the rule has no limit. */
export function endsBy(rule: RetentionRule, since: Temporal.Instant): string | null {
  const { atMost } = retention[rule]
  if (atMost === null) return null
  return since.toZonedDateTimeISO('UTC').add(atMost).toPlainDate().toString()
}

/** A row as PostgreSQL writes it in JSON, with the order that it belongs to. */
export type JsonRow = {
  readonly subject: Id
  readonly since: Temporal.Instant
  readonly row: Readonly<Record<string, HeldValue>>
}

/** Every column of rows: a column that is added is shown without anybody's care. */
export function columnsOf(
  rule: RetentionRule,
  table: string,
  rows: readonly JsonRow[],
): readonly HeldField[] {
  return rows.flatMap(({ subject, since, row }) =>
    Object.entries(row).map(([column, value]) => {
      return { subject, name: `${table}.${column}`, value, rule, since }
    }),
  )
}
