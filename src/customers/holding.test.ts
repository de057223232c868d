/** An account on the map of what is held: what access shows of it is what an erasure ends (C3.1). */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  handleOf,
  openAccount,
  PASSWORD as password,
  passwordLink,
  SITE,
  withFactor,
  withPasskey,
} from '../../test/support/sign-in.ts'
import { testStore } from '../../test/support/store.ts'
import { erase } from '../privacy/erasure.ts'
import { showAll } from '../privacy/holdings.ts'
import { emailLookUp, subjectsOfEmail } from '../privacy/look-ups.ts'
import { Personal } from '../privacy/personal.ts'
import { personalFields, withheld } from '../privacy/table.ts'
import { openHeld } from '../privacy/vault.ts'
import { opensAccount } from './account.ts'
import { signInByPasskey, signInChallenge } from './passkeys.ts'
import { findSession } from './session.ts'
import { openSignIn, signIn } from './sign-in.ts'

const store = await testStore({ after })
const { database, gateway, erasing } = store
const email = Personal.of('email', 'ended@account.example')

test('C3.1 an erasure ends an account at once: key, look-up values, sessions, passkeys, links', async () => {
  const account = await openAccount(gateway, 'ended@account.example')
  const { id, session } = account
  await withFactor(gateway, account)
  const passkey = await withPasskey(gateway, account, { name: 'Blue phone' })
  await withPasskey(gateway, account, { name: 'Red stick' })
  const left = await passwordLink(gateway, id)
  const subjects = await subjectsOfEmail(gateway.vault, database, emailLookUp(gateway.vault, email))
  assert.deepEqual(subjects, [id])

  const { fields } = await showAll(erasing.holdings, database, subjects)
  const shown = fields.map(({ name, rule }) => `${rule}: ${name}`)
  for (const name of [
    ...['email', 'account.confirmed_at', 'account_session.last_seen_at'],
    ...['account_factor.created_at', 'account_passkey.created_at', 'passkeyPublicKey'],
  ]) {
    assert.ok(shown.includes(`account: ${name}`), name)
  }
  for (const name of ['email', 'passkeyCredential']) {
    assert.ok(shown.includes(`look-up: lookUp.${name}`), name)
  }
  const names = fields.filter(({ name }) => name === 'passkeyName').map(({ value }) => value)
  assert.deepEqual(names, ['Blue phone', 'Red stick'])
  for (const secret of Object.keys(withheld))
    assert.ok(shown.includes(`account: ${secret}`), secret)

  await database.script('create table copy as select * from sealed_record')
  assert.ok(await erase(erasing, subjects))
  await database.script('insert into sealed_record select * from copy on conflict do nothing')
  assert.deepEqual(await openHeld(gateway.vault, database, id, personalFields), {})
  await database.script('delete from sealed_record; drop table copy')
  assert.deepEqual((await showAll(erasing.holdings, database, subjects)).fields, [])
  assert.equal(await findSession(gateway, session), undefined)
  assert.equal(await opensAccount(gateway, left), false)
  const again = { email, password }
  assert.equal(await signIn(openSignIn(gateway), again, '127.0.0.1'), undefined)
  const sent = passkey.signIn(signInChallenge(gateway), handleOf(account))
  assert.equal(await signInByPasskey(openSignIn(gateway), SITE, sent, '127.0.0.1'), undefined)
  assert.deepEqual(
    await subjectsOfEmail(gateway.vault, database, emailLookUp(gateway.vault, email)),
    [],
  )
})
