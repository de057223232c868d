/**
 * The ledger: what happened to personal data, in entries that hold no value about anybody.
 *
 * An entry's leaf is its canonical JSON (RFC 8785: keys sorted, no white space), the bytes that the Merkle tree will
 * hash; the format is stable, and `test/vectors/ledger-leaf.json` publishes it.
 *
 * Invariant: an entry holds kinds, field names, recipients, purposes, a revision and a random reference. Never a
 * value, never a hash of one.
 * Invariant: entries are added, never changed.
 */

import { type Queries, sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'

export type EntryKind =
  | 'disclosure granted'
  | 'disclosure delivered'
  | 'disclosure refused'
  | 'disclosure given up'
  | 'looked at'
  | 'key destroyed'
  | 'generation destroyed'
  | 'erased'
  | 'contact ended'
  | 'month ended'
  | 'use restricted'
  | 'restriction lifted'
  | 'rectified'
  | 'erasure asked for'
  | 'erasure taken back'
  | 'hold set'
  | 'hold ended'
  | 'policy revision in force'
  | 'restored'
  | 'paper registered'
  | 'paper moved'
  | 'paper destroyed'

export type Entry = {
  readonly kind: EntryKind
  /** A random id. The one link from it to an order is a row that goes with the order. */
  readonly reference: Id
  readonly recipient?: string
  readonly purpose?: string
  readonly company?: string
  readonly fields?: readonly string[]
  readonly channel?: string
  readonly revision?: string
  readonly clause?: string
  readonly because?: string
  /** Of a legal hold: its last day. */
  readonly until?: string
  /** Of an erasure: each retention rule by which something ended, with how much: `look-up 4`. */
  readonly ended?: readonly string[]
  /** Of an erasure: each retention rule by which something stays, and until when: `accounting-record 2031-02-03`. */
  readonly stays?: readonly string[]
  /** Of an erasure: the entries that will tell of what is still open. */
  readonly later?: readonly string[]
  /** Of an erasure: who had been given something, as `carrier: EasyPost`. */
  readonly had?: readonly string[]
  /** Of an erasure: the disclosures by which companies are told to erase it too. */
  readonly notices?: readonly string[]
  /** Of an erasure: the day on which the last copy in a backup ends. */
  readonly copiesEnd?: string
}

export type Leaf = { readonly id: Id; readonly text: string }

/** An entry's leaf. `at` is written in milliseconds, UTC. */
export function leafOf(entry: Entry, at: Temporal.Instant, id: Id = newId(at)): Leaf {
  const time = at.toString({ fractionalSecondDigits: 3, roundingMode: 'floor' })
  return { id, text: canonical({ ...entry, at: time, id, version: 1 }) }
}

/** Adds an entry in the caller's transaction; under an id of its own, unless it was named beforehand. */
export async function append(
  on: Queries,
  entry: Entry,
  at: Temporal.Instant,
  id: Id = newId(at),
): Promise<void> {
  const leaf = leafOf(entry, at, id)
  await on.run(sql`insert into ledger_entry (id, leaf) values (${leaf.id}, ${leaf.text})`)
}

/** Canonical JSON of a flat object of texts, whole numbers and lists of texts. */
export function canonical(object: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(object).filter((key) => object[key] !== undefined)
  return JSON.stringify(Object.fromEntries(keys.sort().map((key) => [key, object[key]])))
}
