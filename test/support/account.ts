/** A person with an account, who is signed in: address confirmed, password chosen, session open. */

import type { Id } from '../../src/base/ids.ts'
import { type Shopper, shopperAt } from './shopper.ts'
import { openAccount, signedInAs } from './sign-in.ts'
import type { TestStore } from './store.ts'

export type Person = {
  readonly account: Id
  readonly email: string
  readonly session: Id
  /** A browser with the session's cookie. */
  readonly shopper: Shopper
}

export async function signedInAt({ gateway, url }: TestStore, email: string): Promise<Person> {
  const { session: token } = await openAccount(gateway, email)
  const person = await signedInAs(gateway, token)
  return { ...person, email, shopper: shopperAt(url, { '__Host-session': token }) }
}
