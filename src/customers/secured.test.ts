/** What somebody replaced or removed of what serves to sign in does not come back with an older database. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openKernel } from '../../test/support/kernel.ts'
import {
  handleOf,
  newAddress,
  type OpenAccount,
  OTHER_PASSWORD as OTHER,
  openAccount,
  PASSWORD,
  passwordLink,
  SITE,
  secondStepOf,
  sessionOf,
  signedInAs,
  withFactor,
  withPasskey,
} from '../../test/support/sign-in.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import { Personal } from '../privacy/personal.ts'
import { emailLookUp, openHeld } from '../privacy/vault.ts'
import {
  accountOf,
  changePassword,
  choosePassword,
  confirmedOf,
  endUnconfirmed,
} from './account.ts'
import { askForAddress, changeAddress, changeToken } from './email-change.ts'
import { dropCodesAgain, renewCodes } from './factor.ts'
import { passkeysOf, removePasskey, signInByPasskey, signInChallenge } from './passkeys.ts'
import { secureAgain } from './secured.ts'
import { openSignIn, signIn, takeSecondStep } from './sign-in.ts'

const { gateway } = await openKernel({ after })
const { database, vault } = gateway
const customers = { database, vault, clock: systemClock }

const TABLES = [
  ...['data_key', 'sealed_record', 'blind_index'],
  ...['account', 'account_factor', 'account_passkey', 'account_email_change'],
]

const enter = ({ email }: OpenAccount, password: string) =>
  signIn(openSignIn(customers), { email: Personal.of('email', email), password }, '127.0.0.1')

/** The tables as they were before `since`, with the list of endings as it is; twice, as after a start cut off. */
async function restored(since: () => Promise<unknown>): Promise<void> {
  for (const table of TABLES) await database.script(`create table was_${table} as table ${table}`)
  await since()
  for (const table of TABLES.toReversed()) await database.script(`delete from ${table}`)
  for (const table of TABLES) {
    await database.script(`insert into ${table} table was_${table}; drop table was_${table}`)
  }
  for (const _ of [1, 2]) {
    await secureAgain(customers, await vault.endings.all())
    await dropCodesAgain(customers, await vault.endings.all())
  }
}

const wantsAddress = ({ id }: OpenAccount, email: string) =>
  askForAddress(gateway, id, Personal.of('email', email))

const accountAt = async (email: string) =>
  (await accountOf(database, emailLookUp(vault, Personal.of('email', email))))?.id

async function readdressed(account: OpenAccount, email: string): Promise<void> {
  await wantsAddress(account, email)
  const token = await changeToken(customers, account.id, systemClock().add({ minutes: 30 }))
  const signedIn = { account: account.id, session: newId(systemClock()) }
  assert.ok(await changeAddress(gateway, signedIn, token ?? ''))
}

test('a password that was replaced since does not count again, nor do links of before', async () => {
  const [changed, same] = [await openAccount(customers), await openAccount(customers)]
  const link = await passwordLink(customers, changed.id)
  await restored(() => changePassword(customers, changed.id, { old: PASSWORD, password: OTHER }))
  for (const password of [PASSWORD, OTHER]) assert.equal(await enter(changed, password), undefined)
  assert.ok(await enter(same, PASSWORD))
  assert.equal(await choosePassword(customers, link, OTHER), undefined)
  const next = await passwordLink(customers, changed.id)
  assert.ok(sessionOf(await choosePassword(customers, next, OTHER)))
  assert.ok(await enter(changed, OTHER))
})

test('a passkey that was removed since opens nothing again; others’ do', async () => {
  const [lost, other] = [await openAccount(customers), await openAccount(customers)]
  const [key, theirs] = [await withPasskey(customers, lost), await withPasskey(customers, other)]
  const [{ id } = { id: '' }] = await passkeysOf(customers, lost.id)
  await restored(() => removePasskey(customers, lost.id, id))
  const opens = (one: typeof key, account: OpenAccount) =>
    signInByPasskey(
      openSignIn(customers),
      SITE,
      one.signIn(signInChallenge(customers), handleOf(account)),
      '127.0.0.1',
    )
  assert.equal(await opens(key, lost), undefined)
  assert.deepEqual(await passkeysOf(customers, lost.id), [])
  assert.ok(await opens(theirs, other))
})

test('a second factor stays, so that a link alone does not go round it', async () => {
  const account = await openAccount(customers)
  const { codeAt } = await withFactor(customers, account)
  assert.match(codeAt(0), /^\d{6}$/)
  await restored(() => changePassword(customers, account.id, { old: PASSWORD, password: OTHER }))
  const link = await passwordLink(customers, account.id)
  assert.ok(secondStepOf(await choosePassword(customers, link, OTHER)))
})

test('recovery codes that were renewed since open nothing again; the app’s do, and others’', async () => {
  const [renewed, other] = [await openAccount(customers), await openAccount(customers)]
  const [mine, theirs] = [await withFactor(customers, renewed), await withFactor(customers, other)]
  let made: Awaited<ReturnType<typeof renewCodes>> = []
  await restored(async () => {
    const proof = { password: PASSWORD, code: mine.codeAt(0) }
    made = await renewCodes(customers, renewed.id, proof)
  })
  const opens = async (account: OpenAccount, code = '') => {
    const secondStep = secondStepOf(await enter(account, PASSWORD))
    return takeSecondStep(openSignIn(customers), { secondStep, code }, '127.0.0.1')
  }
  for (const code of [mine.recoveryCodes[0], made[0]]) {
    assert.equal(await opens(renewed, code), undefined)
  }
  assert.ok(await opens(renewed, mine.codeAt(1)))
  assert.ok(await opens(other, theirs.recoveryCodes[0]))
})

test('C3.1 a former address does not come back: nothing but its password opens the account', async () => {
  const [moved, same] = [await openAccount(customers), await openAccount(customers)]
  const link = await passwordLink(customers, moved.id)
  const now = newAddress()
  await restored(() => readdressed(moved, now))
  const held = await openHeld(vault, database, moved.id, ['email', 'formerEmail'])
  assert.deepEqual(held, { formerEmail: moved.email })
  for (const email of [moved.email, now]) assert.equal(await accountAt(email), undefined)
  assert.equal(await choosePassword(customers, link, OTHER), undefined)
  assert.equal(await enter(moved, OTHER), undefined)
  const session = sessionOf(await enter(moved, PASSWORD))
  assert.ok(session)
  assert.ok((await confirmedOf(customers, moved.id))?.lostUntil)
  assert.equal(await accountAt(same.email), same.id)
  assert.equal((await confirmedOf(customers, same.id))?.lostUntil, undefined)

  // Who has the former mailbox now may open an account of their own, and is let into that one.
  const next = await openAccount(customers, moved.email)
  assert.notEqual(next.id, moved.id)
  const { account } = await signedInAs(customers, sessionOf(await enter(next, PASSWORD)) ?? '')
  assert.equal(account, next.id)

  await readdressed(moved, now)
  assert.equal(await accountAt(now), moved.id)
  assert.equal((await confirmedOf(customers, moved.id))?.lostUntil, undefined)
})

test('C3.1 where the password was replaced too nobody gets in, and it ends after 30 days', async () => {
  const account = await openAccount(customers)
  await restored(async () => {
    await readdressed(account, newAddress())
    await changePassword(customers, account.id, { old: PASSWORD, password: OTHER })
  })
  for (const password of [PASSWORD, OTHER]) {
    assert.equal(await enter(account, password), undefined)
  }
  const later = (days: number) => ({
    ...customers,
    clock: () => systemClock().add({ hours: 24 * days }),
  })
  await endUnconfirmed(later(29))
  assert.ok(await confirmedOf(customers, account.id))
  await endUnconfirmed(later(31))
  assert.equal(await confirmedOf(customers, account.id), undefined)
  assert.deepEqual(await openHeld(vault, database, account.id, ['formerEmail']), {})
})

test('a change of address that waited in a backup waits no more', async () => {
  const account = await openAccount(customers)
  await wantsAddress(account, newAddress())
  await restored(async () => {})
  assert.deepEqual(await openHeld(vault, database, account.id, ['newEmail']), {})
})

test('C3.1 the list outside holds an id and a number, and an account that has ended stays so', async () => {
  const account = await openAccount(customers)
  const [last] = (await vault.endings.all()).toReversed()
  assert.deepEqual(last, { what: 'secured', id: account.id, about: '00000001' })
  await database.run(sql`delete from account where id = ${account.id}`)
  await secureAgain(customers, await vault.endings.all())
  assert.equal(await enter(account, PASSWORD), undefined)
})
