/**
 * Webhooks are believed when they are signed, fresh and agree with the store's own rows; otherwise nothing is paid.
 */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accountOf, eventsOf, PAID_ONCE, UNPAID } from '../../test/support/books.ts'
import { newestOrder, notify, paidNotice } from '../../test/support/outside.ts'
import { goToPay } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import type { Id } from '../base/ids.ts'
import { stripe } from '../payments/processors/stripe.ts'

const store = await testStore({ after })
let order: Id
before(async () => {
  await goToPay(store)
  order = await newestOrder(store)
})

const forgeries = {
  'signed with another secret': { secret: 'whsec_another' },
  'signed with an empty secret': { secret: '' },
  'signed over five minutes ago': { ageSeconds: 301 },
  'without a signature': { header: '' },
  'with a signature of nonsense': { header: 'nonsense' },
  'with a time and no signature': { header: 't=1700000000' },
  'with an empty signature': { header: 't=1700000000,v1=' },
} as const

for (const [what, signing] of Object.entries(forgeries)) {
  test(`a webhook ${what} is refused, and nothing is paid`, async () => {
    assert.equal(await notify(store, await paidNotice(store, order), signing), 400)
    assert.deepEqual(await accountOf(store, order), UNPAID)
  })
}

test('a webhook whose body was changed after it was signed is refused', async () => {
  const url = new URL('/webhooks/stripe', store.url)
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=00' },
    body: '{"object":"event"',
  })
  assert.equal(answer.status, 400)
})

test('without a configured secret every webhook is refused', () => {
  const options = { ...store.access.stripe, description: 'Shop', webhookSecret: '' }
  const processor = stripe(options)
  assert.throws(() => processor.readWebhook(Buffer.from('{}'), 't=1,v1=00'), { code: 'forged' })
})

test('an amount or a currency that differs makes nothing paid, and is noted once', async () => {
  assert.equal(await notify(store, await paidNotice(store, order, { amount_total: 1 })), 200)
  assert.equal(await notify(store, await paidNotice(store, order, { currency: 'usd' })), 200)
  assert.equal(await notify(store, await paidNotice(store, order, { amount_total: 1 })), 200)
  assert.deepEqual(await accountOf(store, order), UNPAID)
  assert.deepEqual(await eventsOf(store, order), ['placed', 'payment differs', 'payment differs'])
})

test('what is signed and is no event, or no session of money, is refused or pays nothing', async () => {
  const type = 'checkout.session.completed'
  for (const event of [{}, { type }, { type, data: {} }, { type, data: { object: null } }]) {
    assert.equal(await notify(store, event), 400, JSON.stringify(event))
  }
  for (const changes of [
    { amount_total: 1e300 },
    { amount_total: -1 },
    { amount_total: '1' },
    { amount_total: 4740.5 },
    { currency: null },
    { payment_intent: {} },
  ]) {
    const status = await notify(store, await paidNotice(store, order, changes))
    assert.equal(status, 200, JSON.stringify(changes))
  }
  assert.deepEqual(await accountOf(store, order), UNPAID)
})

test('a session that is complete and not yet paid makes nothing paid', async () => {
  const unpaid = await paidNotice(store, order, { payment_status: 'unpaid' })
  assert.equal(await notify(store, unpaid), 200)
  assert.deepEqual(await accountOf(store, order), UNPAID)
})

test('an order that is not ours is answered, so that its sender stops', async () => {
  for (const reference of [
    '01890000-0000-7000-8000-000000000000',
    'somebody-elses-4711',
    '',
    null,
  ]) {
    const strange = await paidNotice(store, order, { client_reference_id: reference })
    assert.equal(await notify(store, strange), 200, String(reference))
  }
  assert.deepEqual(await accountOf(store, order), UNPAID)
})

test('an event of another type is answered, and changes nothing', async () => {
  const { data } = await paidNotice(store, order)
  for (const type of ['payment_intent.succeeded', 'charge.refunded', 'nothing.known']) {
    assert.equal(await notify(store, { id: 'evt_2', type, data }), 200)
  }
  assert.deepEqual(await accountOf(store, order), UNPAID)
})

test('a webhook is not read by a browser, and takes no other method', async () => {
  const answer = await fetch(new URL('/webhooks/stripe', store.url))
  assert.equal(answer.status, 405)
})

test('after all that the true one is believed', async () => {
  assert.equal(await notify(store, await paidNotice(store, order)), 200)
  assert.deepEqual(await accountOf(store, order), PAID_ONCE)
})
