/**
 * The second factor: no session without it, each code once, guessing has a limit, and nothing but password and code
 * switches it off.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openKernel } from '../../test/support/kernel.ts'
import {
  OTHER_PASSWORD as OTHER,
  openAccount,
  PASSWORD,
  passwordLink,
  secondStepOf,
  sessionOf,
  signedInAs,
  withFactor,
} from '../../test/support/sign-in.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { forgetAttempts } from '../credentials/attempts.ts'
import { codeOf, stepAt } from '../credentials/one-time-code.ts'
import { Personal } from '../privacy/personal.ts'
import { openHeld } from '../privacy/vault.ts'
import { changePassword, choosePassword } from './account.ts'
import { beginSetup, factorOf, openSetup, renewCodes, switchOff, switchOn } from './factor.ts'
import { findSession } from './session.ts'
import { openSignIn, signIn, takeSecondStep } from './sign-in.ts'

const { database, vault } = await openKernel({ after })
let ahead = Temporal.Duration.from({ minutes: 0 })
const clock = () => systemClock().add(ahead)
const customers = { database, vault, clock }
const tooMany = { name: 'Fault', code: 'too_many_attempts' }

const firstStep = (email: string, password = PASSWORD) =>
  signIn(openSignIn(customers), { email: Personal.of('email', email), password }, '127.0.0.1')
const second = (secondStep: string, code: string) =>
  takeSecondStep(openSignIn(customers), { secondStep, code }, '127.0.0.1')

/** As if the 15 minutes of a limit to guessing were over. */
const forget = (id: string) => forgetAttempts(database, `second step ${id}`)

async function opened() {
  const account = await openAccount(customers)
  return { ...account, ...(await withFactor(customers, account)) }
}

test('with a second factor a password opens no session, and a code does', async () => {
  const { id, email, codeAt } = await opened()
  const entered = await firstStep(email)
  assert.equal(sessionOf(entered), undefined)
  const session = await second(secondStepOf(entered), codeAt(0))
  assert.equal((await findSession(customers, session ?? ''))?.account, id)
})

test('new recovery codes take the place of the ones before, by password and code', async () => {
  const { id, email, codeAt, recoveryCodes } = await opened()
  const [old = '', used = ''] = recoveryCodes
  const changes: string[] = []
  const tell = async (_: unknown, account: string, change: string) => {
    changes.push(`${account} ${change}`)
  }
  const renew = (password: string, code: string) =>
    renewCodes(customers, id, { password, code }, tell)
  assert.equal(await renew('not it', codeAt(0)), 'password')
  assert.equal(await renew(PASSWORD, '000000'), 'code')
  await forget(id)
  assert.deepEqual(changes, [])
  assert.equal((await factorOf(customers, id))?.recoveryCodesLeft, 10, 'nothing has changed yet')

  const made = await renew(PASSWORD, used)
  assert.ok(typeof made !== 'string')
  assert.equal(new Set([...made, ...recoveryCodes]).size, 20)
  assert.deepEqual(changes, [`${id} recovery codes renewed`])
  const step = secondStepOf(await firstStep(email))
  for (const code of [old, used]) assert.equal(await second(step, code), undefined)
  assert.ok(await second(step, made[0] ?? ''))
  assert.equal((await factorOf(customers, id))?.recoveryCodesLeft, 9)
  await forget(id)
  assert.ok(await second(step, codeAt(1)), 'the app stays')
})

test('of new recovery codes that are asked for twice at once, one set counts', async () => {
  const { id, email, codeAt } = await opened()
  const asked = await Promise.all(
    [1, 2].map(() => renewCodes(customers, id, { password: PASSWORD, code: codeAt(0) })),
  )
  const sets = asked.filter((made) => typeof made !== 'string')
  assert.equal(sets.length, 1)
  assert.ok(await second(secondStepOf(await firstStep(email)), sets[0]?.[0] ?? ''))
})

test('who has no second factor is made no codes', async () => {
  const { id } = await openAccount(customers)
  assert.equal(await renewCodes(customers, id, { password: PASSWORD, code: '123456' }), 'code')
})

test('a code counts once: not again, not the one before it, and not twice at the same time', async () => {
  const { email, id, codeAt } = await opened()
  const step = secondStepOf(await firstStep(email))
  const codes = await Promise.all([1, 2, 3, 4].map(() => second(step, codeAt(0))))
  assert.equal(codes.filter((session) => session !== undefined).length, 1)
  await forget(id)
  for (const used of [0, -1]) assert.equal(await second(step, codeAt(used)), undefined)
  assert.ok(await second(step, codeAt(1)))
})

test('a recovery code stands in once, however it is written, and ten are enough', async () => {
  const { id, email, recoveryCodes, codeAt } = await opened()
  assert.equal(new Set(recoveryCodes).size, 10)
  for (const code of recoveryCodes) assert.match(code, /^[a-z2-9]{5}-[a-z2-9]{5}$/)
  const [one = '', other = ''] = recoveryCodes
  const step = secondStepOf(await firstStep(email))
  const twice = await Promise.all([1, 2].map(() => second(step, one)))
  assert.equal(twice.filter((session) => session !== undefined).length, 1)
  assert.equal(await second(step, one), undefined)
  assert.ok(await second(step, ` ${other.replace('-', ' ').toUpperCase()} `))
  assert.equal((await factorOf(customers, id))?.recoveryCodesLeft, 8)
  assert.ok(await second(step, codeAt(0)))
  const stranger = await opened()
  const theirs = secondStepOf(await firstStep(stranger.email))
  assert.equal(await second(theirs, recoveryCodes[2] ?? ''), undefined)
})

test('a sign-in that is half done is of its own account, whole, in time, and of its password', async () => {
  const [one, other] = [await opened(), await opened()]
  const step = secondStepOf(await firstStep(one.email))
  assert.equal(await second(step, other.codeAt(0)), undefined)
  const theirs = secondStepOf(await firstStep(other.email))
  const swapped = Buffer.from(step, 'base64url')
  Buffer.from(theirs, 'base64url').copy(swapped, 0, 0, 16)
  const link = await passwordLink(customers, one.id)
  for (const token of [
    swapped.toString('base64url'),
    link,
    '',
    'x',
    `${step}A`,
    'A'.repeat(9999),
  ]) {
    for (const { codeAt } of [one, other]) assert.equal(await second(token, codeAt(0)), undefined)
  }
  ahead = Temporal.Duration.from({ minutes: 11 })
  assert.equal(await second(step, one.codeAt(0)), undefined)
  ahead = Temporal.Duration.from({ minutes: 0 })
  await changePassword(customers, one.id, { old: PASSWORD, password: OTHER })
  assert.equal(await second(step, one.codeAt(0)), undefined)
})

test('a reset by link does not open the account, nor switch its second factor off', async () => {
  const { id, codeAt } = await opened()
  const link = await passwordLink(customers, id)
  const entered = await choosePassword(customers, link, OTHER)
  assert.equal(sessionOf(entered), undefined)
  assert.ok(await factorOf(customers, id))
  assert.ok(await second(secondStepOf(entered), codeAt(0)))
})

test('guesses have a limit, and whoever has reached it learns nothing of the password', async () => {
  const { email, id, codeAt } = await opened()
  for (let tries = 0; tries < 5; tries += 1) secondStepOf(await firstStep(email))
  for (const password of [PASSWORD, OTHER])
    await assert.rejects(firstStep(email, password), tooMany)
  const step = secondStepOf(
    await choosePassword(customers, await passwordLink(customers, id), OTHER),
  )
  const guesses = await Promise.allSettled(
    Array.from({ length: 9 }, (_, guess) => second(step, `00000${guess}`)),
  )
  assert.ok(guesses.filter(({ status }) => status === 'rejected').length >= 4)
  await assert.rejects(second(step, codeAt(0)), tooMany)
})

test('after a hundred wrong codes in a row only a new password lets codes count again', async () => {
  const { email, id, codeAt } = await opened()
  await database.run(sql`update account_factor set wrong_codes = 99 where account_id = ${id}`)
  const step = secondStepOf(await firstStep(email))
  assert.equal(await second(step, 'wrong'), undefined)
  await assert.rejects(second(step, codeAt(0)), { ...tooMany, remedy: /new password/ })
  const link = await passwordLink(customers, id)
  await forget(id)
  assert.ok(await second(secondStepOf(await choosePassword(customers, link, OTHER)), codeAt(0)))
})

test('it is switched off by password and code together, and not by one of them', async () => {
  const { id, email, codeAt } = await opened()
  const off = (password: string, code: string) => switchOff(customers, id, { password, code })
  assert.equal(await off(OTHER, codeAt(0)), 'password')
  assert.equal(await off(PASSWORD, '000000'), 'code')
  assert.ok(await factorOf(customers, id))
  assert.equal(await off(PASSWORD, codeAt(0)), 'off')
  assert.equal(await factorOf(customers, id), undefined)
  assert.deepEqual(await openHeld(vault, database, id, ['totpSecret', 'recoveryHashes']), {})
  assert.ok(sessionOf(await firstStep(email)))
})

test('it counts only after a right code, once, by a setup of this session and in time', async () => {
  const account = await openAccount(customers)
  const elsewhere = sessionOf(await firstStep(account.email)) ?? ''
  const person = await signedInAs(customers, account.session)
  assert.equal(await beginSetup(customers, person, OTHER), undefined)
  const setup = await beginSetup(customers, person, PASSWORD)
  assert.ok(setup)
  const code = () => codeOf(setup.secret, stepAt(clock()))
  assert.equal(await switchOn(customers, person, setup, '123'), undefined)
  assert.ok(sessionOf(await firstStep(account.email)))
  assert.equal(openSetup(customers, await signedInAs(customers, elsewhere), setup.token), undefined)
  ahead = Temporal.Duration.from({ minutes: 16 })
  assert.equal(openSetup(customers, person, setup.token), undefined)
  ahead = Temporal.Duration.from({ minutes: 0 })
  assert.deepEqual(openSetup(customers, person, setup.token), setup)

  const both = await Promise.allSettled(
    [1, 2].map(() => switchOn(customers, person, setup, code())),
  )
  assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.ok(await findSession(customers, account.session))
  assert.equal(await findSession(customers, elsewhere), undefined)
  assert.equal(await second(secondStepOf(await firstStep(account.email)), code()), undefined)
})

test('C3.1 its secret and recovery codes lie sealed, and neither is in the database in plain', async () => {
  const { id, recoveryCodes } = await opened()
  const held = await openHeld(vault, database, id, ['totpSecret', 'recoveryHashes', 'passwordHash'])
  assert.match(held.totpSecret ?? '', /^[A-Z2-7]{32}$/)
  assert.match(held.passwordHash ?? '', /^\$argon2id\$/)
  for (const code of recoveryCodes) assert.ok(!held.recoveryHashes?.includes(code))
  const { rows } = await database.pool.query('select * from account_factor')
  assert.deepEqual(Object.keys(rows[0]).sort(), [
    ...['account_id', 'codes', 'created_at', 'last_step', 'wrong_codes'],
  ])
})
