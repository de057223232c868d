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
import { emailLookUp } from '../privacy/look-ups.ts'
import { Personal } from '../privacy/personal.ts'
import { openHeld } from '../privacy/vault.ts'
import {
  accountOf,
  changePassword,
  choosePassword,
  confirmedOf,
  endUnconfirmed,
} from './account.ts'
import { askForAddress, changeAddress, changeToken } from './email-change.ts'
import { endCodesAgain, factorOf, renewCodes, switchOff } from './factor.ts'
import { passkeysOf, removePasskey, signInByPasskey, signInChallenge } from './passkeys.ts'
import { countLost, secureAgain } from './secured.ts'
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

/**
 * The tables as they were before `since`, with the list of endings as it is; twice, as after a start cut off. Returns
 * what people were told.
 */
async function restored(since: () => Promise<unknown>): Promise<readonly string[]> {
  for (const table of TABLES) await database.script(`create table was_${table} as table ${table}`)
  await since()
  for (const table of TABLES.toReversed()) await database.script(`delete from ${table}`)
  for (const table of TABLES) {
    await database.script(`insert into ${table} table was_${table}; drop table was_${table}`)
  }
  const told: string[] = []
  const tell = async (_: unknown, account: string, change: string) => {
    told.push(`${account} ${change}`)
  }
  for (const _ of [1, 2]) {
    await secureAgain(customers, await vault.endings.all(), tell)
    await endCodesAgain(customers, await vault.endings.all(), tell)
  }
  return told
}

const wantsAddress = ({ id }: OpenAccount, email: string) =>
  askForAddress(gateway, id, Personal.of('email', email))

const accountAt = async (email: string) =>
  (await accountOf(vault, database, emailLookUp(vault, Personal.of('email', email))))?.id

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

const switchedOff = (account: OpenAccount, code: string) =>
  switchOff(customers, account.id, { password: PASSWORD, code })

const hasFactor = async ({ id }: OpenAccount) => (await factorOf(customers, id)) !== undefined

test('a second factor that was switched off since is off again, and its person is told', async () => {
  const [gave, kept] = [await openAccount(customers), await openAccount(customers)]
  const { codeAt } = await withFactor(customers, gave)
  await withFactor(customers, kept)
  const told = await restored(async () => {
    assert.equal(await switchedOff(gave, codeAt(0)), 'off')
  })
  assert.deepEqual(told, [`${gave.id} second factor off again`], 'once, and nobody else')
  assert.ok(sessionOf(await enter(gave, PASSWORD)))
  assert.deepEqual(await openHeld(vault, database, gave.id, ['totpSecret', 'recoveryHashes']), {})
  assert.ok(await hasFactor(kept))
  assert.ok(secondStepOf(await enter(kept, PASSWORD)))
})

test('one that was switched on since is lost: the password lets nobody in, a link does', async () => {
  const [guarded, other] = [await openAccount(customers), await openAccount(customers)]
  const key = await withPasskey(customers, guarded)
  const link = await passwordLink(customers, guarded.id)
  const told = await restored(() => withFactor(customers, guarded))
  assert.deepEqual(told, [`${guarded.id} second factor lost`], 'once, and nobody else')
  assert.equal(await enter(guarded, PASSWORD), undefined)
  assert.ok(sessionOf(await enter(other, PASSWORD)))
  // A passkey counts as both factors, with a second factor or without.
  const sent = key.signIn(signInChallenge(customers), handleOf(guarded))
  assert.ok(await signInByPasskey(openSignIn(customers), SITE, sent, '127.0.0.1'))
  assert.equal(await choosePassword(customers, link, OTHER), undefined, 'a link of before')
  const next = await passwordLink(customers, guarded.id)
  assert.ok(sessionOf(await choosePassword(customers, next, OTHER)))
  assert.equal(await hasFactor(guarded), false)
  const again = { ...guarded, session: sessionOf(await enter(guarded, OTHER)) ?? '' }
  const how = { password: OTHER }
  assert.match((await withFactor(customers, again, how)).codeAt(0), /^\d{6}$/)
})

test('one that took the place of another since lets neither in', async () => {
  const account = await openAccount(customers)
  const { codeAt } = await withFactor(customers, account)
  const told = await restored(async () => {
    assert.equal(await switchedOff(account, codeAt(0)), 'off')
    await withFactor(customers, account)
  })
  assert.deepEqual(told, [`${account.id} second factor lost`])
  assert.equal(await hasFactor(account), false)
  assert.equal(await enter(account, PASSWORD), undefined)
})

test('one that was switched on and off again since is as it was', async () => {
  const account = await openAccount(customers)
  const told = await restored(async () => {
    const { codeAt } = await withFactor(customers, account)
    assert.equal(await switchedOff(account, codeAt(0)), 'off')
  })
  assert.deepEqual(told, [])
  assert.ok(sessionOf(await enter(account, PASSWORD)))
})

test('what was noted and then taken back, and something else after it, switches nothing off', async () => {
  const account = await openAccount(customers)
  const { codeAt } = await withFactor(customers, account)
  const told = await restored(async () => {
    const broken = async () => {
      throw new Error('it broke')
    }
    const proof = { password: PASSWORD, code: codeAt(0) }
    await assert.rejects(switchOff(customers, account.id, proof, broken), { message: 'it broke' })
    const [last] = (await vault.endings.all()).toReversed()
    assert.equal(last?.what, 'unguarded', 'noted before it is so')
    assert.ok(await hasFactor(account))
    await changePassword(customers, account.id, { old: PASSWORD, password: OTHER })
  })
  assert.deepEqual(told, [])
  assert.ok(await hasFactor(account))
})

test('C3.1 a lost second factor is told to nobody by a former address, and is counted', async () => {
  const [moved, same] = [await openAccount(customers), await openAccount(customers)]
  const before = (await vault.endings.all()).length
  const told = await restored(async () => {
    await withFactor(customers, same)
    await withFactor(customers, moved)
    await readdressed(moved, newAddress())
  })
  assert.deepEqual(told, [`${same.id} second factor lost`])
  assert.equal(await enter(moved, PASSWORD), undefined)
  const noted = (await vault.endings.all()).slice(before)
  const none = { addresses: 0, factors: 0 }
  assert.deepEqual(await countLost(database, noted), none, 'once they are dealt with')
  await database.run(sql`update account set turn = 1 where id in (${moved.id}, ${same.id})`)
  assert.deepEqual(await countLost(database, noted), { addresses: 1, factors: 2 })
  const ended = { what: 'order', id: same.id, about: '' } as const
  assert.deepEqual(await countLost(database, [...noted, ended]), { addresses: 1, factors: 1 })
  await secureAgain(customers, noted)
})

test('a change of address that waits ends with the links of before', async () => {
  const account = await openAccount(customers)
  await wantsAddress(account, newAddress())
  await withFactor(customers, account)
  assert.deepEqual(await openHeld(vault, database, account.id, ['newEmail']), {})
})

test('recovery codes that were renewed since open nothing again; the app’s do, and others’', async () => {
  const [renewed, other] = [await openAccount(customers), await openAccount(customers)]
  const [mine, theirs] = [await withFactor(customers, renewed), await withFactor(customers, other)]
  let made: Awaited<ReturnType<typeof renewCodes>> = []
  const told = await restored(async () => {
    const proof = { password: PASSWORD, code: mine.codeAt(0) }
    made = await renewCodes(customers, renewed.id, proof)
  })
  assert.deepEqual(told, [`${renewed.id} recovery codes lost`], 'once')
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

test('a recovery code that was used since opens nothing again; the others do', async () => {
  const account = await openAccount(customers)
  const { recoveryCodes } = await withFactor(customers, account)
  const [used, left] = recoveryCodes
  const opens = async (code = '') => {
    const secondStep = secondStepOf(await enter(account, PASSWORD))
    return takeSecondStep(openSignIn(customers), { secondStep, code }, '127.0.0.1')
  }
  const told = await restored(async () => {
    assert.ok(await opens(used))
  })
  assert.deepEqual(told, [])
  const [last] = (await vault.endings.all()).toReversed()
  assert.deepEqual([last?.what, last?.id], ['spent', account.id])
  assert.equal((await factorOf(customers, account.id))?.recoveryCodesLeft, 9)
  assert.equal(await opens(used), undefined)
  assert.ok(await opens(left))
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
