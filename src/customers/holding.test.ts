/** An account on the map of what is held: what access shows of it is what an erasure ends (C3.1). */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testStore } from '../../test/support/store.ts'
import { erase } from '../privacy/erasure.ts'
import { showAll } from '../privacy/holdings.ts'
import { Personal } from '../privacy/personal.ts'
import { emailLookUp, openHeld, subjectsOfEmail } from '../privacy/vault.ts'
import { accountFor, choosePassword, linkFor, opensAccount } from './account.ts'
import { findSession } from './session.ts'
import { openSignIn, signIn } from './sign-in.ts'

const store = await testStore({ after })
const { database, gateway, erasing } = store
const email = Personal.of('email', 'ended@account.example')
const password = 'a kettle on a blue shelf'

test('C3.1 an erasure ends an account at once: key, look-up value, sessions, links', async () => {
  const id = await database.transaction((tx) => accountFor(gateway, tx, email))
  const link = async () =>
    (await linkFor(gateway, id, gateway.clock().add({ minutes: 30 })))?.token ?? ''
  const session = (await choosePassword(gateway, await link(), password)) ?? ''
  const left = await link()
  const subjects = await subjectsOfEmail(database, emailLookUp(gateway.vault, email))
  assert.deepEqual(subjects, [id])

  const { fields } = await showAll(erasing.holdings, database, subjects)
  const shown = fields.map(({ name, rule }) => `${rule}: ${name}`)
  for (const name of ['email', 'account.confirmed_at', 'account_session.last_seen_at']) {
    assert.ok(shown.includes(`account: ${name}`), name)
  }
  assert.ok(shown.includes('look-up: lookUp.email'))
  assert.ok(!shown.some((name) => name.includes('passwordHash')))

  await database.script('create table copy as select * from sealed_record')
  assert.ok(await erase(erasing, subjects))
  await database.script('insert into sealed_record select * from copy on conflict do nothing')
  assert.deepEqual(await openHeld(gateway.vault, database, id, ['email', 'passwordHash']), {})
  await database.script('delete from sealed_record; drop table copy')
  assert.deepEqual((await showAll(erasing.holdings, database, subjects)).fields, [])
  assert.equal(await findSession(gateway, session), undefined)
  assert.equal(await opensAccount(gateway, left), false)
  const again = { email, password }
  assert.equal(await signIn(openSignIn(gateway), again, '127.0.0.1'), undefined)
  assert.deepEqual(await subjectsOfEmail(database, emailLookUp(gateway.vault, email)), [])
})
