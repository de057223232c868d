/**
 * A purchase, step by step over HTTP: from a product's page to the processor's, and back to the order.
 */

import assert from 'node:assert/strict'
import { type Answer, type Fields, fieldsOf, type Shopper, shopperAt } from './shopper.ts'
import type { TestStore } from './store.ts'

export const ADA: Fields = {
  email: 'ada.lovelace@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  line1: '12 Analytical Row',
  postalCode: '1050',
  city: 'Copenhagen',
  phone: '+45 20 30 40 50',
}

type Bought = { readonly shopper: Shopper; readonly paymentUrl: URL }

type Wanted = {
  readonly slug?: string
  readonly quantity?: number
  readonly country?: string
  readonly contact?: Fields
  /** What the browser carries: a session, say. */
  readonly cookies?: Fields
}

/** Puts a product into the cart and sends the checkout's form. Returns what came back. */
export async function order(
  store: Pick<TestStore, 'url'>,
  wanted: Wanted = {},
): Promise<{ shopper: Shopper; answer: Answer }> {
  const { slug = 'teapot', quantity = 1, country = 'DK', contact = ADA } = wanted
  const shopper = shopperAt(store.url, wanted.cookies)
  const product = await shopper.get(`/products/${slug}`)
  const { variant = '' } = fieldsOf(product.text)
  await shopper.post('/cart/lines', { variant, quantity: String(quantity) })
  const checkout = await shopper.get(`/checkout?country=${country}`)
  const answer = await shopper.post('/checkout', { ...fieldsOf(checkout.text), ...contact })
  return { shopper, answer }
}

/** Orders, and stands on the way to the processor's page. */
export async function goToPay(store: Pick<TestStore, 'url'>, wanted: Wanted = {}): Promise<Bought> {
  const { shopper, answer } = await order(store, wanted)
  assert.equal(answer.status, 200, answer.text)
  return { shopper, paymentUrl: paymentUrlOf(answer) }
}

/** Buys and pays; returns the order's own page. */
export async function buy(
  store: Pick<TestStore, 'url'>,
  wanted: Wanted = {},
): Promise<{ shopper: Shopper; page: Answer }> {
  const { shopper, paymentUrl } = await goToPay(store, wanted)
  const page = await pay(shopper, paymentUrl)
  assert.equal(page.status, 200, page.text)
  return { shopper, page }
}

/** Pays on the processor's page and follows it back to the store. */
export async function pay(shopper: Shopper, paymentUrl: URL): Promise<Answer> {
  const page = await shopper.get(paymentUrl)
  return shopper.post(paymentUrl, fieldsOf(page.text))
}

export function paymentUrlOf({ text }: Answer): URL {
  const found = /content="0; url=([^"]+)"/.exec(text)?.[1]
  assert.ok(found !== undefined, 'the page must go on to the processor')
  return new URL(found.replaceAll('&amp;', '&'))
}
