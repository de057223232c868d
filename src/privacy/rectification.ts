/**
 * Rectification: a person corrects what is held about them (art. 16 GDPR).
 *
 * The contact of an order is corrected, all but its e-mail address: whoever has a link to the data would take the order
 * over with it. The invoice is not: books are not edited, and it says what was true when it was paid (decision 0015).
 *
 * Invariant: value and look-up value change in one transaction, or not at all.
 */

import { randomUUID } from 'node:crypto'
import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { type Acting, lockLiving } from './_living.ts'
import { append } from './ledger.ts'
import type { Personal } from './personal.ts'
import type { PersonalField } from './table.ts'
import { resealContact, type Vault } from './vault.ts'

export const CORRECTABLE = [
  ...(['firstName', 'lastName', 'postalAddress', 'phone', 'orderNote'] as const),
] as const satisfies readonly PersonalField[]

/** A value that may be corrected. */
export type Correction = Personal<(typeof CORRECTABLE)[number]>

/** A correction that was made. Its reference is random: it says nothing of when. */
export type Corrected = {
  readonly subject: Id
  readonly reference: string
  readonly fields: readonly PersonalField[]
  readonly at: Temporal.Instant
}

/**
 * Tells which fields have changed. `record` writes that down with the order, in the same transaction: by the reference
 * a restore finds the corrections that it has lost.
 *
 * @throws {Fault} `conflict` when the order has ended, or is going to: nothing about it is written any more.
 */
export async function rectify(
  { database, clock, holdings, endings }: Acting,
  vault: Vault,
  subject: Id,
  corrections: readonly Correction[],
  record: (tx: Transaction, corrected: Corrected) => Promise<void>,
): Promise<readonly PersonalField[]> {
  return database.transaction(async (tx) => {
    const [living] = await lockLiving(holdings, tx, [subject])
    if (living === undefined || (await isEnding(tx, subject))) {
      throw new Fault(
        'conflict',
        'This order is going to be deleted, and is not corrected any more',
      )
    }
    const fields = await resealContact(vault, tx, subject, corrections)
    if (fields.length === 0) return fields
    const at = clock()
    const reference = randomUUID()
    await record(tx, { subject, reference, fields, at })
    await endings.note('corrected', [subject], reference)
    const entry = { kind: 'rectified', reference: newId(at), fields } as const
    await append(tx, { ...entry, because: 'the person asked' }, at)
    return fields
  })
}

async function isEnding(on: Queries, subject: Id): Promise<boolean> {
  return (
    (await on.first(sql`select 1 from erasure_request where subject = ${subject}`)) !== undefined
  )
}
