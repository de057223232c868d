/**
 * Paid once, whatever arrives: a webhook twice, late, before the redirect, out of order, or the redirect alone.
 */

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { accountOf, PAID_ONCE, UNPAID } from '../../test/support/books.ts'
import {
  control,
  inbox,
  newestOrder,
  notify,
  paidNotice,
  payAway,
  sessionOf,
} from '../../test/support/outside.ts'
import { ADA, goToPay, pay } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { en } from '../web/words/en.ts'

const store = await testStore({ after })
const { notices } = en.checkout.order

beforeEach(() => control(store, 'webhooks', { webhooks: 'normal' }))

test('a webhook that comes before the redirect makes the order paid, and the redirect shows it', async () => {
  const { shopper, paymentUrl } = await goToPay(store)
  const page = await pay(shopper, paymentUrl)
  assert.match(page.url.pathname, /^\/orders\//)
  assert.ok(page.text.includes(notices.paid))
  assert.deepEqual(await accountOf(store, await newestOrder(store)), PAID_ONCE)
})

test('a redirect that is never made does not matter', async () => {
  await goToPay(store)
  const order = await newestOrder(store)
  assert.equal((await payAway(store, order)).webhook, 200)
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
})

test('a webhook that comes twice at once makes one order paid, one record, one mail', async () => {
  const contact = { ...ADA, email: 'twice@example.com' }
  await control(store, 'webhooks', { webhooks: 'duplicate' })
  await goToPay(store, { contact })
  const order = await newestOrder(store)
  await payAway(store, order)
  await store.work()
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
  assert.equal((await inbox(store, contact.email)).length, 1)
})

test('ten webhooks for one order at the same instant make it paid once', async () => {
  await goToPay(store)
  const order = await newestOrder(store)
  const event = await paidNotice(store, order)
  const statuses = await Promise.all(Array.from({ length: 10 }, () => notify(store, event)))
  assert.deepEqual([...new Set(statuses)], [200])
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
})

test('a webhook that comes late finds the order paid by the redirect', async () => {
  await control(store, 'webhooks', { webhooks: 'hold' })
  const { shopper, paymentUrl } = await goToPay(store)
  const page = await pay(shopper, paymentUrl)
  const order = await newestOrder(store)
  assert.ok(page.text.includes(notices.paid))
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
  const { statuses } = await control<{ statuses: number[] }>(store, 'release', {})
  assert.deepEqual([...new Set(statuses)], [200])
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
})

test('webhooks of several orders may come in reverse', async () => {
  await control(store, 'webhooks', { webhooks: 'hold' })
  const orders = []
  for (let count = 0; count < 3; count += 1) {
    await goToPay(store)
    const order = await newestOrder(store)
    await payAway(store, order)
    orders.push(order)
  }
  for (const order of orders) assert.deepEqual(await accountOf(store, order), UNPAID)
  await control(store, 'release', { reverse: true })
  for (const order of orders) assert.deepEqual(await accountOf(store, order), PAID_ONCE)
})

test('a redirect while the processor is out shows that the shop waits, and the webhook ends it', async () => {
  await control(store, 'webhooks', { webhooks: 'hold' })
  const { shopper } = await goToPay(store)
  const order = await newestOrder(store)
  await payAway(store, order)
  await control(store, 'outage', { service: 'processor', mode: '500' })
  const waiting = await shopper.get('/checkout/return')
  await control(store, 'outage', { service: 'processor', mode: 'none' })
  assert.ok(waiting.text.includes(notices['awaiting payment']))
  await control(store, 'release', {})
  assert.ok((await shopper.get(waiting.url)).text.includes(notices.paid))
})

test('whoever goes to the return page without having paid has not paid', async () => {
  const { shopper } = await goToPay(store)
  const order = await newestOrder(store)
  const page = await shopper.get('/checkout/return')
  assert.ok(page.text.includes(notices['awaiting payment']))
  assert.deepEqual(await accountOf(store, order), UNPAID)
})

test('a card that is declined leaves the order unpaid, and another card pays it', async () => {
  const { shopper, paymentUrl } = await goToPay(store)
  const order = await newestOrder(store)
  const declined = await shopper.post(paymentUrl, { card: '4000000000000002' })
  assert.equal(declined.status, 402)
  assert.deepEqual(await accountOf(store, order), UNPAID)
  await pay(shopper, paymentUrl)
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
})

test('a cart ends with its paid order, and not before', async () => {
  const { shopper, paymentUrl } = await goToPay(store)
  assert.match((await shopper.get('/cart')).text, /Stoneware Teapot/)
  await pay(shopper, paymentUrl)
  assert.ok((await shopper.get('/cart')).text.includes(en.checkout.cart.empty))
})

test('what was paid is told by the processor about the session that we opened', async () => {
  const { paymentUrl } = await goToPay(store)
  const session = await sessionOf(store, await newestOrder(store))
  assert.ok(paymentUrl.pathname.endsWith(session))
})
