/**
 * An order's own page: all of it for whoever holds the link, nothing for anybody else.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ADA, buy } from '../../../test/support/purchase.ts'
import { shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import { policy } from '../../privacy/policy.ts'
import { en } from '../../web/words/en.ts'

const store = await testStore({ after })

test('a customer sees what was bought, where it goes, what happened, and who was told what', async () => {
  const contact = { ...ADA, orderNote: 'Two lines\nof <b>note</b>' }
  const { shopper, page } = await buy(store, { contact })
  await store.work()
  const { text } = await shopper.get(page.url)
  for (const value of Object.values(ADA)) assert.ok(text.includes(value), value)
  assert.match(text, /Two lines\nof &lt;b>note&lt;\/b>/)
  assert.match(text, /1 × Stoneware Teapot/)
  assert.match(text, /€47\.40/)
  assert.match(text, /payment processor: Stripe.*?order reference, amount, currency/s)
  assert.match(text, /mail relay: .*?e-mail, the message/s)
})

test('every field that somebody can be given has a name in words', () => {
  const told = policy.flows.filter(({ to }) => to !== 'the person').flatMap(({ fields }) => fields)
  const named = Object.keys(en.checkout.order.fields)
  assert.deepEqual(
    told.filter((field) => !named.includes(field)),
    [],
  )
})

test('the link needs no cookie, is stored nowhere between, and is not for search engines', async () => {
  const { page } = await buy(store)
  const answer = await fetch(page.url)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(answer.headers.get('referrer-policy'), 'same-origin')
  assert.match(await answer.text(), /<meta name="robots" content="noindex"/)
})

test('a link that is not whole finds nothing, and says where the whole one is', async () => {
  const { page } = await buy(store)
  const stranger = shopperAt(store.url)
  const token = page.url.pathname.replace('/orders/', '')
  const cases = [token.slice(0, -1), `${token}x`, token.toLowerCase(), 'x', '%F0', "'", '100001']
  for (const wrong of cases) {
    const { status, text } = await stranger.get(`/orders/${wrong}`)
    assert.ok(status === 404 || (wrong === '%F0' && status === 400), `${wrong}: ${status}`)
    assert.doesNotMatch(text, /Lovelace|Analytical/)
  }
})

test('coming back without the thread to an order shows no order', async () => {
  await buy(store)
  const { status, text } = await shopperAt(store.url).get('/checkout/return')
  assert.equal(status, 200)
  assert.doesNotMatch(text, /Lovelace|Order \d{6}/)
})
