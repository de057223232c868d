/** A person with an account, who is signed in: address confirmed, password chosen, session open. */

import assert from 'node:assert/strict'
import type { Id } from '../../src/base/ids.ts'
import { accountFor, choosePassword, linkFor } from '../../src/customers/account.ts'
import { findSession } from '../../src/customers/session.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { type Shopper, shopperAt } from './shopper.ts'
import type { TestStore } from './store.ts'

export const PASSWORD = 'a kettle on a blue shelf'

export type Person = {
  readonly account: Id
  readonly email: string
  readonly session: Id
  /** A browser with the session's cookie. */
  readonly shopper: Shopper
}

export async function signedInAt(store: TestStore, email: string): Promise<Person> {
  const { gateway, database } = store
  const account = await database.transaction((tx) =>
    accountFor(gateway, tx, Personal.of('email', email)),
  )
  const link = await linkFor(gateway, account, gateway.clock().add({ minutes: 30 }))
  const token = await choosePassword(gateway, link?.token ?? '', PASSWORD)
  assert.ok(token !== undefined, 'a link must open the account')
  const session = (await findSession(gateway, token))?.session ?? ''
  return { account, email, session, shopper: shopperAt(store.url, { '__Host-session': token }) }
}
