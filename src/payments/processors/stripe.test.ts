/** Stripe's way of counting: the same money as ours, whatever unit it is told in. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { control } from '../../../test/support/outside.ts'
import { testStore } from '../../../test/support/store.ts'
import { newId } from '../../base/ids.ts'
import { parseMoney } from '../../base/money.ts'
import { stripe } from './stripe.ts'

const store = await testStore({ after })
const { clock } = store.payments.gateway
const processor = stripe({ ...store.access.stripe, description: 'Shop' })
const urls = { paid: `${store.url}paid`, cancelled: `${store.url}cancelled` }
const way = {
  origins: [store.sandbox.origin],
  plainAllowed: true,
  inspect: () => undefined,
  travelled: () => undefined,
}

test('an amount that nobody can pay in its currency is refused, asked for or given back', async () => {
  const at = clock()
  const lapsesAt = at.add({ minutes: 35 })
  const start = (amountMinor: number) =>
    processor.start(
      { orderReference: newId(at), amountMinor, currency: 'KWD' },
      urls,
      lapsesAt,
      way,
    )
  await assert.rejects(start(5124), { code: 'payment_refused' })
  const { id } = await start(5120)
  await control(store, 'pay', { session: id })
  const paid = await processor.state(id, way)
  assert.ok(paid.state === 'paid')
  const refund = (amountMinor: number) =>
    processor.refund(
      { orderReference: paid.orderReference, amountMinor, currency: 'KWD' },
      ...([paid.intentId, newId(at), way] as const),
    )
  await assert.rejects(refund(124), { code: 'payment_refused' })
  assert.equal((await refund(120)).amountMinor, 120)
})

for (const currency of ['EUR', 'HUF', 'JPY', 'ISK', 'UGX', 'KWD']) {
  test(`2500 ${currency} are asked for as 2500 ${currency}, paid and refunded as such`, async () => {
    const at = clock()
    const orderReference = newId(at)
    const { amountMinor } = parseMoney('2500', currency)
    const due = { orderReference, amountMinor, currency }
    const session = await processor.start(due, urls, at.add({ minutes: 35 }), way)
    const page = await (await fetch(session.url)).text()
    assert.match(page, /Pay \D+2,500(?:\.0+)?</)
    await control(store, 'pay', { session: session.id })
    const found = await processor.state(session.id, way)
    assert.ok(found.state === 'paid')
    assert.deepEqual([found.amountMinor, found.currency], [amountMinor, currency])
    const reference = newId(at)
    const made = await processor.refund(due, found.intentId, reference, way)
    assert.match(made.id, /^re_/)
    assert.deepEqual(made, { id: made.id, reference, amountMinor, hasFailed: false })
    assert.deepEqual(await processor.refunds(found.intentId, currency, way), [made])
    const again = processor.refund({ ...due, amountMinor: 1 }, found.intentId, newId(at), way)
    await assert.rejects(again, { code: 'payment_refused' }, 'all of it went back')
  })
}
