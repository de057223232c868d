/**
 * The e-mail address of an account in the vault: another one that waits for its link, its change (art. 16 GDPR), and
 * what becomes of it when a restore has lost a change.
 *
 * Invariant: sealed address and look-up value change in one transaction, or not at all.
 * Invariant: a request that was entered of an address is not about an account that has left it.
 * Invariant: an address that was set aside is found by nothing but a sign-in: no link, no mail, no request leads to it.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { renewLookUps } from './_look-ups.ts'
import { emailLookUp } from './look-ups.ts'
import { Personal } from './personal.ts'
import { leaveRequests } from './requests.ts'
import { openHeld, sealUnderOwn, type Vault } from './vault.ts'

/** An address that an account is to have, and the look-up value that it would have by it. */
export type NewAddress = { readonly email: Personal<'email'>; readonly digest: Buffer }

/** Seals the address that an account is to have; one that waited before is forgotten. */
export async function sealNewAddress(
  vault: Vault,
  tx: Transaction,
  subject: Id,
  email: Personal<'email'>,
): Promise<void> {
  await sealUnderOwn(vault, tx, subject, 'change', [Personal.of('newEmail', email.reveal())])
}

/** The address that an account is to have; undefined where none waits. */
export async function newAddressOf(
  vault: Vault,
  on: Queries,
  subject: Id,
): Promise<NewAddress | undefined> {
  const { newEmail } = await openHeld(vault, on, subject, ['newEmail'])
  if (newEmail === undefined) return undefined
  const email = Personal.of('email', newEmail)
  return { email, digest: emailLookUp(vault, email) }
}

export async function forgetNewAddresses(on: Queries, subjects: readonly Id[]): Promise<void> {
  await on.run(sql`
    delete from sealed_record where subject = any(${subjects}::uuid[]) and kind = 'change'`)
}

/** Gives an account another address, by which alone it is found from now on. */
export async function replaceAddress(
  vault: Vault,
  tx: Transaction,
  subject: Id,
  email: Personal<'email'>,
): Promise<void> {
  await sealUnderOwn(vault, tx, subject, 'account', [email])
  await renewLookUps(vault.keys, tx, subject, ['email', 'formerEmail'], [email])
  await leaveRequests(tx, subject)
}

/** After a restore: what an account has is the address that its person had given up. */
export async function setAside(vault: Vault, tx: Transaction, subject: Id): Promise<void> {
  const { email } = await openHeld(vault, tx, subject, ['email'])
  if (email === undefined) return
  await sealUnderOwn(vault, tx, subject, 'account', [Personal.of('formerEmail', email)])
  await tx.run(sql`
    update blind_index set field = 'formerEmail' where subject = ${subject} and field = 'email'`)
  await leaveRequests(tx, subject)
}
