/**
 * Receipts: an entry of the ledger with the proof that it is in it, for whoever trusts the ledger's key alone.
 *
 * `verify/README.md` has the format, and `verify/verify.mjs` checks it without this store.
 *
 * Invariant: a receipt is given out only for what is under a signed checkpoint.
 */

import { type Database, type Queries, sql } from '../base/database.ts'
import { check, Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { hashSpans } from './_tiles.ts'
import { consistencySpans, inclusionSpans } from './merkle.ts'
import { latestNote } from './sequencer.ts'

export type Receipt = {
  readonly version: 1
  /** The exact text of the ledger's entry. */
  readonly entry: string
  readonly index: number
  /** Hashes from the leaf to the root, in base64. */
  readonly proof: readonly string[]
  /** A signed note. */
  readonly checkpoint: string
}

/** The receipt for an entry; undefined while it is not under a checkpoint, which takes a second or two. */
export function inclusionReceipt(database: Database, entry: Id): Promise<Receipt | undefined> {
  return database.together(async (on) => {
    const found = await on.first<{ leaf: string; index: number }>(sql`
      select leaf, index from ledger_position join ledger_entry on id = entry
      where entry = ${entry}`)
    if (found === undefined) return undefined
    const { index, leaf } = found
    const { size, note } = await latestNote(on)
    check(index < size, 'What has an index must be under the last checkpoint')
    const proof = await hashSpans(on, inclusionSpans(index, size))
    return { version: 1, entry: leaf, index, proof: inBase64(proof), checkpoint: note }
  })
}

/**
 * The proof that the tree of `to` entries begins with the one of `from`, in base64.
 *
 * @throws {Fault} `invalid` when the ledger was never of these sizes.
 */
export async function consistencyProof(
  on: Queries,
  from: number,
  to: number,
): Promise<readonly string[]> {
  const { size } = await latestNote(on)
  if (from > to || to > size) {
    throw new Fault(
      'invalid',
      `The ledger has ${size} entries: there is no proof from ${from} to ${to}`,
    )
  }
  return inBase64(await hashSpans(on, consistencySpans(from, to)))
}

function inBase64(hashes: readonly Buffer[]): readonly string[] {
  return hashes.map((hash) => hash.toString('base64'))
}
