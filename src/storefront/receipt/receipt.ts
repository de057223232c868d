/**
 * The receipt of an erasure is the ledger's entry of it: it can be asked for again at any time by whoever has its link,
 * and says nothing about anybody. Once the entry is under a signed checkpoint, the proof comes with it.
 */

import { sql } from '../../base/database.ts'
import { Fault } from '../../base/failure.ts'
import type { Id } from '../../base/ids.ts'
import { type Notice, noticesOf } from '../../privacy/erasure-notice.ts'
import type { Entry } from '../../privacy/ledger.ts'
import { holdsOf, type LegalHold } from '../../privacy/legal-hold.ts'
import { entryOfReceipt, receiptToken } from '../../privacy/person-link.ts'
import { inclusionReceipt, type Receipt } from '../../privacy/receipt.ts'
import type { DataDesk } from '../own-data/desk.ts'

/** An erasure as its entry in the ledger tells it; what is still open has none yet. */
export type ErasureReceipt = {
  readonly entry: Id
  readonly leaf: string
  readonly erased: Entry & { readonly at: string }
  /** Undefined for the second or two until the entry is under a checkpoint. */
  readonly proof: Receipt | undefined
  /** Links to the receipts of what ends later. */
  readonly later: readonly string[]
  /** How the companies were told to erase it too. */
  readonly notices: readonly Notice[]
}

/** As it is checked: without its proof for the second or two until there is one. */
export function receiptText({ proof, leaf }: ErasureReceipt): string {
  return `${JSON.stringify(proof ?? { version: 1, entry: leaf }, null, 2)}\n`
}

/** Undefined while what it is about has not ended. @throws {Fault} `not_found` for a link that is not ours. */
export async function receiptOf(
  { gateway }: DataDesk,
  token: string,
): Promise<ErasureReceipt | undefined> {
  const { database, vault } = gateway
  const entry = entryOfReceipt(vault.keys, token)
  if (entry === undefined) {
    throw new Fault('not_found', 'There is no receipt at this address', {
      remedy: 'Use the whole address, as it was shown after the deletion',
    })
  }
  const row = await database.first<{ leaf: string }>(
    sql`select leaf from ledger_entry where id = ${entry}`,
  )
  if (row === undefined) return undefined
  const erased: ErasureReceipt['erased'] = JSON.parse(row.leaf)
  return {
    ...{ entry, leaf: row.leaf, erased },
    proof: await inclusionReceipt(database, entry),
    notices: await noticesOf(database, erased.notices ?? []),
    later: (erased.later ?? []).map((id) => receiptToken(vault.keys, id)),
  }
}

/** The legal hold for whose end an order waits, of which the receipt was promised. */
export async function holdBefore(
  { gateway }: DataDesk,
  token: string,
): Promise<LegalHold | undefined> {
  const { database, vault } = gateway
  const entry = entryOfReceipt(vault.keys, token)
  const asked = await database.first<{ subject: Id }>(
    sql`select subject from erasure_request where entry = ${entry ?? null}`,
  )
  return asked && (await holdsOf(database, [asked.subject])).get(asked.subject)
}
