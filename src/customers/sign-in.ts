/**
 * Signing in to an account: an address, a password, and a limit to guessing.
 *
 * Invariant: the answer, its cost and its limits are the same for an address that has an account and one that has none.
 */

import {
  type Addresses,
  countAttempt,
  forgetAttempts,
  openAddresses,
} from '../credentials/attempts.ts'
import type { Personal } from '../privacy/personal.ts'
import { emailLookUp } from '../privacy/vault.ts'
import { accountOf, hasPassword, isTurn } from './account.ts'
import { type Customers, startSession } from './session.ts'

export type SignIn = Customers & { readonly addresses: Addresses }

export function openSignIn({ database, vault, clock }: Customers): SignIn {
  return { database, vault, clock, addresses: openAddresses(clock) }
}

/**
 * Starts a session and returns its token; undefined when address or password are wrong.
 *
 * @param address the client's, which is counted in memory and kept nowhere.
 * @throws {Fault} `too_many_attempts`
 */
export async function signIn(
  entry: SignIn,
  { email, password }: { readonly email: Personal<'email'>; readonly password: string },
  address: string,
): Promise<string | undefined> {
  const digest = emailLookUp(entry.vault, email)
  const name = `account ${digest.toString('hex')}`
  entry.addresses.count(address)
  await countAttempt(entry.database, name, entry.clock())
  const account = await accountOf(entry.database, digest)
  if (!(await hasPassword(entry, account?.id, password)) || account === undefined) return undefined
  await forgetAttempts(entry.database, name)
  entry.addresses.forgive(address)
  return entry.database.transaction(async (tx) =>
    // A password that was changed meanwhile does not open a session any more.
    (await isTurn(tx, account)) ? startSession(entry, tx, account.id) : undefined,
  )
}
