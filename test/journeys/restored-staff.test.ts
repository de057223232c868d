/** Staff who lost access, or whose password was replaced, after a backup: neither comes back with the store (C5). */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { sequence } from '../../src/privacy/sequencer.ts'
import { addStaff, type Credentials, disable, listStaff } from '../../src/staff/staff.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { shopperAt } from '../support/shopper.ts'
import { testStore } from '../support/store.ts'

test('C5 after a restore nobody of the staff may more than they were left with', async (t) => {
  const store = await testStore(t)
  const { gateway, folder } = store
  await addStaff(gateway, 'owner', ['owner'])
  const left = await addStaff(gateway, 'left', ['service'])
  const leaked = await addStaff(gateway, 'leaked', ['service'])
  const stays = await addStaff(gateway, 'stays', ['service'])
  await sequence(store.ledger)
  const file = join(folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  const member = (await listStaff(gateway)).find(({ login }) => login === 'left')
  await disable(gateway, member?.id ?? '')
  const reset = await tacet('staff reset-password leaked --json', folder, urlOf(store.database))
  assert.equal(reset.code, 0, reset.complaint)

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  assert.match(restored.out, /Staff whose password was replaced since: leaked\./)
  const again = await reopen(t, store, url)
  const enter = async ({ login, password }: Credentials) =>
    (await shopperAt(again.url).post('/admin/session', { login, password })).status
  assert.equal(await enter(stays), 200)
  for (const one of [left, leaked, JSON.parse(reset.out)]) assert.equal(await enter(one), 401)
  const next = await tacet('staff reset-password leaked --json', folder, url)
  assert.equal(await enter(JSON.parse(next.out)), 200)
})
