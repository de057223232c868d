/** Who had lost access, a role or a password does not have it again by the restore of a backup. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { keyFolder } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { newPassword } from '../credentials/password.ts'
import { openEndings } from '../privacy/endings.ts'
import { formerPasswords, restoreStaff } from './restored.ts'
import { openSignIn, signIn } from './sign-in.ts'
import {
  addStaff,
  type Credentials,
  changePassword,
  changeRoles,
  disable,
  enable,
  listStaff,
  resetPassword,
} from './staff.ts'

const database = await testDatabase({ after })
const endings = openEndings(await keyFolder({ after }), systemClock, 30)
const roster = { database, clock: systemClock, vault: { endings } }

await addStaff(roster, 'owner', ['owner'])

const member = async (login: string) =>
  (await listStaff(roster)).find((one) => one.login === login) ?? assert.fail(login)

const enter = (credentials: Credentials) => signIn(openSignIn(roster), credentials, '192.0.2.1')

/** The table as it was before `since`, with the list of endings as it is; twice, as after a start cut off. */
async function restored(since: () => Promise<unknown>): Promise<readonly string[]> {
  await database.script('create table was as table staff')
  await since()
  await database.script('delete from staff; insert into staff table was; drop table was')
  const lost = (await formerPasswords(database, await endings.all())).map(({ login }) => login)
  for (const _ of [1, 2]) await restoreStaff(roster, await endings.all())
  return lost
}

test('C5 who was disabled since a backup stays so, and who was enabled again may sign in', async () => {
  const [left, back] = [
    await addStaff(roster, 'left', ['service']),
    await addStaff(roster, 'back', ['service']),
  ]
  await disable(roster, (await member('back')).id)
  await restored(async () => {
    await disable(roster, (await member('left')).id)
    await enable(roster, (await member('back')).id)
  })
  assert.equal(await enter(left), undefined)
  assert.ok(await enter(back))
})

test('C5 roles are what they were left at, taken or given', async () => {
  await addStaff(roster, 'moved', ['service', 'accounts'])
  await addStaff(roster, 'same', ['service', 'accounts'])
  await restored(async () => {
    await changeRoles(roster, (await member('moved')).id, ['owner'])
    await changeRoles(roster, (await member('moved')).id, ['packing', 'accounts'])
  })
  assert.deepEqual((await member('moved')).roles, ['packing', 'accounts'])
  assert.deepEqual((await member('same')).roles, ['service', 'accounts'])
})

test('C5 a password that was replaced since lets nobody in until another is given', async () => {
  const own = await addStaff(roster, 'own', ['service'])
  const given = await addStaff(roster, 'given', ['service'])
  const same = await addStaff(roster, 'same-word', ['service'])
  const before = await resetPassword(roster, 'same-word')
  const chosen = newPassword()
  let made = given
  const lost = await restored(async () => {
    await changePassword(roster, (await member('own')).id, { old: own.password, chosen })
    made = await resetPassword(roster, 'given')
  })
  assert.deepEqual(lost, ['given', 'own'])
  for (const old of [own, { ...own, password: chosen }, given, made, same]) {
    assert.equal(await enter(old), undefined)
  }
  assert.ok(await enter(before), 'the one of the backup is the newest')
  const next = await resetPassword(roster, 'own')
  assert.ok(await enter(next))
  await restored(async () => {})
  assert.ok(await enter(next), 'it is noted as any other')
})

test('what was refused is not noted: the last owner stays one', async () => {
  const { id } = await member('owner')
  const before = (await endings.all()).length
  await assert.rejects(disable(roster, id), { code: 'conflict' })
  await assert.rejects(changeRoles(roster, id, ['packing']), { code: 'conflict' })
  assert.equal((await endings.all()).length, before)
})

test('the list outside has a fingerprint of the salted hash, and neither name nor password', async () => {
  const { login } = await addStaff(roster, 'unnamed', ['service'])
  const { password } = await resetPassword(roster, login)
  const [last] = (await endings.all()).toReversed()
  assert.deepEqual([last?.what, last?.id], ['replaced', (await member(login)).id])
  assert.match(last?.about ?? '', /^[0-9a-f]{32}$/)
  assert.ok(!JSON.stringify(last).includes(password))
})
