/** C3.1: what its person asks to have deleted ends by its key, so that no copy opens again. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { endUnconfirmed } from '../../src/customers/account.ts'
import { lapsePayments } from '../../src/payments/payment.ts'
import { erase } from '../../src/privacy/erasure.ts'
import { showAll } from '../../src/privacy/holdings.ts'
import { findSubjects } from '../../src/privacy/look-ups.ts'
import { policy } from '../../src/privacy/policy.ts'
import { personalFields, withheld } from '../../src/privacy/table.ts'
import { openHeld } from '../../src/privacy/vault.ts'
import { accountLink, signedInAt } from '../support/account.ts'
import { leftOf } from '../support/books.ts'
import { closedOrder } from '../support/clauses.ts'
import { newestOrder } from '../support/outside.ts'
import { ADA, buy, goToPay } from '../support/purchase.ts'
import { shopperAt } from '../support/shopper.ts'
import { openAccount, PASSWORD, withFactor, withPasskey } from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database } = store
const { vault } = store.payments.gateway

test('C3.1 the key of a lapsed checkout is destroyed, and a copy of its rows opens no more', async () => {
  await goToPay(store)
  const order = await newestOrder(store)
  await database.script('create table copy as select * from sealed_record')
  assert.equal(
    (await openHeld(vault, database, order, ['email'])).email,
    'ada.lovelace@example.com',
  )
  ahead = Temporal.Duration.from({ minutes: 36 })
  assert.equal(await lapsePayments(store.payments), 1)
  assert.deepEqual(await leftOf(store, order), {})
  await database.script('insert into sealed_record select * from copy')
  assert.deepEqual(await openHeld(vault, database, order, ['email', 'firstName']), {})
  await database.script('drop table copy')
})

test('C3.1 that it ended is in the ledger, without saying whose it was', async () => {
  const { leaf } = await database.one<{ leaf: string }>(sql`
    select leaf from ledger_entry where leaf like '%key destroyed%'`)
  const { at, id, reference, ...rest } = JSON.parse(leaf)
  assert.deepEqual(rest, {
    ...{ kind: 'key destroyed', clause: 'C3.1', because: 'payment lapsed', version: 1 },
  })
  for (const text of [at, id, reference]) assert.match(text, /^[0-9a-f-]{36}$|^\d{4}-\d\d-\d\dT/)
})

test('C3.1 what a guest has erased opens in no copy of its rows, and is found by nothing', async () => {
  ahead = Temporal.Duration.from({ minutes: 0 })
  const order = await closedOrder(store)
  await database.script('create table copy as select * from sealed_record')
  assert.ok((await openHeld(vault, database, order, ['trackingNumber'])).trackingNumber)
  assert.ok(await erase(store.erasing, [order]))
  await database.script('insert into sealed_record select * from copy on conflict do nothing')
  await database.script('drop table copy')
  const opened = await openHeld(vault, database, order, ['email', 'lastName', 'trackingNumber'])
  assert.deepEqual(opened, {})
  for (const field of ['email', 'phone', 'lastName', 'postalCode'] as const) {
    assert.deepEqual(await findSubjects(vault, database, field, ADA[field] ?? '', 9), [], field)
  }
})

test('C3.1 everything that access shows and no rule keeps is ended: one map serves both', async () => {
  const order = await closedOrder(store, { ...ADA, email: 'one.map@example.com' })
  const shown = async () => (await showAll(store.erasing.holdings, database, [order])).fields
  const before = await shown()
  assert.ok(await erase(store.erasing, [order]))
  const after = await shown()
  const ending = before.filter(({ rule }) => policy.retention[rule]?.onErasure !== 'stays')
  assert.ok(ending.length > 20)
  assert.deepEqual(
    after.filter(({ rule }) => policy.retention[rule]?.onErasure !== 'stays'),
    [],
  )
})

test('C3.1 an account ends when its person asks: no copy of its rows opens, and orders stay', async () => {
  const { account, shopper } = await signedInAt(store, 'asks@account.example')
  await buy(store)
  const order = await newestOrder(store)
  await database.script('create table copy as select * from sealed_record')
  assert.ok(await erase(store.erasing, [account]))
  await database.script('insert into sealed_record select * from copy on conflict do nothing')
  assert.deepEqual(await openHeld(vault, database, account, personalFields), {})
  await database.script('drop table copy')
  await database.run(sql`delete from sealed_record where subject = ${account}`)
  assert.deepEqual(await leftOf(store, account), {})
  assert.equal((await shopper.get('/account')).url.pathname, '/account/sign-in')
  assert.ok((await openHeld(vault, database, order, ['email'])).email)
})

test('C3.1 what a person signs in with is shown to them by name, and ends with their account', async () => {
  const account = await openAccount(store.gateway, 'signs-in@account.example')
  await withFactor(store.gateway, account)
  await withPasskey(store.gateway, account, { name: 'Blue phone' })
  const { holdings } = store.erasing
  const shown = async () => (await showAll(holdings, database, [account.id])).fields
  const before = await shown()
  const of = (name: string) => before.filter((field) => field.name === name)
  assert.deepEqual([of('passkeyName')[0]?.value, of('passkeyName').length], ['Blue phone', 1])
  for (const name of ['account_factor.created_at', 'account_passkey.created_at']) {
    assert.equal(of(name).length, 1, name)
  }
  for (const [name, instead] of Object.entries(withheld)) {
    assert.deepEqual(
      of(name).map(({ value }) => value),
      [{ withheld: instead }],
    )
  }
  assert.ok(await erase(store.erasing, [account.id]))
  assert.deepEqual(await shown(), [])
  assert.deepEqual(await leftOf(store, account.id), {})
})

test('C3.1 an address that nobody confirms ends after a day, with its link', async () => {
  const link = await accountLink(store, 'typed@account.example')
  const { id } = await database.one<{ id: Id }>(
    sql`select id from account where confirmed_at is null`,
  )
  ahead = ahead.add({ hours: 25 })
  assert.equal(await endUnconfirmed(store.gateway), 1)
  assert.deepEqual(await leftOf(store, id), {})
  const { status } = await shopperAt(store.url).post(link, { password: PASSWORD })
  assert.equal(status, 404)
  ahead = ahead.subtract({ hours: 25 })
})
