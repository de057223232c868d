/**
 * Rectification: a person corrects what is held about them (art. 16 GDPR).
 *
 * A person corrects the contact of an order, all but its e-mail address: whoever has a link to the data would take the
 * order over with it. That one staff correct, after a proof of identity (decision 0022). The invoice is not corrected:
 * books are not edited, and it says what was true when it was paid (decision 0015).
 *
 * Invariant: value and look-up value change in one transaction, or not at all.
 * Invariant: no address is corrected without a notice to the former one, where there is one.
 */

import { randomUUID } from 'node:crypto'
import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { type Acting, lockLiving } from './_living.ts'
import { append } from './ledger.ts'
import { byMailbox, emailDigest, emailLookUp } from './look-ups.ts'
import { Personal } from './personal.ts'
import type { PersonalField } from './table.ts'
import { openHeld, resealContact, sealUnderOwn, type Vault } from './vault.ts'

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
    if (living === undefined || (await areEnding(tx, [subject]))) throw ending()
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

/** Who hears of an address that was corrected; each is told of the newest of its orders, in the same transaction. */
export type Telling = {
  readonly record: (tx: Transaction, corrected: Corrected) => Promise<void>
  readonly former: (tx: Transaction, subject: Id) => Promise<void>
  readonly present: (tx: Transaction, subject: Id) => Promise<void>
}

/**
 * Corrects the e-mail address of orders. Tells of how many it was another one.
 *
 * @throws {Fault} `conflict` when one has ended or is going to, or the last correction has not been told yet.
 */
export async function rectifyEmail(
  acting: Acting,
  vault: Vault,
  subjects: readonly Id[],
  email: Personal<'email'>,
  telling: Telling,
): Promise<number> {
  const { database, clock, holdings, endings } = acting
  return database.transaction(async (tx) => {
    const living = await lockLiving(holdings, tx, subjects)
    if (living.length < subjects.length || (await areEnding(tx, subjects))) throw ending()
    const corrected: Id[] = []
    const groups = await byMailbox(vault, tx, living)
    // Of these a restore has lost the address; there is none that would have to be told.
    const astray = living.filter((id) => !groups.flat().includes(id)).map((id) => [id])
    for (const group of [...groups, ...astray]) {
      const newest = group.at(-1)
      const digest = newest === undefined ? undefined : await emailDigest(vault, tx, newest)
      if (newest === undefined || digest?.equals(emailLookUp(vault, email))) continue
      if (digest !== undefined) {
        await keepFormer(tx, vault, newest)
        await telling.former(tx, newest)
      }
      for (const subject of group) await resealContact(vault, tx, subject, [email])
      corrected.push(...group)
    }
    const at = clock()
    const fields = ['email'] as const
    for (const subject of corrected) {
      const reference = randomUUID()
      await telling.record(tx, { subject, reference, fields, at })
      await endings.note('readdressed', [subject], reference)
      const entry = { kind: 'rectified', reference: newId(at), fields } as const
      await append(tx, { ...entry, because: 'the person asked' }, at)
    }
    const newest = corrected.toSorted().at(-1)
    if (newest !== undefined) await telling.present(tx, newest)
    return corrected.length
  })
}

/**
 * After a restore that has lost a correction: the address that the order has again may be a stranger's. It goes, so
 * that nothing is sent to it and nobody finds the order by it.
 */
export async function dropEmail(vault: Vault, tx: Transaction, subject: Id): Promise<void> {
  await resealContact(vault, tx, subject, [], ['email'])
}

/**
 * The address of an order or an account before it is corrected, until it has been told.
 *
 * @throws {Fault} `conflict` when the one before that has not been told yet.
 */
export async function keepFormer(tx: Transaction, vault: Vault, subject: Id): Promise<void> {
  const { email, formerEmail } = await openHeld(vault, tx, subject, ['email', 'formerEmail'])
  if (email === undefined) throw ending()
  if (formerEmail !== undefined) {
    throw new Fault('conflict', 'The address before has not been told of the last correction yet', {
      remedy: 'Try again when its mail has been sent',
    })
  }
  await sealUnderOwn(vault, tx, subject, 'former', [Personal.of('formerEmail', email)])
}

/** The former address was told, or cannot be. */
export async function forgetFormer(on: Queries, subject: Id): Promise<void> {
  await on.run(sql`delete from sealed_record where subject = ${subject} and kind = 'former'`)
}

function ending(): Fault {
  return new Fault('conflict', 'This order is going to be deleted, and is not corrected any more')
}

async function areEnding(on: Queries, subjects: readonly Id[]): Promise<boolean> {
  const rows = await on.many(sql`
    select 1 from erasure_request where subject = any(${subjects}::uuid[]) limit 1`)
  return rows.length > 0
}
