/** Accounts: an address is proven by a link, a password opens one account, and what has ended opens nothing. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openKernel } from '../../test/support/kernel.ts'
import {
  accountOfAddress,
  newAddress,
  OTHER_PASSWORD as OTHER,
  openAccount,
  PASSWORD,
  passwordLink,
  sessionOf,
} from '../../test/support/sign-in.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { findSubjects } from '../privacy/look-ups.ts'
import { Personal } from '../privacy/personal.ts'
import { openHeld } from '../privacy/vault.ts'
import {
  changePassword,
  choosePassword,
  endUnconfirmed,
  linkFor,
  opensAccount,
  provePassword,
} from './account.ts'
import {
  endOwnSession,
  endSession,
  findSession,
  provenUntil,
  proveSession,
  sessionsOf,
} from './session.ts'
import { openSignIn, signIn } from './sign-in.ts'

const { database, vault } = await openKernel({ after })
let ahead = Temporal.Duration.from({ hours: 0 })
const clock = () => systemClock().add(ahead)
const customers = { database, vault, clock }
const tooMany = { name: 'Fault', code: 'too_many_attempts' }

const asked = (typed: string) => accountOfAddress(customers, typed)
const tokenFor = (id: Id) => passwordLink(customers, id)
const opened = () => openAccount(customers)

async function enter(email: string, password = PASSWORD) {
  const typed = { email: Personal.of('email', email), password }
  return sessionOf(await signIn(openSignIn(customers), typed, '127.0.0.1'))
}

test('a link chooses the password, which signs in', async () => {
  const { id, session, email } = await opened()
  assert.equal((await findSession(customers, session))?.account, id)
  const token = await enter(email.toUpperCase())
  assert.ok(token !== undefined && token !== session)
  assert.equal((await findSession(customers, token))?.account, id)
  assert.equal(await enter(email, OTHER), undefined)
  assert.equal(await enter(newAddress()), undefined)
})

test('before its link is used an account has no password that fits', async () => {
  const email = newAddress()
  await asked(email)
  for (const password of ['', 'undefined', PASSWORD]) {
    assert.equal(await enter(email, password), undefined)
  }
})

test('of many who ask for the same address at once, all have the same account', async () => {
  const email = newAddress()
  const ids = await Promise.all(Array.from({ length: 8 }, () => asked(email)))
  assert.equal(new Set(ids).size, 1)
  assert.equal((await findSubjects(vault, database, 'email', email, 9)).length, 1)
})

test('a link opens once, and not after another was used, too late or with a bit changed', async () => {
  const id = await asked(newAddress())
  const [used, other] = [await tokenFor(id), await tokenFor(id)]
  const late = (await linkFor(customers, id, clock()))?.token ?? ''
  const flipped = `${used.slice(0, 25)}${used[25] === 'A' ? 'B' : 'A'}${used.slice(26)}`
  for (const token of [late, flipped, '', 'x', `${used}A`, 'A'.repeat(10_000)]) {
    assert.equal(await opensAccount(customers, token), false)
    assert.equal(await choosePassword(customers, token, PASSWORD), undefined)
  }
  const twice = await Promise.all([1, 2].map(() => choosePassword(customers, used, PASSWORD)))
  assert.equal(twice.filter((token) => token !== undefined).length, 1)
  assert.equal(await choosePassword(customers, other, OTHER), undefined)
})

test('a changed password ends every session but the new one, and every link', async () => {
  const { id, session, email } = await opened()
  const elsewhere = (await enter(email)) ?? ''
  const link = await tokenFor(id)
  assert.equal(await changePassword(customers, id, { old: OTHER, password: OTHER }), undefined)
  assert.ok(await findSession(customers, session))
  const renewed = await changePassword(customers, id, { old: PASSWORD, password: OTHER })
  assert.ok(renewed !== undefined && (await findSession(customers, renewed)))
  for (const ended of [session, elsewhere]) {
    assert.equal(await findSession(customers, ended), undefined)
  }
  assert.equal(await opensAccount(customers, link), false)
  assert.equal(await enter(email), undefined)
})

test('a sign-in that was under way when the password changed opens no session', async () => {
  const { id, email } = await opened()
  const change = changePassword(customers, id, { old: PASSWORD, password: OTHER })
  const tokens = await Promise.all([1, 2, 3].map(() => enter(email)))
  await change
  for (const token of tokens) {
    if (token !== undefined) assert.equal(await findSession(customers, token), undefined)
  }
})

test('guesses have a limit, for an address with an account and for one without alike', async () => {
  for (const email of [(await opened()).email, newAddress()]) {
    for (let tries = 0; tries < 5; tries += 1) assert.equal(await enter(email, OTHER), undefined)
    await assert.rejects(enter(email, OTHER), tooMany)
  }
  const { id } = await opened()
  for (let tries = 0; tries < 5; tries += 1) await provePassword(customers, id, OTHER)
  await assert.rejects(provePassword(customers, id, PASSWORD), tooMany)
})

test('a person ends their own sessions and nobody else’s', async () => {
  const [one, two] = [await opened(), await opened()]
  const [session] = await sessionsOf(customers, one.id)
  assert.ok(session)
  await endOwnSession(customers, two.id, session.id)
  assert.ok(await findSession(customers, one.session))
  await endOwnSession(customers, one.id, session.id)
  assert.equal(await findSession(customers, one.session), undefined)
  await endSession(customers, two.session)
  assert.deepEqual(await sessionsOf(customers, two.id), [])
})

test('C3.1 address and password hash lie sealed under the key of the person', async () => {
  const { id, email } = await opened()
  const held = await openHeld(vault, database, id, ['email', 'passwordHash'])
  assert.equal(held.email, email)
  assert.match(held.passwordHash ?? '', /^\$argon2id\$/)
  const { kind } = await database.one<{ kind: string }>(
    sql`select kind from data_key where id = ${id}`,
  )
  assert.equal(kind, 'person')
})

test('C3.1 an address that nobody confirmed in a day ends with its key; others stay', async () => {
  const confirmed = await opened()
  const email = newAddress()
  const id = await asked(email)
  assert.equal(await endUnconfirmed(customers), 0)
  ahead = Temporal.Duration.from({ hours: 25 })
  const link = await tokenFor(id)
  assert.ok((await endUnconfirmed(customers)) >= 1)
  assert.deepEqual(await openHeld(vault, database, id, ['email']), {})
  assert.deepEqual(await findSubjects(vault, database, 'email', email, 9), [])
  assert.equal(await choosePassword(customers, link, PASSWORD), undefined)
  assert.ok(await findSession(customers, confirmed.session))
  ahead = Temporal.Duration.from({ hours: 0 })
})

test('C7 a session ends after 30 days, and says of its use no more than half a day', async () => {
  const { id, session } = await opened()
  const seen = async () => (await sessionsOf(customers, id))[0]?.lastSeenAt.epochMilliseconds
  const first = await seen()
  ahead = Temporal.Duration.from({ hours: 11 })
  await findSession(customers, session)
  assert.equal(await seen(), first)
  ahead = Temporal.Duration.from({ hours: 13 })
  await findSession(customers, session)
  assert.notEqual(await seen(), first)
  ahead = Temporal.Duration.from({ hours: 24 * 30 + 1 })
  assert.equal(await findSession(customers, session), undefined)
  ahead = Temporal.Duration.from({ hours: 0 })
})

test('a session proves who it is for 30 minutes after a sign-in or the password, and no longer', async () => {
  const { id, session } = await opened()
  const [{ id: own } = { id: '' }] = await sessionsOf(customers, id)
  const until = await provenUntil(customers, own)
  assert.ok(until !== undefined)
  ahead = Temporal.Duration.from({ minutes: 31 })
  assert.equal(await provenUntil(customers, own), undefined)
  assert.ok(await findSession(customers, session))
  await proveSession(customers, own)
  assert.ok(await provenUntil(customers, own))
  await endSession(customers, session)
  assert.equal(await provenUntil(customers, own), undefined)
  ahead = Temporal.Duration.from({ hours: 0 })
})
