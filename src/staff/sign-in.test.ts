/**
 * Rules of signing in: who gets a session, for how long, and how often one may guess.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { keyFolder } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { newPassword } from '../credentials/password.ts'
import { atMost } from '../credentials/turns.ts'
import { openEndings } from '../privacy/endings.ts'
import { endSession, findSession } from './session.ts'
import { openSignIn, signIn } from './sign-in.ts'
import {
  addStaff,
  changePassword,
  changeRoles,
  disable,
  enable,
  ensureOwner,
  listStaff,
  resetPassword,
} from './staff.ts'

const database = await testDatabase({ after: (end) => test.after(end) })
const endings = openEndings(await keyFolder({ after: (end) => test.after(end) }), systemClock, 30)
let ahead = Temporal.Duration.from({ seconds: 0 })
const roster = { database, clock: () => systemClock().add(ahead), vault: { endings } }
const wait = (duration: Temporal.DurationLike) => {
  ahead = ahead.add(duration)
}
const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code
const address = (last: number) => `192.0.2.${last}`

test('the first start makes an owner once, with a password that is shown once', async () => {
  const made = await ensureOwner(roster)
  assert.equal(made?.login, 'owner')
  assert.match(made?.password ?? '', /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
  assert.equal(await ensureOwner(roster), null)
  const token = await signIn(openSignIn(roster), made ?? missing(), address(1))
  const owner = await findSession(roster, token ?? '')
  assert.deepEqual(owner?.roles, ['owner', 'packing', 'service', 'accounts'])
})

test('a name is read in any case; a wrong password and an unknown name get the same answer', async () => {
  const { password } = await addStaff(roster, 'ann', ['packing'])
  const entry = openSignIn(roster)
  assert.ok(await signIn(entry, { login: ' ANN ', password }, address(2)))
  assert.equal(
    await signIn(entry, { login: 'ann', password: `${password}x` }, address(2)),
    undefined,
  )
  assert.equal(await signIn(entry, { login: 'nobody', password }, address(2)), undefined)
})

test('a session is stored as a hash and ends after 12 hours, by sign-out, and with the access', async () => {
  const { password } = await addStaff(roster, 'ben', ['packing'])
  const entry = openSignIn(roster)
  const enter = async () => (await signIn(entry, { login: 'ben', password }, address(3))) ?? ''
  const token = await enter()
  const rows = await database.many(sql`select digest from staff_session`)
  assert.ok(!JSON.stringify(rows).includes(Buffer.from(token, 'base64url').toString('hex')))
  assert.equal((await findSession(roster, token))?.login, 'ben')
  wait({ hours: 11, minutes: 59 })
  assert.equal((await findSession(roster, token))?.login, 'ben')
  wait({ minutes: 1 })
  assert.equal(await findSession(roster, token), undefined)

  const second = await enter()
  await endSession(roster, second)
  assert.equal(await findSession(roster, second), undefined)

  const third = await enter()
  const { id = '' } = (await listStaff(roster)).find(({ login }) => login === 'ben') ?? {}
  await disable(roster, id)
  assert.equal(await findSession(roster, third), undefined)
  assert.equal(await enter(), '')
  await enable(roster, id)
  assert.notEqual(await enter(), '')
})

test('five failures close a name for 15 minutes, after a restart as well, and no other name', async () => {
  const { password } = await addStaff(roster, 'cleo', ['service'])
  const wrong = { login: 'cleo', password: 'wrong' }
  for (let tries = 0; tries < 5; tries += 1) {
    assert.equal(await signIn(openSignIn(roster), wrong, address(4)), undefined)
  }
  const right = { login: 'cleo', password }
  await assert.rejects(signIn(openSignIn(roster), right, address(5)), fault('too_many_attempts'))
  const other = await addStaff(roster, 'dora', ['service'])
  assert.ok(await signIn(openSignIn(roster), other, address(5)))
  wait({ minutes: 15 })
  assert.ok(await signIn(openSignIn(roster), right, address(5)))
})

test('an unknown name is closed like a known one, and is not stored', async () => {
  const typed = { login: 'ann@secret.example', password: 'wrong' }
  const tries = Array.from({ length: 8 }, () => signIn(openSignIn(roster), typed, address(6)))
  const results = await Promise.allSettled(tries)
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 5)
  const rows = await database.many(sql`select * from sign_in_attempt`)
  assert.doesNotMatch(JSON.stringify(rows), /secret/)
})

test('an address that guesses with many names is closed, and is not stored', async () => {
  const entry = openSignIn(roster)
  for (let tries = 0; tries < 30; tries += 1) {
    await signIn(entry, { login: `guess-${tries}`, password: 'x' }, address(7))
  }
  const last = { login: 'guess-31', password: 'x' }
  await assert.rejects(signIn(entry, last, address(7)), fault('too_many_attempts'))
  assert.equal(await signIn(entry, last, address(8)), undefined)
})

test('a new password ends the old one and all sessions', async () => {
  const { password } = await addStaff(roster, 'emil', ['service'])
  const entry = openSignIn(roster)
  const token = await signIn(entry, { login: 'emil', password }, address(9))
  const made = await resetPassword(roster, 'emil')
  assert.equal(await findSession(roster, token ?? ''), undefined)
  assert.equal(await signIn(entry, { login: 'emil', password }, address(9)), undefined)
  const again = await findSession(roster, (await signIn(entry, made, address(9))) ?? '')
  const { id } = again ?? missing()
  const chosen = newPassword()
  await assert.rejects(changePassword(roster, id, { old: 'no', chosen }), fault('forbidden'))
  const short = { old: made.password, chosen: 'short' }
  await assert.rejects(changePassword(roster, id, short), fault('invalid'))
  await changePassword(roster, id, { old: made.password, chosen })
  assert.ok(await signIn(entry, { login: 'emil', password: chosen }, address(9)))
})

test('who knows the old password does not outrun the new one that is given meanwhile', async () => {
  const old = await addStaff(roster, 'frida', ['service'])
  const { id } = (await listStaff(roster)).find(({ login }) => login === 'frida') ?? missing()
  const both = [newPassword(), newPassword()].map((chosen) =>
    changePassword(roster, id, { old: old.password, chosen }),
  )
  const results = await Promise.allSettled(both)
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const [refused] = results.filter((one) => one.status === 'rejected')
  assert.match(String(refused?.reason), /The password is wrong/)
})

test('the store is never left without an owner, even by two at once', async () => {
  const owners = (await listStaff(roster)).filter(({ roles }) => roles.includes('owner'))
  const [first = missing()] = owners
  await assert.rejects(disable(roster, first.id), fault('conflict'))
  await assert.rejects(changeRoles(roster, first.id, ['packing']), fault('conflict'))
  await addStaff(roster, 'second', ['owner'])
  const second = (await listStaff(roster)).find(({ login }) => login === 'second') ?? missing()
  const both = [disable(roster, first.id), changeRoles(roster, second.id, ['packing'])]
  const results = await Promise.allSettled(both)
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('names are checked and taken once', async () => {
  await assert.rejects(addStaff(roster, 'Ann Miller', ['packing']), fault('invalid'))
  await assert.rejects(addStaff(roster, 'ann', ['packing']), fault('conflict'))
})

test('so much work runs at once, so much waits, and no more', async () => {
  const turns = atMost(2, 1)
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>())
  const runs = gates.map(({ promise }) => turns(() => promise))
  await assert.rejects(
    turns(async () => undefined),
    fault('too_many_attempts'),
  )
  for (const { resolve } of gates) resolve()
  await Promise.all(runs)
  assert.equal(await turns(async () => 'free again'), 'free again')
})

function missing(): never {
  throw new Error('it must be there')
}
