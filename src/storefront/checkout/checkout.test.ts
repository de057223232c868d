/**
 * The checkout's form: each field's errors, totals that have changed, names of all kinds, and forms that were tampered
 * with.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { accountOf, PAID_ONCE, stockOf, UNPAID } from '../../../test/support/books.ts'
import { catalogueOf, goods, reprice, variantOf } from '../../../test/support/goods.ts'
import { control, newestOrder, payAway } from '../../../test/support/outside.ts'
import { ADA, buy, goToPay, order, pay, paymentUrlOf } from '../../../test/support/purchase.ts'
import { fieldsOf, type Shopper, shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import { sql } from '../../base/database.ts'
import { en } from '../../web/words/en.ts'

const catalogue = catalogueOf([
  goods('teapot', '42.50', 1000, 'Stoneware Teapot'),
  goods('vase', '30.00', 10, 'Sage Vase'),
  goods('lamp', '20.00', 3, 'Last Lamp'),
  goods('bowl', '10.00', 2, 'Blue Bowl'),
  goods('kettle', '15.00', 1, 'Last Kettle'),
])
const store = await testStore({ after }, { catalogue })

async function checkoutOf(slug = 'teapot', country = 'DK', quantity = '1') {
  const shopper = shopperAt(store.url)
  await shopper.post('/cart/lines', { variant: await variantOf(store, slug), quantity })
  const page = await shopper.get(`/checkout?country=${country}`)
  return { shopper, fields: { ...fieldsOf(page.text), ...ADA } }
}

async function orders(): Promise<number> {
  return (await store.database.one<{ n: number }>(sql`select count(*) as n from orders`)).n
}

const { place } = en.checkout
const { problems } = place

const wrong: Readonly<Record<string, readonly [field: string, value: string, says: string][]>> = {
  missing: [
    ['email', '', problems.email.missing],
    ['firstName', '  ', problems.firstName.missing],
    ['lastName', '', problems.lastName.missing],
    ['line1', '', problems.line1.missing],
    ['postalCode', '', problems.postalCode.missing],
    ['city', '\t', problems.city.missing],
  ],
  malformed: [
    ['email', 'ada at example', problems.email.malformed],
    ['email', 'ada@example', problems.email.malformed],
    ['email', 'a@b.co, c@d.co', problems.email.malformed],
    ['firstName', 'A\u0007da', problems.firstName.malformed],
    ['postalCode', '105', problems.postalCode.malformed],
    ['phone', 'call me', problems.phone.malformed],
  ],
  'too long': [
    ['firstName', 'x'.repeat(81), place.tooLong],
    ['line1', 'x'.repeat(101), place.tooLong],
    ['line2', 'x'.repeat(101), place.tooLong],
    ['city', 'x'.repeat(61), place.tooLong],
    ['orderNote', 'x'.repeat(1001), place.tooLong],
  ],
}

for (const [problem, cases] of Object.entries(wrong)) {
  test(`a field that is ${problem} comes back with its message, and with all that was typed`, async () => {
    const { shopper, fields } = await checkoutOf()
    const before = await orders()
    for (const [field, value, says] of cases) {
      const { status, text } = await shopper.post('/checkout', { ...fields, [field]: value })
      assert.equal(status, 422, `${field} ${value}`)
      assert.ok(text.includes(`<title>Error: ${place.title}`))
      assert.ok(text.includes(`<a href="#${field}">${says}</a>`), `${field}: ${says}`)
      assert.match(text, new RegExp(`id="${field}-error"`))
      assert.match(text, new RegExp(`id="${field}"[^>]*aria-invalid="true"`))
      const kept = field === 'lastName' ? ['Ada'] : ['Lovelace']
      for (const one of kept) assert.ok(text.includes(`value="${one}"`), `${one} must be kept`)
    }
    assert.equal(await orders(), before)
  })
}

test('all that is wrong is said at once, in the order of the form', async () => {
  const { shopper, fields } = await checkoutOf()
  const empty = { email: '', firstName: '', lastName: '', line1: '', postalCode: '', city: '' }
  const { text } = await shopper.post('/checkout', { ...fields, ...empty })
  const links = [...text.matchAll(/<li><a href="#(\w+)">/g)].map(([, field]) => field)
  assert.deepEqual(links, Object.keys(empty))
})

test('a state is asked for where addresses have one', async () => {
  const { shopper, fields } = await checkoutOf('teapot', 'US')
  const american = { ...fields, postalCode: '90210', city: 'Beverly Hills' }
  const { status, text } = await shopper.post('/checkout', { ...american, region: '' })
  assert.equal(status, 422)
  assert.ok(text.includes(`<a href="#region">${problems.region.missing}</a>`))
  const { status: sent } = await shopper.post('/checkout', { ...american, region: 'CA' })
  assert.equal(sent, 200)
})

test('a price that changes between page and order is shown first', async () => {
  const { shopper, fields } = await checkoutOf('vase')
  await reprice(store, 'vase', 3100)
  const before = await orders()
  const { status, text } = await shopper.post('/checkout', fields)
  assert.equal(status, 409)
  assert.ok(text.includes(place.totalChanged))
  assert.match(text, /€31\.00/)
  assert.match(text, /value="Lovelace"/)
  assert.equal(await orders(), before)
  const again = await shopper.post('/checkout', { ...fieldsOf(text), ...ADA })
  assert.equal((await pay(shopper, paymentUrlOf(again))).status, 200)
})

test('an article that sells out meanwhile is named before the payment', async () => {
  const { shopper, fields } = await checkoutOf('bowl', 'DK', '2')
  await goToPay(store, { slug: 'bowl', quantity: 1 })
  const before = await orders()
  const { status, text } = await shopper.post('/checkout', fields)
  assert.equal(status, 409)
  assert.match(text, /Sold out meanwhile: Blue Bowl/)
  assert.match(text, /value="Lovelace"/)
  assert.equal(await orders(), before)
})

test('what is hidden in the form decides nothing: not total, country or way of delivery', async () => {
  const { shopper, fields } = await checkoutOf()
  const before = await orders()
  const tampered: readonly [object, number][] = [
    [{ shown: 'standard:1' }, 409],
    [{ shown: '' }, 409],
    [{ shown: 'standard:NaN' }, 409],
    [{ shown: 'standard:-4740 standard:4740' }, 409],
    [{ country: 'US', postalCode: '90210', region: 'CA' }, 409],
    [{ method: 'free' }, 422],
    [{ method: '' }, 422],
    [{ method: '__proto__' }, 422],
    [{ method: 'express' }, 200],
  ]
  for (const [changes, expected] of tampered) {
    const { status } = await shopper.post('/checkout', { ...fields, ...changes })
    assert.equal(status, expected, JSON.stringify(changes))
  }
  assert.equal(await orders(), before + 1)
  const { total } = await store.database.one<{ total: number }>(
    sql`select total_minor as total from orders where id = ${await newestOrder(store)}`,
  )
  assert.equal(total, 4250 + 890, 'express was paid as express')
})

test('a country that is not served, or none, is no way past the rates', async () => {
  const { shopper, fields } = await checkoutOf()
  const unserved = await shopper.post('/checkout', { ...fields, country: 'KP', postalCode: '' })
  assert.notEqual(unserved.status, 500)
  assert.ok(!unserved.text.includes(en.checkout.pay.title))
  const { status } = await shopper.post('/checkout', { ...fields, country: 'ZZ' })
  assert.equal(status, 200, "one that does not exist is the shop's own, which is what was shown")
})

test('a form that is sent twice at once makes two orders, each with its own stock and payment', async () => {
  const before = await stockOf(store)
  const { shopper, fields } = await checkoutOf('lamp')
  const sent = await Promise.all([
    shopper.post('/checkout', fields),
    shopper.post('/checkout', fields),
  ])
  assert.deepEqual(
    sent.map(({ status }) => status),
    [200, 200],
  )
  assert.equal(await stockOf(store), before - 2)
  for (const answer of sent) assert.equal((await pay(shopper, paymentUrlOf(answer))).status, 200)
  assert.equal(await stockOf(store), before - 2)
})

test('whoever goes back and orders again pays once, and was not in their own way', async () => {
  const { shopper, fields } = await checkoutOf('kettle')
  const first = paymentUrlOf(await shopper.post('/checkout', fields))
  const again = await shopper.get('/checkout?country=DK')
  const second = await shopper.post('/checkout', { ...fieldsOf(again.text), ...ADA })
  assert.equal(second.status, 200, 'the last piece waited for the order that this one replaces')
  assert.equal((await shopper.get(first)).status, 410, 'its page must take no payment any more')
  assert.equal((await pay(shopper, paymentUrlOf(second))).status, 200)
})

test('whoever orders again what they have paid already is shown the order', async () => {
  const { shopper, fields } = await checkoutOf('teapot')
  await control(store, 'webhooks', { webhooks: 'hold' })
  const { status } = await shopper.post('/checkout', fields)
  const order = await newestOrder(store)
  await payAway(store, order)
  assert.deepEqual([status, await accountOf(store, order)], [200, UNPAID])
  const again = await shopper.post('/checkout', fields)
  await control(store, 'webhooks', { webhooks: 'normal' })
  assert.match(again.url.pathname, /^\/orders\//)
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
  assert.equal(await newestOrder(store), order, 'nothing else was ordered')
})

test('an order without a cart leads back to it', async () => {
  const { url } = await shopperAt(store.url).post('/checkout', { ...ADA })
  assert.equal(url.pathname, '/cart')
})

const buyers: Readonly<Record<string, object>> = {
  'Price Card': { firstName: 'Price', lastName: 'Card' },
  'Stripe Session': { firstName: 'Stripe', lastName: 'Session', city: 'Post' },
  'a buyer whose e-mail is the shop’s': { email: 'shop@example.com' },
  'a Greek': {
    firstName: 'Ἀριάδνη',
    lastName: 'Παπαδοπούλου',
    line1: 'Οδός Ερμού 5',
    city: 'Αθήνα',
  },
  'an Arab': { firstName: 'فاطمة', lastName: 'الزهراء', city: 'القاهرة' },
  'a Japanese': { firstName: '花子', lastName: '山田', line1: '千代田区１－１', city: '東京' },
  'a buyer with marks': { firstName: 'Zoë‑Ann', lastName: "O'Neill <b>&amp;", city: 'Ærø' },
  'a buyer with a note of emoji': { orderNote: '🎁 for 👨‍👩‍👧‍👦\nring the bell 🔔' },
  'a buyer with a note of 1,000 characters': { orderNote: 'n'.repeat(1000) },
  'a buyer of one letter': { firstName: 'X', lastName: 'Y' },
}

for (const [who, contact] of Object.entries(buyers)) {
  test(`${who} can buy, and reads their own values on their page`, async () => {
    const { page } = await buy(store, { contact: { ...ADA, ...contact } })
    assert.deepEqual(await accountOf(store, await newestOrder(store)), PAID_ONCE)
    await store.work()
    for (const value of Object.values<string>({ ...contact })) {
      const shown = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      assert.ok(page.text.includes(shown), value)
    }
  })
}

test('a postal code that is part of a time or a key does not stop its buyer', async () => {
  const digits = String(store.payments.gateway.clock().epochMilliseconds).slice(0, 5)
  const contact = { ...ADA, postalCode: digits }
  const { answer } = await order(store, { country: 'FR', contact })
  assert.equal(answer.status, 200, answer.text)
})

test('C3.1 what was typed is on no page but the one it was typed into', async () => {
  const { shopper, fields } = await checkoutOf()
  await shopper.post('/checkout', { ...fields, email: 'wrong', lastName: 'Unforgettable' })
  const pages = await Promise.all(['/', '/cart', '/checkout'].map((path) => shopper.get(path)))
  for (const { text } of pages) assert.doesNotMatch(text, /Unforgettable/)
})

test('the page asks for at most eight visible fields', async () => {
  const visible = async (shopper: Shopper, country: string) => {
    const { text } = await shopper.get(`/checkout?country=${country}`)
    const shown = text.replace(/<details>.*?<\/details>/gs, '')
    return [...shown.matchAll(/<(?:input|textarea|select)\b[^>]*\bname="(\w+)"/g)]
      .map(([, name]) => name)
      .filter((name) => name !== 'country' && name !== 'shown' && name !== 'q')
  }
  const { shopper } = await checkoutOf()
  for (const country of ['DK', 'US']) {
    assert.ok(new Set(await visible(shopper, country)).size <= 8, country)
  }
})
