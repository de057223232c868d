/**
 * Refunds and cancellations: never more than was paid, once each, and back on the books when they fail.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { accountOf, eventsOf, stockOf } from '../../test/support/books.ts'
import { control, inbox, newestOrder } from '../../test/support/outside.ts'
import { ADA, buy } from '../../test/support/purchase.ts'
import { payBackByHand, postedRefunds } from '../../test/support/refunds.ts'
import { testStore } from '../../test/support/store.ts'
import { sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { disclosuresOf } from '../orders/disclosures.ts'
import { cancelOrder, carryOutRefund, refundsOf, requestRefund } from './refund.ts'

const store = await testStore({ after })
const { payments, database } = store
const by = newId(payments.gateway.clock())
const TOTAL = 4740
const noHindrance = async () => undefined
const cancel = (orderId: Id) => cancelOrder(payments, { orderId, by }, noHindrance)

async function bought(contact = ADA): Promise<Id> {
  await buy(store, { contact })
  const order = await newestOrder(store)
  await store.work()
  return order
}

const refund = (orderId: Id, amountMinor: number, seenRefundedMinor = 0) =>
  requestRefund(payments, { orderId, of: amountMinor, by, seenRefundedMinor })

const sentBack = async (order: Id) =>
  (await postedRefunds(store, order)).map(({ amount }) => amount)

const statesOf = async (order: Id) =>
  (await refundsOf(database, order)).map(({ state, amountMinor }) => [state, amountMinor])

test('a refund in part, and one of the rest, are sent once each and told by mail', async () => {
  const order = await bought({ ...ADA, email: 'refund@example.com' })
  await refund(order, 1000)
  await store.work()
  await refund(order, TOTAL - 1000, 1000)
  await store.work()
  assert.deepEqual(await sentBack(order), ['1000', String(TOTAL - 1000)])
  assert.deepEqual(await statesOf(order), [
    ['done', 1000],
    ['done', TOTAL - 1000],
  ])
  assert.equal((await accountOf(store, order)).refundedMinor, TOTAL)
  assert.equal((await inbox(store, 'refund@example.com')).length, 3)
})

test('more than is left, nothing and less than nothing are not refunded', async () => {
  const order = await bought()
  await refund(order, 4000)
  for (const amount of [TOTAL - 4000 + 1, 0, -1]) {
    await assert.rejects(refund(order, amount, 4000), { code: 'conflict' }, String(amount))
  }
  await store.work()
  assert.deepEqual(await sentBack(order), ['4000'])
})

test('a refund that is asked for twice at once is made once', async () => {
  const order = await bought()
  const asked = await Promise.allSettled([refund(order, 500), refund(order, 500)])
  assert.deepEqual(asked.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await store.work()
  assert.deepEqual(await sentBack(order), ['500'])
})

test('a refund whose job runs twice is made once', async () => {
  const order = await bought()
  await refund(order, 500)
  const [asked] = await refundsOf(database, order)
  const job = { order, id: asked?.id ?? '' }
  const attempt = { number: 1, isLast: false }
  await Promise.all([
    carryOutRefund(payments, job, attempt),
    carryOutRefund(payments, job, attempt),
  ])
  await store.work()
  assert.deepEqual(await statesOf(order), [['done', 500]])
  const { refunded } = await database.one<{ refunded: number }>(
    sql`select count(*) as refunded from order_event where order_id = ${order} and kind = 'refunded'`,
  )
  assert.equal(refunded, 1)
})

test('a processor that is out is asked again', async () => {
  const order = await bought()
  await refund(order, 700)
  await control(store, 'outage', { service: 'processor', mode: '500' })
  const [asked] = await refundsOf(database, order)
  const job = { order, id: asked?.id ?? '' }
  await assert.rejects(carryOutRefund(payments, job, { number: 1, isLast: false }))
  assert.deepEqual(await statesOf(order), [['requested', 700]])
  await control(store, 'outage', { service: 'processor', mode: 'none' })
  await carryOutRefund(payments, job, { number: 2, isLast: false })
  assert.deepEqual(await statesOf(order), [['done', 700]])
})

test("the processor's no is final at once, and what it refused can be asked for again", async () => {
  const order = await bought()
  await payBackByHand(store, order, TOTAL - 500)
  await refund(order, 700)
  await store.work()
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  assert.equal((await accountOf(store, order)).refundedMinor, 0)
  assert.ok((await eventsOf(store, order)).includes('refund failed'))
  await refund(order, 500)
  await store.work()
  assert.deepEqual(await statesOf(order), [
    ['failed', 700],
    ['done', 500],
  ])
})

test('a refund that nobody could be told of has failed', async () => {
  const order = await bought()
  await refund(order, 700)
  // Stopped before its job began.
  await database.run(sql`
    update disclosure set outcome = 'given up', outcome_at = now()
    where subject = ${order} and purpose = 'refund'`)
  await store.work()
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  assert.equal((await accountOf(store, order)).refundedMinor, 0)
  assert.deepEqual(await sentBack(order), [])
})

test('a refund that fails before it is told leaves no disclosure open', async () => {
  const order = await bought()
  await refund(order, 700)
  const [{ id } = assert.fail()] = await refundsOf(database, order)
  const processor = {
    ...payments.processor,
    refund: () => Promise.reject(new Fault('invalid', 'It cannot be written')),
  }
  await carryOutRefund({ ...payments, processor }, { order, id }, { number: 1, isLast: false })
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  const told = (await disclosuresOf(database, order)).filter(({ purpose }) => purpose === 'refund')
  assert.deepEqual(
    told.map(({ outcome }) => outcome),
    ['given up'],
  )
})

test('a cancellation gives back the rest of the money and the stock, and is told', async () => {
  const contact = { ...ADA, email: 'cancel@example.com' }
  const order = await bought(contact)
  const before = await stockOf(store)
  await refund(order, 1000)
  await cancel(order)
  await store.work()
  assert.deepEqual(await sentBack(order), ['1000', String(TOTAL - 1000)])
  assert.equal(await stockOf(store), before + 1)
  const { state, refundedMinor } = await accountOf(store, order)
  assert.deepEqual([state, refundedMinor], ['cancelled', TOTAL])
  const subjects = (await inbox(store, contact.email)).map(({ subject }) => subject).join('; ')
  assert.match(subjects, /cancel/i)
})

test('an order is cancelled once, and its stock comes back once', async () => {
  const order = await bought()
  const before = await stockOf(store)
  const asked = await Promise.allSettled([cancel(order), cancel(order)])
  assert.deepEqual(asked.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await store.work()
  assert.equal(await stockOf(store), before + 1)
  assert.deepEqual(await sentBack(order), [String(TOTAL)])
})

test('a hindrance that others know of keeps an order as it was', async () => {
  const order = await bought()
  const before = await stockOf(store)
  const hindered = cancelOrder(payments, { orderId: order, by }, () =>
    Promise.reject(new Fault('conflict', 'The parcel is being booked')),
  )
  await assert.rejects(hindered, { code: 'conflict' })
  assert.equal((await accountOf(store, order)).state, 'paid')
  assert.equal(await stockOf(store), before)
  assert.deepEqual(await refundsOf(database, order), [])
})
