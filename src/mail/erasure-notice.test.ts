/** Erasure notices: each company that had something is told, by its own references and by nothing else. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inbox, newestOrder } from '../../test/support/outside.ts'
import { arrived, shipped } from '../../test/support/own-data.ts'
import { ADA, buy } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { erase } from '../privacy/erasure.ts'
import { noticesOf } from '../privacy/erasure-notice.ts'

const store = await testStore({ after })
const { database, erasing } = store
const MAILBOXES = [
  ...['privacy@carrier.example', 'privacy@processor.example', 'privacy@relay.example'],
] as const

async function closed(): Promise<Id> {
  await buy(store)
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  return order
}

async function erased(orders: readonly Id[]): Promise<readonly string[]> {
  const entry = await erase(erasing, orders)
  const { leaf } = await database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where id = ${entry}`,
  )
  return JSON.parse(leaf).notices
}

const kept = async () =>
  (await database.one<{ n: number }>(sql`select count(*) as n from erasure_notice`)).n

test('C3.1 C5 each company is told its own references, and no value about anybody', async () => {
  const orders = [await closed(), await closed()]
  const { parcels, payments } = await database.one<{ parcels: string[]; payments: string[] }>(sql`
    select (select array_agg(company_reference) from shipment) as parcels,
      (select array_agg(intent_id) from payment) as payments`)
  const notices = await erased(orders)
  assert.equal(notices.length, 3)
  assert.equal(await kept(), 3)
  await store.work()
  const [carrier, processor, relay] = await Promise.all(MAILBOXES.map((to) => inbox(store, to)))
  for (const reference of parcels) assert.ok(carrier?.[0]?.text.includes(reference))
  for (const reference of payments) assert.ok(processor?.[0]?.text.includes(reference))
  for (const mails of [carrier, processor, relay]) {
    assert.equal(mails?.length, 1)
    // A short one, like a postal code, stands in some reference by chance.
    for (const [field, value] of Object.entries(ADA)) {
      if (value.length > 5) assert.ok(!mails?.[0]?.text.includes(value), field)
    }
    for (const order of orders) assert.ok(!mails?.[0]?.text.includes(order))
  }
  assert.deepEqual(
    (await noticesOf(database, notices)).map(({ recipient, outcome }) => [recipient, outcome]),
    [
      ['carrier', 'delivered'],
      ['mail relay', 'delivered'],
      ['payment processor', 'delivered'],
    ],
  )
  assert.equal(await kept(), 0, 'what led to the person in the company’s books is gone')
})

test('C5 a notice is a disclosure of its own, of references alone, and of no order', async () => {
  const told = await database.many<{ fields: string[]; clause: string; subject: Id }>(sql`
    select fields, clause, subject from disclosure where purpose = 'erasure notice'`)
  assert.ok(told.length > 0)
  for (const { fields, clause, subject } of told) {
    assert.deepEqual([fields, clause], [['references'], 'C3.1'])
    const order = await database.first(sql`select 1 from orders where id = ${subject}`)
    assert.equal(order, undefined)
  }
})

test('an erasure that is rolled back tells nobody', async () => {
  const order = await closed()
  const before = await kept()
  const holdings = erasing.holdings.map((holding) =>
    holding.tables.includes('orders') ? { ...holding, end: async () => 0 } : holding,
  )
  await assert.rejects(erase({ ...erasing, holdings }, [order]))
  await store.work()
  assert.equal(await kept(), before)
  assert.equal((await inbox(store, MAILBOXES[0])).length, 1)
})

test('a company without a mailbox is listed and not told', async () => {
  const order = await closed()
  const entry = await erase({ ...erasing, tell: async () => [] }, [order])
  const { leaf } = await database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where id = ${entry}`,
  )
  const { had, notices } = JSON.parse(leaf)
  assert.ok(had.includes('carrier: EasyPost'))
  assert.equal(notices, undefined)
})
