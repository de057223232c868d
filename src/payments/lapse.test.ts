/**
 * What was not paid ends: key, rows, look-up values and reservation; and what was paid after all is never lost.
 */

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { accountOf, leftOf, PAID_ONCE, stockOf, UNPAID } from '../../test/support/books.ts'
import { control, journal, newestOrder, payAway, sessionOf } from '../../test/support/outside.ts'
import { ADA, goToPay, order as orderAt, pay } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { findSubjects } from '../privacy/look-ups.ts'
import { en } from '../web/words/en.ts'
import { lapsePayments } from './payment.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const words = en.checkout
const jump = (minutes: number) => {
  ahead = ahead.add({ minutes })
}
const outage = (mode: 'none' | '500' | 'refuse') =>
  control(store, 'outage', { service: 'processor', mode })

beforeEach(() => {
  ahead = Temporal.Duration.from({ minutes: 0 })
})

async function placed(contact = ADA) {
  const { shopper, paymentUrl } = await goToPay(store, { contact })
  return { shopper, paymentUrl, order: await newestOrder(store) }
}

async function expiries(session: string): Promise<number> {
  const entries = await journal(store, 'processor')
  return entries.filter(({ path }) => path.endsWith(`/${session}/expire`)).length
}

test('C3.1 a payment that lapses takes its order along: key, rows, look-up values, reservation', async () => {
  const before = await stockOf(store)
  const { order } = await placed({ ...ADA, email: 'gone@example.com' })
  const session = await sessionOf(store, order)
  assert.equal(await stockOf(store), before - 1)
  jump(34)
  assert.equal(await lapsePayments(store.payments), 0)
  jump(2)
  assert.equal(await lapsePayments(store.payments), 1)
  assert.deepEqual(await leftOf(store, order), {})
  assert.equal(await stockOf(store), before)
  assert.equal(await expiries(session), 1, 'the processor ends its page first')
  const { vault } = store.payments.gateway
  assert.deepEqual(await findSubjects(vault, store.database, 'email', 'gone@example.com', 5), [])
  const { leaf } = await store.database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where leaf like ${`%${order}%`} order by id desc limit 1`,
  )
  assert.match(leaf, /"because":"payment lapsed".*"kind":"key destroyed"/)
})

test('whoever pays in the very moment in which it lapses has paid', async () => {
  await control(store, 'webhooks', { webhooks: 'hold' })
  const { order } = await placed()
  await payAway(store, order)
  jump(36)
  assert.equal(await lapsePayments(store.payments), 0)
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
  await control(store, 'release', {})
  await control(store, 'webhooks', { webhooks: 'normal' })
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
})

test('a webhook and a lapse at the same instant: paid, and the stock is not given back', async () => {
  const before = await stockOf(store)
  const { order } = await placed()
  jump(36)
  const [{ paid }] = await Promise.all([payAway(store, order), lapsePayments(store.payments)])
  assert.deepEqual(await accountOf(store, order), paid ? PAID_ONCE : { ...UNPAID, state: 'gone' })
  assert.equal(await stockOf(store), paid ? before - 1 : before)
})

test('nothing lapses while the processor cannot be asked', async () => {
  const { order } = await placed()
  jump(36)
  await outage('500')
  assert.equal(await lapsePayments(store.payments), 0)
  assert.deepEqual(await accountOf(store, order), UNPAID)
  await outage('none')
  assert.equal(await lapsePayments(store.payments), 1)
  assert.deepEqual(await leftOf(store, order), {})
})

test('while our clock is not trusted, the processor’s decides which payment is over', async () => {
  const { order } = await placed()
  const session = await sessionOf(store, order)
  jump(60 * 24 * 30)
  const lapse = () => lapsePayments(store.payments, { isClockTrusted: false })
  assert.equal(await lapse(), 0)
  assert.deepEqual(await accountOf(store, order), UNPAID)
  assert.equal(await expiries(session), 0, 'nobody’s page is ended')
  await control(store, 'expire', { session })
  assert.equal(await lapse(), 1)
  assert.deepEqual(await leftOf(store, order), {})
})

test('a store that stopped before it heard of its session finds it again', async () => {
  const before = await stockOf(store)
  const { order, paymentUrl, shopper } = await placed()
  const session = await sessionOf(store, order)
  await store.database.run(sql`update payment set session_id = null where order_id = ${order}`)
  jump(36)
  assert.equal(await lapsePayments(store.payments), 1)
  assert.equal(await expiries(session), 1)
  assert.equal((await shopper.get(paymentUrl)).status, 410, 'it can no longer be paid')
  assert.equal(await stockOf(store), before)
})

test('a store that stopped before it heard of its session, which was paid: paid', async () => {
  await control(store, 'webhooks', { webhooks: 'hold' })
  const { order } = await placed()
  await payAway(store, order)
  await store.database.run(sql`update payment set session_id = null where order_id = ${order}`)
  jump(36)
  assert.equal(await lapsePayments(store.payments), 0)
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
  await control(store, 'release', {})
  await control(store, 'webhooks', { webhooks: 'normal' })
})

test('a processor that is out at placing: the form comes back, later the stock', async () => {
  const before = await stockOf(store)
  await outage('refuse')
  const { answer } = await orderAt(store, { contact: { ...ADA, city: 'Skagen', phone: '' } })
  const order = await newestOrder(store)
  assert.ok(answer.text.includes(words.place.unreachable))
  assert.match(answer.text, /value="Skagen"/)
  assert.match(answer.text, /role="alert"/)
  jump(1)
  assert.equal(await lapsePayments(store.payments), 0, 'it may have opened a page')
  assert.equal(await stockOf(store), before - 1)
  await outage('none')
  assert.equal(await lapsePayments(store.payments), 1)
  assert.deepEqual(await leftOf(store, order), {})
  assert.equal(await stockOf(store), before)
})

test('a processor that is out for longer than a session lives has none, and the order ends', async () => {
  const before = await stockOf(store)
  await outage('500')
  await orderAt(store)
  const order = await newestOrder(store)
  await store.database.run(sql`
    update payment set started_at = started_at - interval '1 hour' where order_id = ${order}`)
  jump(1)
  await outage('none')
  assert.equal(await lapsePayments(store.payments), 1)
  assert.deepEqual(await leftOf(store, order), {})
  assert.equal(await stockOf(store), before)
})

test('an order that cannot be ended keeps no other waiting', async () => {
  const stuck = (await placed()).order
  await store.database.run(sql`
    update payment set session_id = 'cs_unknown', lapses_at = lapses_at - interval '1 minute'
    where order_id = ${stuck}`)
  const { order } = await placed()
  jump(36)
  // However many there are of them: each waits for an hour before it is tried again.
  const one = { limit: 1 }
  await assert.rejects(lapsePayments(store.payments, one), { code: 'payment_refused' })
  assert.equal(await lapsePayments(store.payments, one), 1)
  assert.deepEqual(await leftOf(store, order), {})
  assert.equal(await lapsePayments(store.payments, one), 0)
  jump(61)
  await assert.rejects(lapsePayments(store.payments, one), { code: 'payment_refused' })
  assert.deepEqual(await accountOf(store, stuck), UNPAID)
  await store.database.run(sql`delete from payment where order_id = ${stuck}`)
})

test('a customer who cancels at the processor has the cart back, and the shop nothing of them', async () => {
  const before = await stockOf(store)
  const { shopper, paymentUrl, order } = await placed()
  const seen = await shopper.get('/checkout/cancelled')
  assert.match(seen.text, /<form[^>]* action="\/checkout\/cancelled" method="post"/)
  const page = await shopper.post('/checkout/cancelled', {})
  assert.ok(page.text.includes(words.cancelled.title))
  assert.deepEqual(await leftOf(store, order), {})
  assert.equal(await stockOf(store), before)
  assert.match((await shopper.get('/cart')).text, /Stoneware Teapot/)
  assert.equal((await shopper.get(paymentUrl)).status, 410)
  assert.equal(shopper.cookies.has('__Host-payment'), false)
  assert.ok((await shopper.post('/checkout/cancelled', {})).text.includes(words.cancelled.title))
})

test('an address that is opened ends no payment, however often', async () => {
  const before = await stockOf(store)
  const { shopper, paymentUrl } = await placed()
  for (const _ of ['ahead', 'by the browser', 'again']) {
    assert.ok((await shopper.get('/checkout/cancelled')).text.includes(words.unpaid.title))
  }
  assert.equal(await stockOf(store), before - 1)
  assert.ok((await pay(shopper, paymentUrl)).text.includes(words.order.notices.paid))
})

test('a processor that does not answer a customer who cancels is asked again within a minute', async () => {
  const { shopper, order } = await placed()
  await outage('500')
  assert.equal((await shopper.post('/checkout/cancelled', {})).status, 503)
  await outage('none')
  jump(1)
  assert.equal(await lapsePayments(store.payments), 1)
  assert.deepEqual(await leftOf(store, order), {})
})

test('a customer who goes to the cancel page after having paid is shown the paid order', async () => {
  await control(store, 'webhooks', { webhooks: 'hold' })
  const { shopper, order } = await placed()
  await payAway(store, order)
  const page = await shopper.post('/checkout/cancelled', {})
  assert.ok(page.text.includes(words.order.notices.paid))
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
  await control(store, 'release', {})
  await control(store, 'webhooks', { webhooks: 'normal' })
})

test('whoever pays after the order has lapsed cannot: the page is gone', async () => {
  const { shopper, paymentUrl } = await placed()
  jump(36)
  await lapsePayments(store.payments)
  const page = await pay(shopper, paymentUrl)
  assert.equal(page.status, 410)
})
