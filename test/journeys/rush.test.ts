/**
 * The rush: 200 buyers at once for 100 pieces. 100 pay, once each; the others are told before they pay.
 */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { en } from '../../src/web/words/en.ts'
import { stockOf } from '../support/books.ts'
import { journal } from '../support/outside.ts'
import { ADA, pay, paymentUrlOf } from '../support/purchase.ts'
import { fieldsOf, shopperAt } from '../support/shopper.ts'
import { testStore } from '../support/store.ts'

const BUYERS = 200
const PIECES = 100

const store = await testStore({ after })

type Outcome = { readonly told: number; readonly text: string; readonly paid: boolean }

async function buyOne(number: number): Promise<Outcome> {
  const shopper = shopperAt(store.url)
  const product = await shopper.get('/products/teapot')
  const { variant } = fieldsOf(product.text)
  if (variant === undefined) return { told: product.status, text: product.text, paid: false }
  await shopper.post('/cart/lines', { variant, quantity: '1' })
  const checkout = await shopper.get('/checkout')
  const contact = { ...ADA, email: `buyer-${number}@example.com` }
  const answer = await shopper.post('/checkout', { ...fieldsOf(checkout.text), ...contact })
  if (answer.status !== 200) return { told: answer.status, text: answer.text, paid: false }
  const { status, text } = await pay(shopper, paymentUrlOf(answer))
  return { told: status, text, paid: text.includes(en.checkout.order.notices.paid) }
}

let outcomes: readonly Outcome[]
before(async () => {
  outcomes = await Promise.all(Array.from({ length: BUYERS }, (_, number) => buyOne(number)))
})

test('100 buyers have paid, and nothing is left', async () => {
  assert.equal(outcomes.filter(({ paid }) => paid).length, PIECES)
  assert.equal(await stockOf(store), 0)
})

test('no order was paid twice, and none is left between', async () => {
  const books = await store.database.one<Record<string, number>>(sql`
    select (select count(*) from orders where state = 'paid') as paid,
      (select count(*) from orders) as orders,
      (select count(*) from order_event where kind = 'paid') as events,
      (select count(*) from accounting_record) as records,
      (select count(distinct subject) from disclosure where because = 'order paid') as mails`)
  assert.deepEqual(books, {
    ...{ paid: PIECES, orders: PIECES, events: PIECES, records: PIECES, mails: PIECES },
  })
  const sessions = (await journal(store, 'processor')).filter(
    ({ method, path }) => method === 'POST' && path === '/v1/checkout/sessions',
  )
  assert.equal(sessions.length, PIECES, 'the processor was asked for no more than could be sold')
})

test('the other 100 were told before they paid: by the product page, or by name at the checkout', () => {
  const others = outcomes.filter(({ paid }) => !paid)
  assert.equal(others.length, BUYERS - PIECES)
  for (const { told, text } of others) {
    assert.ok(told === 409 || told === 200, `${told}`)
    assert.match(text, /sold out/i)
  }
})

test('nothing ended in an error of ours', () => {
  assert.deepEqual(
    outcomes.filter(({ told }) => told >= 500),
    [],
  )
})
