/**
 * The cart: limits, and what a browser sends that no page of ours would.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { catalogueOf, goods, variantOf } from '../../../test/support/goods.ts'
import { buy } from '../../../test/support/purchase.ts'
import { type Shopper, shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import { sql } from '../../base/database.ts'
import { en } from '../../web/words/en.ts'

const words = en.checkout.cart

const many = Array.from({ length: 51 }, (_, index) => goods(`cup-${index}`, '3.00', 500))
const catalogue = catalogueOf([goods('teapot', '42.50', 100), ...many])
const store = await testStore({ after }, { catalogue })

const add = (shopper: Shopper, variant: string, quantity: string) =>
  shopper.post('/cart/lines', { variant, quantity })

function quantityIn(html: string): string | undefined {
  return /name="quantity"[^>]*value="(\d+)"/.exec(html)?.[1]
}

test('C1 a cart is made by its first article, and its cookie is a random id', async () => {
  const shopper = shopperAt(store.url)
  await shopper.get('/cart')
  await shopper.get('/products/teapot')
  assert.deepEqual([...shopper.cookies.keys()], [])
  await add(shopper, await variantOf(store, 'teapot'), '1')
  assert.deepEqual([...shopper.cookies.keys()], ['__Host-cart'])
  assert.match(shopper.cookies.get('__Host-cart') ?? '', /^[0-9a-f-]{36}$/)
})

test('C7 a cart after a purchase is another one, though the browser still has its cookie', async () => {
  const { shopper } = await buy(store)
  const first = shopper.cookies.get('__Host-cart')
  const { text } = await add(shopper, await variantOf(store, 'teapot'), '2')
  assert.equal(quantityIn(text), '2')
  assert.notEqual(shopper.cookies.get('__Host-cart'), first)
  const leading = sql`select count(*) as n from payment join cart on cart.id = payment.cart_id`
  assert.deepEqual(await store.database.one(leading), { n: 0 })
})

test('an article that is put in twice is one line, of 99 pieces at most', async () => {
  const shopper = shopperAt(store.url)
  const teapot = await variantOf(store, 'teapot')
  await add(shopper, teapot, '2')
  assert.equal(quantityIn((await add(shopper, teapot, '3')).text), '5')
  assert.equal(quantityIn((await add(shopper, teapot, '98')).text), '99')
  assert.equal(
    quantityIn((await shopper.post(`/cart/lines/${teapot}`, { quantity: '1000' })).text),
    '99',
  )
})

test('a quantity can be changed, and none takes the line out', async () => {
  const shopper = shopperAt(store.url)
  const teapot = await variantOf(store, 'teapot')
  await add(shopper, teapot, '2')
  assert.equal(
    quantityIn((await shopper.post(`/cart/lines/${teapot}`, { quantity: '7' })).text),
    '7',
  )
  assert.match(
    (await shopper.post(`/cart/lines/${teapot}`, { quantity: '0' })).text,
    new RegExp(words.empty),
  )
})

test('a cart holds 50 different articles, and the next is told', async () => {
  const shopper = shopperAt(store.url)
  for (let index = 0; index < 50; index += 1) {
    const { status } = await add(shopper, await variantOf(store, `cup-${index}`), '1')
    assert.equal(status, 200)
  }
  const refused = await add(shopper, await variantOf(store, 'cup-50'), '1')
  assert.equal(refused.status, 409)
  assert.match(refused.text, /at most 50 different articles/)
  const more = await add(shopper, await variantOf(store, 'cup-0'), '1')
  assert.equal(more.status, 200, 'more of what is in it still goes')
})

test('a quantity that is none is refused, and changes nothing', async () => {
  const shopper = shopperAt(store.url)
  const teapot = await variantOf(store, 'teapot')
  await add(shopper, teapot, '2')
  for (const quantity of ['-1', '0', '1.5', '1e3', 'two', '', ' ', '99999999999', '٣', '0x10']) {
    const { status } = await add(shopper, teapot, quantity)
    assert.equal(status, 400, quantity)
  }
  for (const quantity of ['-1', 'NaN', '1e9']) {
    assert.equal((await shopper.post(`/cart/lines/${teapot}`, { quantity })).status, 400, quantity)
  }
  assert.equal(quantityIn((await shopper.get('/cart')).text), '2')
})

test('an article that is not sold is not found', async () => {
  const shopper = shopperAt(store.url)
  for (const variant of [
    '',
    'teapot',
    '01890000-0000-7000-8000-000000000000',
    "'; drop table cart",
  ]) {
    assert.equal((await add(shopper, variant, '1')).status, 404, variant)
  }
  assert.equal(shopper.cookies.size, 0)
})

test('a cookie that is none of ours is as if it had not been sent, a malformed one is refused', async () => {
  const strange = ['x', '1', '../../etc', 'a'.repeat(5000)]
  const malformed = ["' or 1=1", '%00', '"', '💥']
  for (const value of [...strange, ...malformed]) {
    const cookie = encodeHeader(`__Host-cart=${value}; __Host-payment=${value}`)
    for (const path of ['/cart', '/checkout', '/checkout/return', '/checkout/cancelled']) {
      const answer = await fetch(new URL(path, store.url), { headers: { cookie } })
      const expected = malformed.includes(value) ? 400 : 200
      assert.equal(answer.status, expected, `${path} ${value}`)
    }
  }
})

/** As raw bytes, since a header takes no other characters. */
function encodeHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

test('a cart of another form of id cannot be reached, and one that has ended begins anew', async () => {
  const shopper = shopperAt(store.url)
  await add(shopper, await variantOf(store, 'teapot'), '1')
  await store.database.run(sql`delete from cart`)
  assert.match((await shopper.get('/cart')).text, new RegExp(words.empty))
  await add(shopper, await variantOf(store, 'teapot'), '4')
  assert.equal(quantityIn((await shopper.get('/cart')).text), '4')
})

test('the whole price is shown before anything personal is asked', async () => {
  const shopper = shopperAt(store.url)
  await add(shopper, await variantOf(store, 'teapot'), '1')
  const { text } = await shopper.get('/cart?country=SE')
  assert.match(text, /Total with Standard/)
  assert.doesNotMatch(text, /name="(?:email|firstName|line1)"/)
})

test('a country that is not served is told, and leads to no checkout', async () => {
  const shopper = shopperAt(store.url)
  await add(shopper, await variantOf(store, 'teapot'), '1')
  const { text } = await shopper.get('/cart?country=KP')
  assert.match(text, new RegExp(words.notServed))
  assert.doesNotMatch(text, /href="\/checkout/)
  assert.equal((await shopper.get('/checkout?country=KP')).url.pathname, '/cart')
  for (const country of ['XX', '', 'DKK', '<script>', 'dk']) {
    assert.equal((await shopper.get(`/cart?country=${encodeURIComponent(country)}`)).status, 200)
  }
})
