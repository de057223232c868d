/** For tests of signing in: an account that was opened by its link, with a second factor where it is wanted. */

import assert from 'node:assert/strict'
import { systemClock } from '../../src/base/clock.ts'
import { type Id, idToBytes, newId } from '../../src/base/ids.ts'
import { codeOf, stepAt } from '../../src/credentials/one-time-code.ts'
import type { Site } from '../../src/credentials/passkey.ts'
import { accountFor, choosePassword, linkFor } from '../../src/customers/account.ts'
import { beginSetup, switchOn } from '../../src/customers/factor.ts'
import { addPasskey, invitePasskey } from '../../src/customers/passkeys.ts'
import type { Entered } from '../../src/customers/second-step.ts'
import { type Customers, findSession, type SignedIn } from '../../src/customers/session.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { type Authenticator, newAuthenticator } from './authenticator.ts'

export const PASSWORD = 'a kettle on a blue shelf'
export const OTHER_PASSWORD = 'two kettles on a red shelf'

export type OpenAccount = {
  readonly id: Id
  readonly email: string
  /** The token that its browser carries. */
  readonly session: string
}

export const newAddress = () => `person-${newId(systemClock())}@account.example`

export async function accountOfAddress(customers: Customers, email: string): Promise<Id> {
  const typed = Personal.of('email', email)
  return (await customers.database.transaction((tx) => accountFor(customers, tx, typed))).id
}

/** The token of a link to an account's password. */
export async function passwordLink(customers: Customers, id: Id): Promise<string> {
  const link = await linkFor(customers, id, customers.clock().add({ minutes: 30 }))
  assert.ok(link)
  return link.token
}

export async function openAccount(
  customers: Customers,
  email = newAddress(),
): Promise<OpenAccount> {
  const id = await accountOfAddress(customers, email)
  const link = await passwordLink(customers, id)
  const session = sessionOf(await choosePassword(customers, link, PASSWORD))
  assert.ok(session)
  return { id, email, session }
}

/** The session that a sign-in has opened; undefined where it has not, or not yet. */
export function sessionOf(entered: Entered | undefined): string | undefined {
  return entered !== undefined && 'session' in entered ? entered.session : undefined
}

/** The step that a sign-in still wants. */
export function secondStepOf(entered: Entered | undefined): string {
  assert.ok(entered !== undefined && 'secondStep' in entered, 'A second factor must be asked for')
  return entered.secondStep
}

export async function signedInAs(customers: Customers, session: string): Promise<SignedIn> {
  const person = await findSession(customers, session)
  assert.ok(person)
  return person
}

/** Switches the second factor on; what its owner then has. */
export async function withFactor(
  customers: Customers,
  account: OpenAccount,
  { password = PASSWORD } = {},
) {
  const person = await signedInAs(customers, account.session)
  const setup = await beginSetup(customers, person, password)
  assert.ok(setup)
  const codeAt = (ahead: number) => codeOf(setup.secret, stepAt(customers.clock()) + ahead)
  const recoveryCodes = await switchOn(customers, person, setup, codeAt(-1))
  assert.ok(recoveryCodes)
  return { recoveryCodes, codeAt }
}

export const SITE: Site = { origin: 'https://shop.example', host: 'shop.example' }

/** An account's person, and what their browser is handed to make a passkey. */
export async function invited(customers: Customers, account: OpenAccount) {
  const person = await signedInAs(customers, account.session)
  const invitation = await invitePasskey(customers, person, PASSWORD)
  assert.ok(invitation)
  return { person, ...invitation }
}

/** Adds a passkey to an account, of an authenticator that signs in by it afterwards. */
export async function withPasskey(
  customers: Customers,
  account: OpenAccount,
  { key = newAuthenticator(SITE), name = 'Phone' } = {},
): Promise<Authenticator> {
  const { person, challenge } = await invited(customers, account)
  const made = { name: Personal.of('passkeyName', name), sent: key.register(challenge) }
  assert.ok(await addPasskey(customers, SITE, person, made))
  return key
}

/** The account as an authenticator has it. */
export function handleOf({ id }: Pick<OpenAccount, 'id'>): string {
  return idToBytes(id).toString('base64url')
}
