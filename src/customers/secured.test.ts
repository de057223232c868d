/** What somebody replaced or removed of what serves to sign in does not come back with an older database. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openKernel } from '../../test/support/kernel.ts'
import {
  handleOf,
  type OpenAccount,
  OTHER_PASSWORD as OTHER,
  openAccount,
  PASSWORD,
  passwordLink,
  SITE,
  secondStepOf,
  sessionOf,
  withFactor,
  withPasskey,
} from '../../test/support/sign-in.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { Personal } from '../privacy/personal.ts'
import { changePassword, choosePassword } from './account.ts'
import { passkeysOf, removePasskey, signInByPasskey, signInChallenge } from './passkeys.ts'
import { secureAgain } from './secured.ts'
import { openSignIn, signIn } from './sign-in.ts'

const { database, vault } = await openKernel({ after })
const customers = { database, vault, clock: systemClock }

const TABLES = ['account', 'account_factor', 'account_passkey', 'sealed_record', 'blind_index']

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
  for (const _ of [1, 2]) await secureAgain(customers, await vault.endings.all())
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

test('C3.1 the list outside holds an id and a number, and an account that has ended stays so', async () => {
  const account = await openAccount(customers)
  const [last] = (await vault.endings.all()).toReversed()
  assert.deepEqual(last, { what: 'secured', id: account.id, about: '00000001' })
  await database.run(sql`delete from account where id = ${account.id}`)
  await secureAgain(customers, await vault.endings.all())
  assert.equal(await enter(account, PASSWORD), undefined)
})
