/**
 * Signing in to an account: an address, a password, a code where there is a second factor, and a limit to guessing.
 *
 * Invariant: the answer, its cost and its limits are the same for an address that has an account and one that has none.
 * Invariant: attempts are counted before anything is looked at, and a right password forgets none while the second
 * factor is due: whoever has reached the limit is not told whether the password was right.
 */

import {
  type Addresses,
  countAttempt,
  forgetAttempts,
  openAddresses,
} from '../credentials/attempts.ts'
import { emailDigest, emailLookUp } from '../privacy/look-ups.ts'
import type { Personal } from '../privacy/personal.ts'
import type { Vault } from '../privacy/vault.ts'
import { accountBySignIn, hasPassword, isTurn } from './account.ts'
import { countCode, takeCode } from './factor.ts'
import { type Entered, enter, openSecondStep } from './second-step.ts'
import { type Customers, startSession } from './session.ts'

export type SignIn = Customers & { readonly addresses: Addresses }

export function openSignIn({ database, vault, clock }: Customers): SignIn {
  return { database, vault, clock, addresses: openAddresses(clock) }
}

/**
 * Starts a session, or the second step where there is a second factor; undefined when address or password are wrong.
 *
 * @param address the client's, which is counted in memory and kept nowhere.
 * @throws {Fault} `too_many_attempts`
 */
export async function signIn(
  entry: SignIn,
  { email, password }: { readonly email: Personal<'email'>; readonly password: string },
  address: string,
): Promise<Entered | undefined> {
  const digest = emailLookUp(entry.vault, email)
  const name = nameOf(entry.vault, digest)
  entry.addresses.count(address)
  await countAttempt(entry.database, name, entry.clock())
  const account = await accountBySignIn(entry.vault, entry.database, digest)
  if (!(await hasPassword(entry, account?.id, password)) || account === undefined) return undefined
  const entered = await entry.database.transaction(async (tx) =>
    // A password that was changed meanwhile does not open a session any more.
    (await isTurn(tx, account)) ? enter(entry, tx, account) : undefined,
  )
  if (entered === undefined) return undefined
  entry.addresses.forgive(address)
  if ('session' in entered) await forgetAttempts(entry.database, name)
  return entered
}

/**
 * Starts the session for which the password was right, by a code of the app or a recovery code; undefined when the code
 * is wrong or was used, or the step is over.
 *
 * @param address the client's, which is counted in memory and kept nowhere.
 * @throws {Fault} `too_many_attempts`
 */
export async function takeSecondStep(
  entry: SignIn,
  { secondStep, code }: { readonly secondStep: string; readonly code: string },
  address: string,
): Promise<string | undefined> {
  const { database } = entry
  entry.addresses.count(address)
  const turn = openSecondStep(entry, secondStep)
  if (turn === undefined) return undefined
  await countCode(entry, turn.id)
  const session = await database.transaction(async (tx) => {
    const isRight = (await isTurn(tx, turn)) && (await takeCode(entry, tx, turn.id, code))
    return isRight ? startSession(entry, tx, turn.id) : undefined
  })
  if (session === undefined) return undefined
  const digest = await emailDigest(entry.vault, database, turn.id)
  if (digest !== undefined) await forgetAttempts(database, nameOf(entry.vault, digest))
  entry.addresses.forgive(address)
  return session
}

/** Of the generation: what counts attempts does not tell later that somebody tried by an address (decision 0029). */
function nameOf({ keys }: Vault, digest: Buffer): string {
  return `account ${keys.cover(digest).covered.toString('hex')}`
}
