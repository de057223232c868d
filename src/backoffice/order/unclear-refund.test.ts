/**
 * An unclear refund in the back office: where it is found, what is said of it, who may settle it and how.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { clerkAt } from '../../../test/support/clerk.ts'
import { newestOrder } from '../../../test/support/outside.ts'
import { buy } from '../../../test/support/purchase.ts'
import { losing } from '../../../test/support/refunds.ts'
import { testStore } from '../../../test/support/store.ts'
import { systemClock } from '../../base/clock.ts'
import { sql } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import { carryOutRefund, refundsOf, requestRefund } from '../../payments/refund.ts'

let ahead = Temporal.Duration.from({ seconds: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { payments, database } = store
const [accounts, service] = [await clerkAt(store, 'accounts'), await clerkAt(store, 'service')]

type Unclear = { readonly order: Id; readonly id: Id; readonly url: string }

/** A refund whose answer was lost in its last try. */
async function unclear(mode: 'lost' | 'refuse'): Promise<Unclear> {
  await buy(store)
  const order = await newestOrder(store)
  const asked = { orderId: order, of: 700, by: 'store', seenRefundedMinor: 0 }
  await requestRefund(payments, asked)
  const [{ id } = assert.fail()] = await refundsOf(database, order)
  await carryOutRefund(losing(store, mode), { order, id }, { number: 11, isLast: true })
  const { number } = await database.one<{ number: number }>(
    sql`select number from orders where id = ${order}`,
  )
  return { order, id, url: `/admin/orders/${number}` }
}

const stateOf = async ({ order }: Unclear) => (await refundsOf(database, order)).at(-1)?.state

test('it is named above the orders, and explained on its page with what to do', async () => {
  const one = await unclear('lost')
  const list = await service.get('/admin/orders')
  assert.match(list.text, new RegExp(`not known whether a refund was made[^§]*href="${one.url}"`))
  const { text } = await service.get(one.url)
  assert.match(text, /not known whether €7\.00 went back/)
  assert.match(text, /Reserved for refunds/)
  assert.doesNotMatch(text, /refunds\/settlement/)
  const page = await accounts.get(one.url)
  const { intent } = await database.one<{ intent: string }>(
    sql`select intent_id as intent from payment where order_id = ${one.order}`,
  )
  for (const fact of [intent, one.id]) assert.ok(page.text.includes(`<dd>${fact}</dd>`), fact)
  assert.match(page.text, /The money went back/)
  assert.doesNotMatch(page.text, />No money went back</, 'it may be under way')
  const settled = { refund: one.id, as: 'made' }
  assert.equal((await service.post(`${one.url}/refunds/settlement`, settled)).status, 403)
  assert.equal(await stateOf(one), 'unclear')
  const done = await accounts.post(`${one.url}/refunds/settlement`, settled)
  assert.match(done.text, /The refund is settled/)
  assert.match(done.text, /as seen at the processor/)
  assert.match(done.text, /accounts-clerk/)
  assert.doesNotMatch(done.text, /Was it refunded\?/)
  assert.doesNotMatch((await service.get('/admin/orders')).text, /not known whether/)
})

test('that nothing went back is said after an hour, and not against the processor’s word', async () => {
  const [never, made] = [await unclear('refuse'), await unclear('lost')]
  const settle = ({ url, id }: Unclear) =>
    accounts.post(`${url}/refunds/settlement`, { refund: id, as: 'not made' })
  const early = await settle(never)
  assert.equal(early.status, 409)
  assert.match(early.text, /may still be at work on this refund/)
  ahead = ahead.add({ hours: 1 })
  assert.match((await accounts.get(never.url)).text, />No money went back</)
  assert.match((await settle(never)).text, /The refund is settled/)
  assert.equal(await stateOf(never), 'failed')
  const wrong = await settle(made)
  assert.equal(wrong.status, 409)
  assert.match(wrong.text, /The processor says that it has made this refund/)
  assert.equal(await stateOf(made), 'done')
  assert.equal((await settle(made)).status, 409, 'it is clear already')
})

test('a form that says nothing settles nothing; its address, loaded again, leads to the order', async () => {
  const one = await unclear('lost')
  for (const fields of [{}, { refund: one.id, as: 'maybe' }, { refund: 'x', as: 'made' }]) {
    assert.equal((await accounts.post(`${one.url}/refunds/settlement`, fields)).status, 400)
  }
  assert.equal((await accounts.get(`${one.url}/refunds/settlement`)).url.pathname, one.url)
  assert.equal(await stateOf(one), 'unclear')
})
