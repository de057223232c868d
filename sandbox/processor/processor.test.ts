/** The payment processor, spoken to by the official SDK. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type Stripe from 'stripe'
import {
  control,
  type HearingStore,
  hearingStore,
  order,
  STRIPE_SECRET,
  sandbox,
  stripeOf,
} from '../_fixture.ts'

const CARD = 'card=4242+4242+4242+4242'

test('a session is created, found again, and open', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const session = await stripe.checkout.sessions.create(order('o-1'))
  assert.match(session.id, /^cs_test_/)
  assert.equal(session.amount_total, 2500)
  assert.equal(session.currency, 'eur')
  assert.equal(session.client_reference_id, 'o-1')
  assert.equal(session.status, 'open')
  assert.equal(session.payment_status, 'unpaid')
  assert.equal(session.url, `${url}/pay/${session.id}`)
  const found = await stripe.checkout.sessions.retrieve(session.id)
  assert.deepEqual(found.metadata, { order: 'o-1' })
})

test('the same key gets the same answer, and other parameters an idempotency error', async (t) => {
  const stripe = stripeOf((await sandbox(t)).url)
  const options = { idempotencyKey: 'order-1' }
  const first = await stripe.checkout.sessions.create(order('o-1'), options)
  const second = await stripe.checkout.sessions.create(order('o-1'), options)
  assert.equal(second.id, first.id)
  await assert.rejects(stripe.checkout.sessions.create(order('o-2'), options), {
    type: 'StripeIdempotencyError',
    statusCode: 400,
  })
})

test('a wrong key is refused', async (t) => {
  const stripe = stripeOf((await sandbox(t)).url, 'sk_test_other')
  await assert.rejects(stripe.checkout.sessions.create(order('o-1')), {
    type: 'StripeAuthenticationError',
    statusCode: 401,
  })
})

test('what is missing or wrong is named', async (t) => {
  const stripe = stripeOf((await sandbox(t)).url)
  const { success_url: _left, ...without } = order('o-1')
  await assert.rejects(stripe.checkout.sessions.create(without), { param: 'success_url' })
  const late = { ...order('o-1'), expires_at: 4_000_000_000 }
  await assert.rejects(stripe.checkout.sessions.create(late), { param: 'expires_at' })
  await assert.rejects(stripe.checkout.sessions.retrieve('cs_test_none'), {
    code: 'resource_missing',
    statusCode: 404,
  })
})

test('a customer who pays is sent back after the store heard of it, signed', async (t) => {
  const store = await hearingStore(t)
  const { url } = await sandbox(t, { storeUrl: store.url })
  const stripe = stripeOf(url)
  const session = await stripe.checkout.sessions.create(order('o-1'))
  const page = await (await fetch(session.url ?? '')).text()
  assert.match(page, /€25\.00/)
  assert.match(page, /no money moves/)
  const paid = await post(session.url ?? '', CARD)
  assert.equal(paid.status, 303)
  assert.equal(paid.headers.get('location'), `http://localhost:3000/paid?session=${session.id}`)
  await store.hears(2)
  assert.deepEqual(types(stripe, store).sort(), [
    'checkout.session.completed',
    'payment_intent.succeeded',
  ])
  const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
  assert.equal(after.status, 'complete')
  assert.equal(after.payment_status, 'paid')
  assert.equal(
    typeof after.payment_intent === 'object' && after.payment_intent?.status,
    'succeeded',
  )
})

test('the store hears of what it has subscribed to, and of nothing else', async (t) => {
  const store = await hearingStore(t)
  const stripeEvents = ['checkout.session.*', 'refund.created']
  const { url } = await sandbox(t, { storeUrl: store.url, stripeEvents })
  const stripe = stripeOf(url)
  const session = await stripe.checkout.sessions.create(order('o-1'))
  await control(url, 'pay', { session: session.id })
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id)
  await stripe.refunds.create({ payment_intent: String(intent), amount: 100 })
  await store.hears(2)
  assert.deepEqual(types(stripe, store), ['checkout.session.completed', 'refund.created'])
})

test('pressed twice, it is paid once', async (t) => {
  const store = await hearingStore(t)
  const { url } = await sandbox(t, { storeUrl: store.url })
  const session = await stripeOf(url).checkout.sessions.create(order('o-1'))
  const address = session.url ?? ''
  const answers = await Promise.all([post(address, CARD), post(address, CARD)])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [303, 303],
  )
  await store.hears(2)
  assert.equal(store.heard.length, 2)
})

test('a declined card leaves the session open', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const session = await stripe.checkout.sessions.create(order('o-1'))
  const answer = await post(session.url ?? '', 'card=4000000000000002')
  assert.equal(answer.status, 402)
  assert.match(await answer.text(), /Your card was declined/)
  const after = await stripe.checkout.sessions.retrieve(session.id)
  assert.equal(after.status, 'open')
  assert.equal((await post(session.url ?? '', CARD)).status, 303)
})

test('a session lapses at its time and is then paid by nobody', async (t) => {
  const store = await hearingStore(t)
  let now = Temporal.Now.instant().epochMilliseconds
  const { url } = await sandbox(t, { storeUrl: store.url, clock: () => now })
  const stripe = stripeOf(url)
  const expires_at = Math.floor(now / 1000) + 1800
  const session = await stripe.checkout.sessions.create({ ...order('o-1'), expires_at })
  now += 1_801_000
  assert.equal((await post(session.url ?? '', CARD)).status, 410)
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'expired')
  await store.hears(1)
  assert.equal(JSON.parse(store.heard[0]?.body ?? '').type, 'checkout.session.expired')
})

test('only an open session can be expired', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const open = await stripe.checkout.sessions.create(order('o-1'))
  assert.equal((await stripe.checkout.sessions.expire(open.id)).status, 'expired')
  const paid = await stripe.checkout.sessions.create(order('o-2'))
  await control(url, 'pay', { session: paid.id })
  await assert.rejects(stripe.checkout.sessions.expire(paid.id), { statusCode: 400 })
})

test('refunds are partial, then the rest, and never more', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const payment_intent = await paidIntent(stripe, url)
  const part = await stripe.refunds.create({ payment_intent, amount: 1000 })
  assert.match(part.id, /^re_/)
  assert.equal((await stripe.refunds.retrieve(part.id)).status, 'succeeded')
  await assert.rejects(stripe.refunds.create({ payment_intent, amount: 1501 }), {
    code: 'amount_too_large',
    message: /€15\.01.*€15\.00/,
  })
  assert.equal((await stripe.refunds.create({ payment_intent })).amount, 1500)
  await assert.rejects(stripe.refunds.create({ payment_intent }), {
    code: 'charge_already_refunded',
  })
})

test('the refunds of a payment are listed, the newest first, a page at a time', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const payment_intent = await paidIntent(stripe, url)
  const other = await paidIntent(stripe, url)
  await stripe.refunds.create({ payment_intent: other })
  const made: string[] = []
  for (const amount of [100, 200, 300]) {
    const metadata = { reference: `r-${amount}` }
    made.unshift((await stripe.refunds.create({ payment_intent, amount, metadata })).id)
  }
  const first = await stripe.refunds.list({ payment_intent, limit: 2 })
  assert.deepEqual(
    [first.object, first.url, first.has_more, first.data.map(({ id }) => id)],
    ['list', '/v1/refunds', true, made.slice(0, 2)],
  )
  assert.deepEqual(first.data[0]?.metadata, { reference: 'r-300' })
  const [, second = ''] = made
  const rest = await stripe.refunds.list({ payment_intent, starting_after: second })
  assert.deepEqual([rest.has_more, rest.data.map(({ id }) => id)], [false, made.slice(2)])
  const before = await stripe.refunds.list({ payment_intent, ending_before: second })
  assert.deepEqual(
    before.data.map(({ id }) => id),
    made.slice(0, 1),
  )
  const all = stripe.refunds.list({ payment_intent, limit: 1 })
  assert.equal((await all.autoPagingToArray({ limit: 10 })).length, 3)
  assert.equal((await stripe.refunds.list()).data.length, 4)
})

test('a list of refunds that cannot be made says what is wrong', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const payment_intent = await paidIntent(stripe, url)
  assert.deepEqual((await stripe.refunds.list({ payment_intent })).data, [])
  const missing = { code: 'resource_missing', statusCode: 404 }
  await assert.rejects(stripe.refunds.list({ payment_intent: 'pi_none' }), missing)
  await assert.rejects(stripe.refunds.list({ payment_intent, starting_after: 're_x' }), missing)
  for (const limit of [0, 101]) {
    await assert.rejects(stripe.refunds.list({ payment_intent, limit }), { param: 'limit' })
  }
})

test('a refund that the bank sends back has failed, and leaves its money to be refunded', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const payment_intent = await paidIntent(stripe, url)
  const { id } = await stripe.refunds.create({ payment_intent })
  for (const _ of [1, 2]) await control(url, 'bounce', { refund: id })
  assert.equal((await stripe.refunds.retrieve(id)).status, 'failed')
  const again = await stripe.refunds.create({ payment_intent })
  assert.equal(again.amount, 2500)

  const page = await (await fetch(`${url}/payments`)).text()
  assert.match(page, /25\.00 failed<[\s\S]*25\.00 succeeded\s*<button>Send back/)
  const action = /action="(\/payments\/refunds\/[^"]+)"/.exec(page)?.[1] ?? ''
  const pressed = await fetch(`${url}${action}`, { method: 'POST' })
  assert.doesNotMatch(await pressed.text(), /Send back/)
  assert.equal((await stripe.refunds.retrieve(again.id)).status, 'failed')
})

test('an answer that is lost was worth something: the same key finds what was done, for a day', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const payment_intent = await paidIntent(stripe, url)
  const refund = () =>
    stripe.refunds.create({ payment_intent, amount: 100 }, { idempotencyKey: 'refund-1' })
  await control(url, 'outage', { service: 'processor', mode: 'lost' })
  await assert.rejects(refund(), { type: 'StripeConnectionError' })
  const [made] = (await stripe.refunds.list({ payment_intent })).data
  await control(url, 'outage', { service: 'processor', mode: 'none' })
  assert.equal((await refund()).id, made?.id)
  await control(url, 'forget', {})
  assert.notEqual((await refund()).id, made?.id, 'it is done again once the key has lapsed')
})

test('a webhook that the store did not take comes again, signed anew', async (t) => {
  const store = await hearingStore(t)
  store.answers.push(500, 503)
  const { url } = await sandbox(t, { storeUrl: store.url })
  const stripe = stripeOf(url)
  const session = await stripe.checkout.sessions.create(order('o-1'))
  await stripe.checkout.sessions.expire(session.id)
  await store.hears(3)
  assert.equal(new Set(types(stripe, store)).size, 1)
  assert.equal(new Set(store.heard.map(({ body }) => body)).size, 1)
})

test('held webhooks come when they are released, the last first if asked', async (t) => {
  const store = await hearingStore(t)
  const { url } = await sandbox(t, { storeUrl: store.url })
  const stripe = stripeOf(url)
  await control(url, 'webhooks', { webhooks: 'hold' })
  const session = await stripe.checkout.sessions.create(order('o-1'))
  await control(url, 'pay', { session: session.id })
  assert.equal(store.heard.length, 0)
  assert.deepEqual(await control(url, 'release', { reverse: true }), {
    released: 2,
    statuses: [200, 200],
  })
  assert.deepEqual(types(stripe, store), ['checkout.session.completed', 'payment_intent.succeeded'])
})

test('webhooks come twice when asked', async (t) => {
  const store = await hearingStore(t)
  const { url } = await sandbox(t, { storeUrl: store.url })
  const stripe = stripeOf(url)
  await control(url, 'webhooks', { webhooks: 'duplicate' })
  const session = await stripe.checkout.sessions.create(order('o-1'))
  await stripe.checkout.sessions.expire(session.id)
  await store.hears(2)
  assert.equal(store.heard[0]?.body, store.heard[1]?.body)
})

test('an outage is an outage, and ends', async (t) => {
  const { url } = await sandbox(t)
  const stripe = stripeOf(url)
  const set = (mode: string) => control(url, 'outage', { service: 'processor', mode })
  await set('500')
  await assert.rejects(stripe.checkout.sessions.create(order('o-1')), { statusCode: 500 })
  await set('refuse')
  await assert.rejects(stripe.checkout.sessions.create(order('o-1')), {
    type: 'StripeConnectionError',
  })
  await set('hang')
  await assert.rejects(stripe.checkout.sessions.create(order('o-1'), { timeout: 50 }), {
    type: 'StripeConnectionError',
  })
  await set('none')
  assert.equal((await stripe.checkout.sessions.create(order('o-1'))).status, 'open')
})

function post(url: string, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return fetch(url, { method: 'POST', redirect: 'manual', headers, body })
}

/** The kinds of events that a store heard, each with its signature checked by the SDK. */
function types(stripe: Stripe, store: HearingStore): string[] {
  return store.heard.map(({ path, headers, body }) => {
    assert.equal(path, '/webhooks/stripe')
    const signature = headers['stripe-signature'] ?? ''
    return stripe.webhooks.constructEvent(body, signature, STRIPE_SECRET).type
  })
}

async function paidIntent(stripe: Stripe, url: string): Promise<string> {
  const session = await stripe.checkout.sessions.create(order('o-1'))
  await control(url, 'pay', { session: session.id })
  const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id)
  assert.equal(typeof payment_intent, 'string')
  return String(payment_intent)
}
