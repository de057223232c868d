/** A password that was changed after a backup: the store that comes of the backup takes neither it nor the old one. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { sequence } from '../../src/privacy/sequencer.ts'
import { accountLink, signedInAt } from '../support/account.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { shopperAt } from '../support/shopper.ts'
import { OTHER_PASSWORD, PASSWORD } from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

test('C3.1 after a restore an old password opens nothing, and a link to the address does', async (t) => {
  const store = await testStore(t)
  const [changed, same] = ['changed@account.example', 'same@account.example']
  const { shopper } = await signedInAt(store, changed)
  const kept = await signedInAt(store, same)
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  await shopper.post('/account/password', { old: PASSWORD, password: OTHER_PASSWORD })

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  const again = await reopen(t, store, url)
  const enter = async (email: string, password: string) =>
    (await shopperAt(again.url).post('/account/sign-in', { email, password })).status
  assert.equal((await kept.shopper.get('/account')).url.pathname, '/account/sign-in')
  assert.equal(await enter(same, PASSWORD), 200)
  for (const password of [PASSWORD, OTHER_PASSWORD]) {
    assert.equal(await enter(changed, password), 401)
  }
  const link = await accountLink(again, changed)
  await shopperAt(again.url).post(link, { password: OTHER_PASSWORD })
  assert.equal(await enter(changed, OTHER_PASSWORD), 200)
})
