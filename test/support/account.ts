/**
 * A person with an account at a test's store: by the way that people take, or, quicker, by the functions behind it.
 */

import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { inbox } from './outside.ts'
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

/** Address confirmed, password chosen, session open. */
export async function signedInAt({ gateway, url }: TestStore, email: string): Promise<Person> {
  const { session: token } = await openAccount(gateway, email)
  const person = await signedInAs(gateway, token)
  return { ...person, email, shopper: shopperAt(url, { '__Host-session': token }) }
}

/** How many links into accounts were granted so far, to anybody. */
export async function accountLinks({ database }: TestStore): Promise<number> {
  const row = await database.one<{ links: number }>(sql`
    select count(*) as links from disclosure where purpose = 'messages about an account'`)
  return row.links
}

/** The look-up begins when the answer has left. */
export async function untilLinks(store: TestStore, count: number): Promise<void> {
  for (let tries = 0; tries < 1000 && (await accountLinks(store)) < count; tries += 1) {
    await pause(10)
  }
}

/** The path of the link that came to an inbox, once there are more links than `before`. */
export async function accountLinkIn(
  store: TestStore,
  email: string,
  before: number,
): Promise<string> {
  await untilLinks(store, before + 1)
  await store.work()
  const [mail] = await inbox(store, email)
  const link = /http\S+\/account\/password\/[\w-]+/.exec(mail?.text ?? '')?.[0]
  assert.ok(link !== undefined, 'The newest mail must hold the link')
  return new URL(link).pathname
}

/** Asks for the way into an account; the path of the link that the mail brought. */
export async function accountLink(store: TestStore, email: string): Promise<string> {
  const before = await accountLinks(store)
  const { status } = await shopperAt(store.url).post('/account/sign-up', { email })
  assert.equal(status, 200)
  return accountLinkIn(store, email, before)
}

/** The path of the newest link to another address for an account. */
export async function addressLinkIn(store: TestStore, email: string): Promise<string> {
  await store.work()
  const [mail] = await inbox(store, email)
  const link = /http\S+\/account\/email\/[\w-]+/.exec(mail?.text ?? '')?.[0]
  assert.ok(link !== undefined, 'The newest mail must hold the link')
  return new URL(link).pathname
}

/** Asks for another address; the path of the link that came to it. */
export async function addressAsked(
  store: TestStore,
  { shopper }: Pick<Person, 'shopper'>,
  email: string,
): Promise<string> {
  const { status, url } = await shopper.post('/account/email', { email })
  assert.deepEqual([status, url.search], [200, '?done=sent'])
  return addressLinkIn(store, email)
}
