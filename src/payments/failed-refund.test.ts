/**
 * Refunds that come back after they were made: shown as failed, free to be made again, once, whatever arrives.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { eventsOf } from '../../test/support/books.ts'
import { clerkAt } from '../../test/support/clerk.ts'
import { control, inbox, newestOrder, notify } from '../../test/support/outside.ts'
import { ADA, buy } from '../../test/support/purchase.ts'
import { during, losing, madeRefunds, payBackByHand } from '../../test/support/refunds.ts'
import { testStore } from '../../test/support/store.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { disclosuresOf } from '../orders/disclosures.ts'
import { timeline } from '../orders/order.ts'
import { erase } from '../privacy/erasure.ts'
import { restrict } from '../privacy/restriction.ts'
import { PAID_OTHERWISE } from './_refunds.ts'
import { type Failure, ordersWithFailures, SENT_BACK } from './failed-refund.ts'
import { carryOutRefund, refundsOf, requestRefund } from './refund.ts'
import { clearUpRefunds, type Settlement, settleRefund } from './unclear-refund.ts'

let ahead = Temporal.Duration.from({ seconds: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { payments, database, erasing } = store
const by = newId(systemClock())
const TOTAL = 4740
const service = await clerkAt(store, 'service')
// Webhooks come when a test lets them, and it hears what the store answers.
await control(store, 'webhooks', { webhooks: 'hold' })

async function bought(email = ADA.email ?? ''): Promise<Id> {
  await control(store, 'webhooks', { webhooks: 'normal' })
  await buy(store, { contact: { ...ADA, email } })
  await control(store, 'webhooks', { webhooks: 'hold' })
  await store.work()
  return newestOrder(store)
}

const ask = (orderId: Id, amountMinor: number, seenRefundedMinor = 0) =>
  requestRefund(payments, { orderId, of: amountMinor, by, seenRefundedMinor })

async function refunded(order: Id, amountMinor: number): Promise<void> {
  await ask(order, amountMinor)
  await store.work()
  assert.deepEqual((await statesOf(order)).at(-1), ['done', amountMinor])
}

/** The customer's bank sends the newest refund back. */
async function sentBack(order: Id): Promise<string> {
  const id = (await madeRefunds(store, order)).at(-1)?.id ?? assert.fail('none was made')
  await control(store, 'bounce', { refund: id })
  return id
}

const arrive = async (reverse = false) =>
  (await control<{ statuses: readonly number[] }>(store, 'release', { reverse })).statuses

const statesOf = async (order: Id) =>
  (await refundsOf(database, order)).map(({ state, amountMinor }) => [state, amountMinor])

const booksOf = async (order: Id) =>
  database.one(sql`
    select refunded_minor as reserved, paid_back_minor as "paidBack" from orders
    where id = ${order}`)

const failures = async (order: Id) =>
  (await eventsOf(store, order)).filter((kind) => kind === 'refund failed').length

const numberOf = async (order: Id) => {
  const { number } = await database.one<{ number: number }>(
    sql`select number from orders where id = ${order}`,
  )
  return number
}

/** What it is 31 days from now. */
async function aMonthLater<T>(look: () => Promise<T>): Promise<T> {
  const now = ahead
  ahead = now.add({ hours: 24 * 31 })
  const seen = await look()
  ahead = now
  return seen
}

/** What staff are told above the list of orders, of one of them. */
async function listedOf(number: number): Promise<string> {
  const { text } = await service.get('/admin/orders')
  const notices = text.match(/<p class="notice">.*?<\/p>/g) ?? []
  return notices.filter((one) => one.includes(`href="/admin/orders/${number}"`)).join()
}

/** What the processor says of a refund, as its webhooks have it. */
const notice = (type: string, refund: object) => ({
  ...{ id: `evt_${newId(systemClock())}`, type },
  data: { object: { object: 'refund', amount: 700, currency: 'eur', ...refund } },
})

test('a refund that comes back has failed, by the processor’s word, and can be made again', async () => {
  const order = await bought()
  await refunded(order, 700)
  assert.deepEqual(await booksOf(order), { reserved: 700, paidBack: 700 })
  await sentBack(order)
  assert.ok((await arrive()).every((status) => status === 200))
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  assert.deepEqual(await booksOf(order), { reserved: 0, paidBack: 0 })
  const { kind, by: who, details } = (await timeline(database, order)).at(-1) ?? assert.fail()
  assert.deepEqual([kind, who], ['refund failed', payments.processor.name])
  assert.deepEqual(details, { amountMinor: 700, reason: SENT_BACK })
  await ask(order, TOTAL)
  await store.work()
  assert.deepEqual((await statesOf(order)).at(-1), ['done', TOTAL])
  assert.deepEqual(await booksOf(order), { reserved: TOTAL, paidBack: TOTAL })
  await arrive()
})

test('notices that come twice, at once, late or in the wrong order release nothing twice', async () => {
  const order = await bought()
  await refunded(order, 700)
  const [{ id: reference } = assert.fail()] = await refundsOf(database, order)
  const id = await sentBack(order)
  const refund = { id, metadata: { reference } }
  const failed = { ...refund, status: 'failed' }
  const again = [
    ...['refund.failed', 'refund.updated', 'charge.refund.updated'].map((type) =>
      notice(type, failed),
    ),
    ...['succeeded', 'pending', 'requires_action'].map((status) =>
      notice('refund.updated', { ...refund, status }),
    ),
  ]
  const statuses = await Promise.all([...again, ...again].map((one) => notify(store, one)))
  assert.ok(statuses.every((status) => status === 200))
  assert.ok((await arrive(true)).every((status) => status === 200))
  await refunded(order, 900)
  for (const one of again) await notify(store, one)
  assert.deepEqual(await statesOf(order), [
    ['failed', 700],
    ['done', 900],
  ])
  assert.deepEqual(await booksOf(order), { reserved: 900, paidBack: 900 })
  assert.equal(await failures(order), 1)
})

test('what the processor does not have as failed, a signed notice does not make so', async () => {
  const order = await bought()
  await refunded(order, 700)
  const [{ id: reference } = assert.fail()] = await refundsOf(database, order)
  const ours = { id: 're_x', metadata: { reference }, status: 'failed' }
  assert.equal(await notify(store, notice('refund.failed', ours)), 200)
  assert.equal(await notify(store, notice('refund.failed', ours), { secret: 'whsec_no' }), 400)
  assert.deepEqual(await statesOf(order), [['done', 700]])
})

test('a refund that is none of ours is answered, and changes nothing', async () => {
  const order = await bought()
  await payBackByHand(store, order, 500)
  await refunded(order, 700)
  const [byHand] = await madeRefunds(store, order)
  await control(store, 'bounce', { refund: byHand?.id })
  assert.ok((await arrive()).every((status) => status === 200))
  for (const metadata of [null, {}, { reference: 7 }, { reference: 'x' }, { reference: order }]) {
    const strange = notice('refund.failed', { id: 're_y', metadata, status: 'failed' })
    assert.equal(await notify(store, strange), 200, JSON.stringify(metadata))
  }
  const charge = { object: 'charge', id: 'ch_1', amount_refunded: TOTAL, refunded: true }
  assert.equal(await notify(store, notice('charge.refunded', charge)), 200)
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.deepEqual(await booksOf(order), { reserved: 700, paidBack: 700 })
})

test('one that comes back while it is unclear, or before its answer, has failed once', async () => {
  const order = await bought()
  await ask(order, 700)
  const [{ id } = assert.fail()] = await refundsOf(database, order)
  await carryOutRefund(losing(store, 'lost'), { order, id }, { number: 11, isLast: true })
  await sentBack(order)
  await Promise.all([arrive(), clearUpRefunds(payments)])
  assert.deepEqual(await statesOf(order), [['failed', 700]])

  await ask(order, 800)
  const job = { order, id: (await refundsOf(database, order)).at(-1)?.id ?? '' }
  const { processor } = payments
  const early: typeof processor.refund = async (...asked) => {
    const made = await processor.refund(...asked)
    await sentBack(order)
    await arrive()
    return made
  }
  const using = { ...payments, processor: { ...processor, refund: early } }
  await carryOutRefund(using, job, { number: 1, isLast: false })
  assert.deepEqual((await statesOf(order)).at(-1), ['failed', 800])
  assert.deepEqual(await booksOf(order), { reserved: 0, paidBack: 0 })
  assert.equal(await failures(order), 2)
})

test('a processor that cannot be asked says it again', async () => {
  const order = await bought()
  await refunded(order, 700)
  const [{ id: reference } = assert.fail()] = await refundsOf(database, order)
  const id = await sentBack(order)
  const failed = notice('refund.failed', { id, metadata: { reference }, status: 'failed' })
  assert.equal(await during(store, 'refuse', () => notify(store, failed)), 503)
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.equal(await notify(store, failed), 200)
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  await arrive()
})

/** A refund whose last answer was lost, so that a member of staff has to say what became of it. */
async function unclear(order: Id, mode: 'lost' | 'refuse'): Promise<Id> {
  await ask(order, 700)
  const id = (await refundsOf(database, order)).at(-1)?.id ?? assert.fail()
  await carryOutRefund(losing(store, mode), { order, id }, { number: 11, isLast: true })
  return id
}

/** It was made, and nobody can ask the processor, which is out. */
async function settled(order: Id, as: Settlement): Promise<void> {
  const id = await unclear(order, 'lost')
  if (as === 'paid otherwise') ahead = ahead.add({ hours: 1 })
  await during(store, 'refuse', () => settleRefund(payments, { orderId: order, id, by, as }))
}

test('what was paid in another way is asked of the processor first, and told as such', async () => {
  const email = 'by-transfer@example.com'
  const order = await bought(email)
  const id = await unclear(order, 'refuse')
  const said = { orderId: order, id, by, as: 'paid otherwise' } as const
  await assert.rejects(settleRefund(payments, said), { message: /may still be at work/ })
  ahead = ahead.add({ hours: 1 })
  await settleRefund(payments, said)
  await store.work()
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.deepEqual(await booksOf(order), { reserved: 700, paidBack: 700 })
  const { details } = (await timeline(database, order)).at(-1) ?? assert.fail()
  assert.deepEqual(details, { amountMinor: 700, reason: PAID_OTHERWISE })
  const mails = (await inbox(store, email)).map(({ text }) => text).join()
  assert.match(mails, /in another way than your payment came/)
  assert.doesNotMatch(mails, /the way your payment came/)

  const twice = await bought()
  const made = await unclear(twice, 'lost')
  ahead = ahead.add({ hours: 1 })
  const wrong = settleRefund(payments, { ...said, orderId: twice, id: made })
  await assert.rejects(wrong, { message: /says that it has made/, remedy: /came on top of it/ })
})

test('what somebody has made there in its place stays paid; what they have seen there does not', async () => {
  const order = await bought()
  await payBackByHand(store, order, 700)
  await settled(order, 'made')
  await sentBack(order)
  assert.ok((await arrive()).every((status) => status === 200))
  assert.deepEqual(await statesOf(order), [['done', 700]])

  const seen = await bought()
  await settled(seen, 'made')
  await sentBack(seen)
  await arrive()
  assert.deepEqual(await statesOf(seen), [['failed', 700]])
})

test('what was paid by a bank transfer stays paid when the processor’s own comes back', async () => {
  const order = await bought()
  const number = await numberOf(order)
  await settled(order, 'paid otherwise')
  assert.equal(await listedOf(number), '')
  await sentBack(order)
  assert.ok((await arrive()).every((status) => status === 200))
  const [{ id: reference } = assert.fail()] = await refundsOf(database, order)
  const id = (await madeRefunds(store, order)).at(-1)?.id
  const again = notice('refund.failed', { id, metadata: { reference }, status: 'failed' })
  assert.equal(await notify(store, again), 200)
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.deepEqual(await booksOf(order), { reserved: 700, paidBack: 700 })
  const noted = (await eventsOf(store, order)).filter((kind) => kind === 'refund stays paid')
  assert.equal(noted.length, 1)
  assert.match(await listedOf(number), /The processor’s own refund came back/)
  const { text } = await service.get(`/admin/orders/${number}`)
  assert.match(text, /<p class="notice">The processor’s own refund of €7\.00 came back/)
  assert.doesNotMatch(text, /came back after it had been refunded/)
  assert.equal(await aMonthLater(() => listedOf(number)), '')
})

test('C5 the customer, who was told of the refund, is told once that it came back', async () => {
  const email = 'came-back@example.com'
  const order = await bought(email)
  const mails = async () =>
    (await inbox(store, email)).filter((one) => /came back/.test(one.subject))
  await refunded(order, 700)
  const [{ id: reference } = assert.fail()] = await refundsOf(database, order)
  const id = await sentBack(order)
  assert.deepEqual(await mails(), [])
  await arrive()
  await notify(store, notice('refund.failed', { id, metadata: { reference }, status: 'failed' }))
  await store.work()
  const [mail, ...more] = await mails()
  assert.deepEqual(more, [])
  assert.match(mail?.subject ?? '', /a refund for order \d+ came back/)
  assert.match(mail?.text ?? '', /so you do not have it/)
  const told = (await disclosuresOf(database, order)).filter(
    ({ because }) => because === 'refund sent back',
  )
  assert.deepEqual(
    told.map(({ recipient, fields, outcome }) => [recipient, fields, outcome]),
    [['mail relay', ['email', 'message'], 'delivered']],
  )
})

test('one that failed from the start came back nowhere: nobody says so, and no mail is sent', async () => {
  const email = 'never-made@example.com'
  const order = await bought(email)
  const number = await numberOf(order)
  await ask(order, 700)
  const job = { order, id: (await refundsOf(database, order)).at(-1)?.id ?? '' }
  const { processor } = payments
  const failing: typeof processor.refund = async (...asked) => ({
    ...(await processor.refund(...asked)),
    hasFailed: true,
  })
  const using = { ...payments, processor: { ...processor, refund: failing } }
  await carryOutRefund(using, job, { number: 1, isLast: false })
  await store.work()
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  const listed = await listedOf(number)
  assert.match(listed, /was asked for and has failed: nothing of it went back/)
  assert.doesNotMatch(listed, /came back/)
  const { text } = await service.get(`/admin/orders/${number}`)
  assert.match(text, /<p class="notice">A refund of €7\.00 was asked for and has failed/)
  assert.doesNotMatch(text, /came back/)
  assert.deepEqual(await inbox(store, email).then((all) => all.length), 1, 'the confirmation')
})

test('C3.1 C5 restricted or erased, an order still learns that its refund came back', async () => {
  const [stopped, ended] = [await bought(), await bought()]
  for (const order of [stopped, ended]) await refunded(order, 700)
  await restrict(erasing, [stopped], 'customer')
  await database.run(sql`update orders set state = 'delivered' where id = ${ended}`)
  assert.ok(await erase(erasing, [ended]))
  for (const order of [stopped, ended]) await sentBack(order)
  assert.ok((await arrive()).every((status) => status === 200))
  for (const order of [stopped, ended]) {
    assert.deepEqual(await statesOf(order), [['failed', 700]])
    assert.deepEqual(await booksOf(order), { reserved: 0, paidBack: 0 })
    const because = (await disclosuresOf(database, order)).map((one) => one.because)
    assert.ok(!because.includes('refund sent back'), 'there is nobody to be told')
  }
})

test('staff see the orders whose refund came back, until they refund again or for 30 days', async () => {
  const order = await bought()
  await ask(order, 300)
  await store.work()
  await ask(order, 700, 300)
  const number = await numberOf(order)
  const list = async () => (await service.get('/admin/orders')).text
  const row = async () => {
    const rows = (await list()).split('<tr>')
    return (
      rows.find((one) => one.includes(`<th scope="row"><a href="/admin/orders/${number}">`)) ?? ''
    )
  }
  assert.match(await row(), />€3\.00 refunded<[\s\S]*>€7\.00 under way</)
  await store.work()
  assert.match(await row(), />€10\.00 refunded</)
  assert.doesNotMatch(await row(), /under way/)
  await sentBack(order)
  await arrive()
  assert.match(await row(), />€3\.00 refunded</)
  assert.match(await listedOf(number), /came back after it had been made/)
  const page = async () => (await service.get(`/admin/orders/${number}`)).text
  assert.match(await page(), /Refund failed.*came back after it had been made/s)
  assert.match(await page(), /<p class="notice">€7\.00 came back after it had been refunded/)
  const failed = async (failure: Failure) =>
    (await ordersWithFailures(payments.gateway)).get(failure)?.includes(number) ?? false
  const isNamed = () => failed('came back')
  assert.equal(await aMonthLater(isNamed), false)
  assert.equal(await isNamed(), true)
  await ask(order, 700, 300)
  assert.equal(await isNamed(), false)
  assert.doesNotMatch(await page(), /class="notice"/)
  // A card that is closed: the processor says no, and the customer still has nothing.
  const job = { order, id: (await refundsOf(database, order)).at(-1)?.id ?? '' }
  const refund = () => Promise.reject(new Fault('payment_refused', 'The card is closed'))
  const refusing = { ...payments, processor: { ...payments.processor, refund } }
  await carryOutRefund(refusing, job, { number: 1, isLast: false })
  assert.deepEqual((await statesOf(order)).at(-1), ['failed', 700])
  assert.deepEqual([await isNamed(), await failed('failed')], [false, true])
  assert.match(await page(), /<p class="notice">A refund of €7\.00 was asked for and has failed/)
  await ask(order, 700, 300)
  await store.work()
  assert.deepEqual([await isNamed(), await failed('failed')], [false, false])
  await sentBack(order)
  await arrive()
  assert.match(await page(), /<p class="notice">€7\.00 came back/, 'and is told of once')
})
