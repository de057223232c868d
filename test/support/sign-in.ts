/** For tests of signing in: an account that was opened by its link, with a second factor where it is wanted. */

import assert from 'node:assert/strict'
import { systemClock } from '../../src/base/clock.ts'
import { type Id, newId } from '../../src/base/ids.ts'
import { codeOf, stepAt } from '../../src/credentials/one-time-code.ts'
import { accountFor, choosePassword, linkFor } from '../../src/customers/account.ts'
import { beginSetup, switchOn } from '../../src/customers/factor.ts'
import type { Entered } from '../../src/customers/second-step.ts'
import { type Customers, findSession, type SignedIn } from '../../src/customers/session.ts'
import { Personal } from '../../src/privacy/personal.ts'

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
export async function withFactor(customers: Customers, account: OpenAccount) {
  const person = await signedInAs(customers, account.session)
  const setup = await beginSetup(customers, person, PASSWORD)
  assert.ok(setup)
  const codeAt = (ahead: number) => codeOf(setup.secret, stepAt(customers.clock()) + ahead)
  const recoveryCodes = await switchOn(customers, person, setup, codeAt(-1))
  assert.ok(recoveryCodes)
  return { recoveryCodes, codeAt }
}
