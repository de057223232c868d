/** Rectification: value and look-up value change together, or not at all (art. 16 GDPR). */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newestOrder } from '../../test/support/outside.ts'
import { arrived, shipped } from '../../test/support/own-data.ts'
import { ADA, buy } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { erase } from './erasure.ts'
import { findSubjects } from './look-ups.ts'
import { Personal } from './personal.ts'
import { type Correction, rectify } from './rectification.ts'
import { givenUnder, openHeld } from './vault.ts'

const store = await testStore({ after })
const { database, gateway, erasing } = store
const { vault } = gateway

async function paid(): Promise<Id> {
  await buy(store)
  await store.work()
  return newestOrder(store)
}

const found = (field: 'lastName' | 'phone' | 'postalCode', value: string) =>
  findSubjects(vault, database, field, value, 99)

const correct = (order: Id, corrections: readonly Correction[]) =>
  rectify(erasing, vault, order, corrections, async () => {})

test('a corrected value is what is held and what the order is found by; the old one is gone', async () => {
  const order = await paid()
  const held = await openHeld(vault, database, order, ['postalAddress', 'email', 'invoiceName'])
  const address = { ...held.postalAddress, postalCode: '8660' } as NonNullable<
    typeof held.postalAddress
  >
  const changed = await correct(order, [
    Personal.of('firstName', ADA.firstName ?? ''),
    Personal.of('lastName', 'Byron'),
    Personal.of('postalAddress', address),
    Personal.of('phone', ''),
  ])
  assert.deepEqual(changed, ['lastName', 'postalAddress', 'phone'])
  const now = await openHeld(vault, database, order, [
    ...(['firstName', 'lastName', 'postalAddress', 'phone', 'email', 'invoiceName'] as const),
  ])
  assert.deepEqual(now, {
    ...{ firstName: 'Ada', lastName: 'Byron', phone: '', postalAddress: address },
    ...{ email: ADA.email, invoiceName: 'Ada Lovelace' },
  })
  assert.deepEqual(await found('lastName', 'byron'), [order])
  assert.ok(!(await found('lastName', 'Lovelace')).includes(order))
  assert.ok(!(await found('phone', ADA.phone ?? '')).includes(order))
  assert.deepEqual(await found('postalCode', '8660'), [order])
  assert.equal(await givenUnder(database, order), '1a')
})

test('the ledger names the fields that changed, and nothing where nothing did', async () => {
  const order = await paid()
  const entries = () =>
    database.many<{ leaf: string }>(
      sql`select leaf from ledger_entry where leaf like '%"kind":"rectified"%' order by id`,
    )
  const before = (await entries()).length
  assert.deepEqual(await correct(order, [Personal.of('lastName', ADA.lastName ?? '')]), [])
  assert.equal((await entries()).length, before)
  await correct(order, [Personal.of('lastName', 'Byronsecret')])
  const { leaf = '' } = (await entries()).at(-1) ?? {}
  assert.deepEqual(JSON.parse(leaf).fields, ['lastName'])
  assert.ok(!leaf.includes(order) && !leaf.includes('Byronsecret'))
})

test('C3.1 what has ended, or is going to, is not written to any more', async () => {
  const open = await paid()
  await erase(erasing, [open])
  await assert.rejects(correct(open, [Personal.of('lastName', 'Byron')]), { code: 'conflict' })
  assert.ok(!(await found('lastName', 'Byron')).includes(open), 'no name finds it again')
  const order = await paid()
  await shipped(store, order)
  await arrived(store, order)
  await Promise.all([
    erase(erasing, [order]),
    correct(order, [Personal.of('lastName', 'Byron')]).catch(() => undefined),
  ])
  assert.deepEqual(await openHeld(vault, database, order, ['lastName']), {})
  assert.ok(!(await found('lastName', 'Byron')).includes(order))
})
