/**
 * Refunds of articles and of amounts, with the tax in each: in the back office, for the customer, in the books.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { clerkAt } from '../../../test/support/clerk.ts'
import { catalogueOf, goods } from '../../../test/support/goods.ts'
import { inbox, newestOrder } from '../../../test/support/outside.ts'
import { ADA, pay, paymentUrlOf } from '../../../test/support/purchase.ts'
import { madeRefunds } from '../../../test/support/refunds.ts'
import { type Answer, fieldsOf, shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import { sql } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import { disclosuresOf } from '../../orders/disclosures.ts'
import { findOrder } from '../../orders/order.ts'
import { refundsOf } from '../../payments/refund.ts'
import { grossOf, taxOf } from '../../payments/refund-shares.ts'

const catalogue = catalogueOf([
  goods('vase', '11.90', 100, 'Vase'),
  goods('reader', '5.35', 100, 'Reader').replace(',Default,', ',reduced,'),
])
const store = await testStore({ after }, { catalogue })
const { database } = store
const [accounts, service] = [await clerkAt(store, 'accounts'), await clerkAt(store, 'service')]

/** Two vases at 19 % and three readers at 7 %, sent to Germany. */
async function bought(
  email: string,
): Promise<{ order: Id; at: string; page: () => Promise<Answer> }> {
  const shopper = shopperAt(store.url)
  for (const [slug, quantity] of [
    ['vase', '2'],
    ['reader', '3'],
  ]) {
    const { variant = '' } = fieldsOf((await shopper.get(`/products/${slug}`)).text)
    await shopper.post('/cart/lines', { variant, quantity: quantity ?? '' })
  }
  const checkout = await shopper.get('/checkout?country=DE')
  const contact = { ...ADA, email, postalCode: '10115', city: 'Berlin' }
  const answer = await shopper.post('/checkout', { ...fieldsOf(checkout.text), ...contact })
  const { url } = await pay(shopper, paymentUrlOf(answer))
  await store.work()
  const order = await newestOrder(store)
  const { number } = (await findOrder(database, order)) ?? assert.fail()
  return { order, at: `/admin/orders/${number}`, page: () => shopper.get(url) }
}

const sharesOf = async (order: Id) =>
  (await refundsOf(database, order)).map(({ taxes }) =>
    taxes.map(({ ratePpm, netMinor, taxMinor }) => [ratePpm, netMinor, taxMinor]),
  )

test('articles are refunded with the tax of their rate, told to staff and customer', async () => {
  const email = 'articles@example.com'
  const { order, at, page } = await bought(email)
  const form = (await accounts.get(at)).text
  assert.match(form, /At most 2, at €11\.90 each/)
  assert.match(form, /At most 3, at €5\.35 each/)
  const asked = { 'pieces-0': '0', 'pieces-1': '2', refunded: '0' }
  assert.equal((await service.post(`${at}/refunds/articles`, asked)).status, 403)
  const { text } = await accounts.post(`${at}/refunds/articles`, asked)
  assert.match(text, /The refund was asked for/)
  await store.work()
  assert.deepEqual(await sharesOf(order), [[[70_000, 1000, 70]]])
  assert.deepEqual(
    (await madeRefunds(store, order)).map(({ amount }) => amount),
    [1070],
  )
  const shown = (await accounts.get(at)).text
  assert.match(shown, />€10\.70<.*€0\.70\s\(7\s%\sof\s€10\.00\).*>2 × Reader</)
  assert.match(shown, /At most 1, at €5\.35 each/)
  assert.match((await page()).text, /Refunded.*\(of which VAT €0\.70\).*−€10\.70/)
  const mail = (await inbox(store, email)).find(({ subject }) => /a refund for/.test(subject))
  assert.match(mail?.text ?? '', /Refunded +-€10\.70\n +Tax in it +-€0\.70\n/)
})

test('what is left, and no more, is refunded article by article; delivery with its tax', async () => {
  const { order, at } = await bought('rest@example.com')
  const ask = (fields: Readonly<Record<string, string>>) =>
    accounts.post(`${at}/refunds/articles`, fields)
  const wrong = await ask({ 'pieces-0': '3', 'pieces-1': 'one', refunded: '0' })
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /href="#pieces-0">Enter a whole number from 0 to 2</)
  assert.match(wrong.text, /href="#pieces-1">Enter a whole number from 0 to 3</)
  assert.match(wrong.text, /id="pieces-1"[^>]*value="one"/)
  const none = await ask({ refunded: '0' })
  assert.equal(none.status, 400)
  assert.match(none.text, /Enter how many pieces are refunded, or choose the delivery/)

  const { shippingMinor, totalMinor, taxMinor } =
    (await findOrder(database, order)) ?? assert.fail()
  const all = { 'pieces-0': '2', 'pieces-1': '1', delivery: 'yes', refunded: '0' }
  const twice = await Promise.all([ask(all), ask(all)])
  assert.deepEqual(twice.map(({ status }) => status).sort(), [200, 409])
  await store.work()
  const first = 2380 + 535 + shippingMinor
  const [[high, low] = []] = await sharesOf(order)
  const [, net = 0, tax = 0] = high ?? []
  assert.equal(net + tax, 2380 + shippingMinor)
  assert.deepEqual(low, [70_000, 500, 35])
  const { text } = await accounts.get(at)
  assert.doesNotMatch(text, /name="pieces-0"|name="delivery"/)
  assert.match(text, /2 × Vase, 1 × Reader, Delivery, €/)
  await ask({ 'pieces-1': '2', refunded: String(first) })
  await store.work()
  const refunds = await refundsOf(database, order)
  assert.equal(
    refunds.flatMap(({ taxes }) => grossOf(taxes)).reduce((a, b) => a + b),
    totalMinor,
  )
  assert.equal(
    refunds.flatMap(({ taxes }) => taxOf(taxes)).reduce((a, b) => a + b),
    taxMinor,
  )
  const done = (await findOrder(database, order)) ?? assert.fail()
  assert.deepEqual([done.paidBackMinor, done.paidBackTaxMinor], [totalMinor, taxMinor])
})

test('an amount is of all articles alike; then only that much of each is left', async () => {
  const { order, at } = await bought('amount@example.com')
  await accounts.post(`${at}/refunds`, { amount: '10.00', refunded: '0' })
  await store.work()
  const [shares = []] = await sharesOf(order)
  assert.deepEqual(
    shares.map(([rate]) => rate),
    [190_000, 70_000],
  )
  assert.match((await accounts.get(at)).text, />Of all articles alike</)
  const all = { 'pieces-0': '2', 'pieces-1': '3', delivery: 'yes', refunded: '1000' }
  const { status, text } = await accounts.post(`${at}/refunds/articles`, all)
  assert.equal(status, 409)
  assert.match(text, /a part of them was refunded before\. *<\/p><p>Refund the rest as an amount/)
})

test('a refund that staff have paid by a bank transfer is entered; the processor is not told', async () => {
  const email = 'transfer@example.com'
  const { order, at, page } = await bought(email)
  const wrong = await accounts.post(`${at}/refunds`, {
    ...{ amount: '0', refunded: '0', 'amount-otherwise': 'yes' },
  })
  assert.match(wrong.text, /id="amount-otherwise"[^>]* checked/, 'comes back as it was sent')
  const { text } = await accounts.post(`${at}/refunds/articles`, {
    ...{ 'pieces-1': '1', refunded: '0', 'articles-otherwise': 'yes' },
  })
  assert.match(text, /The refund is entered as paid/)
  assert.match(text, />made, in another way</)
  assert.match(text, /Refunded.*€5\.35.*paid in another way, not by the processor.*accounts-clerk/)
  await store.work()
  assert.deepEqual(await madeRefunds(store, order), [])
  assert.deepEqual(await sharesOf(order), [[[70_000, 500, 35]]])
  assert.match((await page()).text, /Refunded.*\(of which VAT €0\.35\).*−€5\.35/)
  const mails = (await inbox(store, email)).filter(({ subject }) => /a refund for/.test(subject))
  assert.equal(mails.length, 1)
  assert.match(mails[0]?.text ?? '', /in another way than your payment came/)
  const told = (await disclosuresOf(database, order)).map(({ purpose }) => purpose)
  assert.ok(!told.includes('refund'))
  const done = (await findOrder(database, order)) ?? assert.fail()
  assert.deepEqual([done.refundedMinor, done.paidBackMinor], [535, 535])
})

test('C3.2 what a refund is of lies with the books, by their rule, and its person is shown it', async () => {
  const { order } = await bought('books@example.com')
  const { rule } = await database.one<{ rule: string }>(
    sql`select obj_description('refund'::regclass) as rule`,
  )
  assert.equal(rule, 'retention: accounting-record')
  const holding = store.erasing.holdings.find(({ tables }) => tables.includes('refund'))
  assert.equal(holding?.rule, 'accounting-record')
  const { number } = (await findOrder(database, order)) ?? assert.fail()
  await accounts.post(`/admin/orders/${number}/refunds`, { amount: '1.00', refunded: '0' })
  await store.work()
  const { fields = [] } = (await holding?.show(database, [order])) ?? {}
  const taxes = fields.find(({ name }) => name === 'refund.taxes')
  assert.deepEqual(
    [taxes?.rule, taxes?.value],
    ['accounting-record', (await refundsOf(database, order))[0]?.taxes],
  )
})
