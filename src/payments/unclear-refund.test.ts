/**
 * Refunds that may have been made: never paid twice, whatever was lost, and never forgotten.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { accountOf, eventsOf } from '../../test/support/books.ts'
import { control, inbox, newestOrder } from '../../test/support/outside.ts'
import { ADA, buy } from '../../test/support/purchase.ts'
import { during, killed, losing, madeRefunds, payBackByHand } from '../../test/support/refunds.ts'
import { testStore } from '../../test/support/store.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { disclosuresOf } from '../orders/disclosures.ts'
import { timeline } from '../orders/order.ts'
import { endRequested, erase } from '../privacy/erasure.ts'
import { openOf } from '../privacy/holdings.ts'
import { liftRestriction, restrict } from '../privacy/restriction.ts'
import { cancelOrder, carryOutRefund, refundsOf, requestRefund } from './refund.ts'
import { grossOf } from './refund-shares.ts'
import { clearUpRefunds, ordersWithUnclear, SEEN, settleRefund } from './unclear-refund.ts'

let ahead = Temporal.Duration.from({ seconds: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { payments, database, erasing } = store
const by = newId(systemClock())
const TOTAL = 4740

const wait = (duration: Temporal.DurationLike) => {
  ahead = ahead.add(duration)
}

async function bought(email = 'ada.lovelace@example.com'): Promise<Id> {
  await buy(store, { contact: { ...ADA, email } })
  const order = await newestOrder(store)
  await store.work()
  return order
}

const ask = (orderId: Id, amountMinor: number, seenRefundedMinor = 0) =>
  requestRefund(payments, { orderId, of: amountMinor, by, seenRefundedMinor })

async function newestRefund(order: Id): Promise<Id> {
  return (await refundsOf(database, order)).at(-1)?.id ?? assert.fail('no refund was asked for')
}

/** Its job's next try. */
async function attempt(order: Id, isLast = false, using = payments): Promise<void> {
  const job = { order, id: await newestRefund(order) }
  await carryOutRefund(using, job, { number: isLast ? 11 : 1, isLast })
}

/** Asks for a refund, whose last try ends without an answer. */
async function unclear(order: Id, amountMinor: number, mode: 'lost' | 'refuse'): Promise<Id> {
  const { refundedMinor } = await accountOf(store, order)
  await ask(order, amountMinor, refundedMinor)
  await during(store, 'refuse', async () => assert.rejects(attempt(order)))
  await lastTry(order, mode)
  return newestRefund(order)
}

/** The processor answers what it has, and its answer to the refund itself is lost. */
async function lastTry(order: Id, mode: 'lost' | 'refuse'): Promise<void> {
  await attempt(order, true, losing(store, mode))
}

const statesOf = async (order: Id) =>
  (await refundsOf(database, order)).map(({ state, amountMinor }) => [state, amountMinor])

const madeOf = async (order: Id) =>
  (await madeRefunds(store, order)).map(({ amount, metadata }) => [amount, metadata.reference])

const paidBack = async (order: Id) =>
  database.one(sql`
    select refunded_minor as reserved, paid_back_minor as "paidBack" from orders
    where id = ${order}`)

const mailsTo = async (email: string) =>
  (await inbox(store, email)).filter(({ subject }) => /a refund for/.test(subject))

const outcomesOf = async (order: Id) =>
  (await disclosuresOf(database, order))
    .filter(({ purpose }) => purpose === 'refund')
    .map(({ outcome }) => outcome)

test('a refund whose last answer was lost is unclear, and its amount stays reserved', async () => {
  const order = await bought()
  await unclear(order, 4000, 'lost')
  assert.deepEqual(await statesOf(order), [['unclear', 4000]])
  assert.deepEqual(await paidBack(order), { reserved: 4000, paidBack: 0 })
  assert.deepEqual(await outcomesOf(order), ['given up'])
  assert.equal((await eventsOf(store, order)).at(-1), 'refund unclear')
  await assert.rejects(ask(order, 4000, 0), { code: 'conflict' })
  await assert.rejects(ask(order, 4000, 4000), { code: 'conflict' })
  await clearUpRefunds(payments)
})

test('what the processor has made is found, and its customer told once', async () => {
  const email = 'found@example.com'
  const order = await bought(email)
  const id = await unclear(order, 700, 'lost')
  assert.deepEqual(await mailsTo(email), [])
  const [once, again] = [await clearUpRefunds(payments), await clearUpRefunds(payments)]
  assert.deepEqual([once, again], [1, 0])
  await store.work()
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.deepEqual(await paidBack(order), { reserved: 700, paidBack: 700 })
  assert.deepEqual(await madeOf(order), [[700, id]])
  assert.deepEqual(await outcomesOf(order), ['delivered'])
  const [mail, ...more] = await mailsTo(email)
  assert.deepEqual(more, [])
  assert.match(mail?.text ?? '', /€7\.00 of the order is refunded/)
})

test('the customer’s page tells as refunded what has surely gone back', async () => {
  const { shopper, page } = await buy(store)
  const order = await newestOrder(store)
  await unclear(order, 700, 'lost')
  const before = await shopper.get(page.url)
  assert.match(before.text, /We are finding out whether a refund was made/)
  assert.doesNotMatch(before.text, /−€7\.00/)
  await clearUpRefunds(payments)
  assert.match((await shopper.get(page.url)).text, /−€7\.00/)
})

test('what the processor has not made has failed, once it cannot be under way any more', async () => {
  const order = await bought()
  await unclear(order, 700, 'refuse')
  wait({ minutes: 59 })
  assert.equal(await clearUpRefunds(payments), 0)
  assert.deepEqual(await statesOf(order), [['unclear', 700]])
  wait({ minutes: 1 })
  assert.equal(await clearUpRefunds(payments, { isClockTrusted: false }), 0)
  assert.equal(await clearUpRefunds(payments), 1)
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  assert.deepEqual(await paidBack(order), { reserved: 0, paidBack: 0 })
  await ask(order, 700)
  await store.work()
  assert.equal((await madeRefunds(store, order)).length, 1)
})

test('a try whose answer was lost is found by the next one, also when the key has lapsed', async () => {
  const order = await bought()
  await ask(order, 700)
  await assert.rejects(attempt(order, false, losing(store, 'lost')), { code: 'unreachable' })
  await control(store, 'forget', {})
  await attempt(order)
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.equal((await madeRefunds(store, order)).length, 1)
})

test('a store that is killed after the answer and before its commit does not pay again', async () => {
  const order = await bought()
  await ask(order, 700)
  await assert.rejects(attempt(order, false, killed(store)), { name: 'Bug' })
  await control(store, 'forget', {})
  assert.deepEqual(await statesOf(order), [['requested', 700]])
  await store.work()
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.equal((await madeRefunds(store, order)).length, 1)
})

test('a store that is killed in the last try finds out afterwards', async () => {
  const [made, never] = [await bought(), await bought()]
  await ask(made, 700)
  await assert.rejects(attempt(made, false, killed(store)), { name: 'Bug' })
  await ask(never, 700)
  const jobs = [await newestRefund(made), await newestRefund(never)].map((id) => `refund ${id}`)
  const last = sql`
    update graphile_worker._private_jobs
    set attempts = max_attempts, locked_at = now(), locked_by = 'killed'
    where key = any(${jobs})`
  await database.run(last)
  await clearUpRefunds(payments)
  assert.deepEqual(await statesOf(made), [['requested', 700]], 'it may be at work')
  await database.run(sql`
    update graphile_worker._private_jobs set locked_at = null, locked_by = null
    where key = any(${jobs})`)
  assert.equal(await clearUpRefunds(payments), 2)
  assert.deepEqual(await statesOf(made), [['done', 700]])
  assert.deepEqual(await statesOf(never), [['failed', 700]])
  assert.deepEqual(await outcomesOf(made), ['delivered'])
  assert.deepEqual(await outcomesOf(never), ['given up'])
})

test('what was made after the backup, of which a restored store knows nothing, is found', async () => {
  const order = await bought()
  await ask(order, 700)
  await assert.rejects(attempt(order, false, killed(store)), { name: 'Bug' })
  await control(store, 'forget', {})
  await database.run(sql`update refund set tries = 0, tried_at = null where order_id = ${order}`)
  await attempt(order)
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.equal((await madeRefunds(store, order)).length, 1)
})

test('what a restore has lost is entered, in place of what was asked for without knowing', async () => {
  const order = await bought()
  for (const [minor, seen] of [
    [3000, 0],
    [500, 3000],
  ] as const) {
    await ask(order, minor, seen)
    await store.work()
  }
  const made = await madeOf(order)
  await database.run(sql`delete from refund where order_id = ${order}`)
  await database.run(sql`
    update orders set refunded_minor = 0, paid_back_minor = 0, paid_back_tax_minor = 0
    where id = ${order}`)

  await ask(order, 3000)
  await store.work()
  assert.deepEqual(await madeOf(order), made)
  assert.deepEqual(await statesOf(order), [
    ['done', 3000],
    ['done', 500],
    ['failed', 3000],
  ])
  assert.deepEqual(await paidBack(order), { reserved: 3500, paidBack: 3500 })
  for (const { amountMinor, taxes } of await refundsOf(database, order)) {
    assert.equal(grossOf(taxes), amountMinor)
  }
  await ask(order, 200, 3500)
  await store.work()
  assert.deepEqual((await statesOf(order)).at(-1), ['done', 200])
})

test('C5 a restriction between two tries: what was made is found, and nobody is told anything', async () => {
  const email = 'between@example.com'
  const order = await bought(email)
  await ask(order, 700)
  await assert.rejects(attempt(order, false, losing(store, 'lost')), { code: 'unreachable' })
  await restrict(erasing, [order], 'customer')
  await attempt(order)
  await store.work()
  assert.deepEqual(await statesOf(order), [['done', 700]])
  assert.deepEqual(await mailsTo(email), [])
  assert.equal((await madeRefunds(store, order)).length, 1)
})

test('C5 a restriction after a try without an answer stops the refund, and it is unclear', async () => {
  const order = await bought()
  await ask(order, 700)
  await assert.rejects(attempt(order, false, losing(store, 'refuse')), { code: 'unreachable' })
  await restrict(erasing, [order], 'customer')
  await attempt(order)
  assert.deepEqual(await statesOf(order), [['unclear', 700]])
  wait({ hours: 1 })
  await clearUpRefunds(payments)
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  assert.deepEqual(await madeRefunds(store, order), [])
  await liftRestriction(erasing, [order])
  await ask(order, 700)
  await store.work()
  assert.equal((await madeRefunds(store, order)).length, 1)
})

test('a no after a lost answer is not believed, nor is a refund by hand overlooked', async () => {
  const order = await bought()
  await ask(order, 700)
  await assert.rejects(attempt(order, false, losing(store, 'refuse')), { code: 'unreachable' })
  await payBackByHand(store, order, TOTAL)
  await attempt(order)
  assert.deepEqual(await statesOf(order), [['unclear', 700]])
  wait({ hours: 1 })
  assert.equal(await clearUpRefunds(payments), 0)
  const id = await newestRefund(order)
  await settleRefund(payments, { orderId: order, id, by, as: 'made' })
  assert.deepEqual(await statesOf(order), [['done', 700]])
})

test('a refund that the bank sent back has failed', async () => {
  const order = await bought()
  await unclear(order, 700, 'lost')
  const [made] = await madeRefunds(store, order)
  // As if no webhook were set up: whoever asks learns it.
  await control(store, 'webhooks', { webhooks: 'hold' })
  await control(store, 'bounce', { refund: made?.id })
  assert.equal(await clearUpRefunds(payments), 1)
  await control(store, 'webhooks', { webhooks: 'normal' })
  await control(store, 'release', {})
  assert.deepEqual(await statesOf(order), [['failed', 700]])
  assert.deepEqual(await paidBack(order), { reserved: 0, paidBack: 0 })
})

test('of two parts, the mail about the one tells nothing of the one that is unclear', async () => {
  const email = 'parts@example.com'
  const order = await bought(email)
  await unclear(order, 700, 'lost')
  await ask(order, 1100, 700)
  await store.work()
  assert.deepEqual(await statesOf(order), [
    ['unclear', 700],
    ['done', 1100],
  ])
  const [mail] = await mailsTo(email)
  assert.match(mail?.text ?? '', /€11\.00 of the order is refunded/)
  await cancelOrder(payments, { orderId: order, by }, async () => undefined)
  await Promise.all([clearUpRefunds(payments), store.work()])
  const amounts = (await madeRefunds(store, order)).map(({ amount }) => amount)
  assert.deepEqual(amounts, [700, 1100, TOTAL - 1800])
  assert.deepEqual(await paidBack(order), { reserved: TOTAL, paidBack: TOTAL })
})

test('whoever concludes it at the same moment, it is concluded once', async () => {
  const email = 'at-once@example.com'
  const order = await bought(email)
  const id = await unclear(order, 700, 'lost')
  const settled = { orderId: order, id, by, as: 'made' as const }
  await Promise.allSettled([
    clearUpRefunds(payments),
    settleRefund(payments, settled),
    clearUpRefunds(payments),
    settleRefund(payments, settled),
  ])
  await store.work()
  assert.deepEqual(await paidBack(order), { reserved: 700, paidBack: 700 })
  const events = await eventsOf(store, order)
  assert.equal(events.filter((kind) => kind === 'refunded').length, 1)
  assert.equal((await mailsTo(email)).length, 1)
  await assert.rejects(settleRefund(payments, settled), { code: 'conflict' })
})

test('a member of staff says what they have seen; the processor’s own word comes first', async () => {
  const order = await bought()
  const id = await unclear(order, 700, 'refuse')
  const settle = () => settleRefund(payments, { orderId: order, id, by, as: 'not made' })
  await assert.rejects(settle(), { code: 'conflict', message: /may still be at work/ })
  wait({ hours: 1 })
  await during(store, 'refuse', () => settle())
  const { kind, by: who, details } = (await timeline(database, order)).at(-1) ?? assert.fail()
  assert.deepEqual([kind, who, details], ['refund failed', by, { amountMinor: 700, reason: SEEN }])
  assert.deepEqual(await paidBack(order), { reserved: 0, paidBack: 0 })

  const other = await bought()
  const made = await unclear(other, 700, 'lost')
  wait({ hours: 1 })
  const wrong = settleRefund(payments, { orderId: other, id: made, by, as: 'not made' })
  await assert.rejects(wrong, { code: 'conflict', message: /says that it has made/ })
  assert.deepEqual(await statesOf(other), [['done', 700]])
  await assert.rejects(settleRefund(payments, { orderId: other, id: order, by, as: 'made' }), {
    code: 'conflict',
  })
})

test('C3.1 an erasure waits while a refund is unclear, and the books remember that it was', async () => {
  const email = 'erased-later@example.com'
  const order = await bought(email)
  await database.run(sql`update orders set state = 'delivered' where id = ${order}`)
  await unclear(order, 700, 'lost')
  await erase(erasing, [order])
  await endRequested(erasing)
  assert.deepEqual([...(await openOf(erasing.holdings, database, [order]))], [order])
  assert.ok((await disclosuresOf(database, order)).length > 0)
  await clearUpRefunds(payments)
  await store.work()
  assert.equal((await mailsTo(email)).length, 1)
  await endRequested(erasing)
  assert.deepEqual(await disclosuresOf(database, order), [])
  const events = await eventsOf(store, order)
  assert.deepEqual(events, ['placed', 'paid', 'refund asked for', 'refund unclear', 'refunded'])
})

test('one that cannot be asked about keeps no other waiting', async () => {
  const [lost, found] = [await bought(), await bought()]
  await unclear(lost, 700, 'lost')
  await unclear(found, 700, 'lost')
  await database.run(sql`update payment set intent_id = 'pi_none' where order_id = ${lost}`)
  let rounds = 0
  while ((await statesOf(found))[0]?.[0] === 'unclear' && rounds < 2) {
    await clearUpRefunds(payments, { limit: 1 })
    rounds += 1
  }
  assert.deepEqual(await statesOf(found), [['done', 700]])
  assert.deepEqual(await statesOf(lost), [['unclear', 700]])
  const { number } = await database.one<{ number: number }>(
    sql`select number from orders where id = ${lost}`,
  )
  assert.deepEqual(await ordersWithUnclear(database), [number])
})

test('the tables themselves refuse what does not add up', async () => {
  const order = await bought()
  await ask(order, 700)
  for (const wrong of [
    sql`update orders set paid_back_minor = 701 where id = ${order}`,
    sql`update orders set refunded_minor = total_minor + 1 where id = ${order}`,
    sql`update refund set state = 'forgotten' where order_id = ${order}`,
    sql`update refund set state = 'failed' where order_id = ${order}`,
    sql`update refund set state = 'unclear', concluded_at = now() where order_id = ${order}`,
    sql`update refund set tries = 1 where order_id = ${order}`,
  ]) {
    await assert.rejects(database.run(wrong), { code: '23514' }, wrong.text)
  }
})
