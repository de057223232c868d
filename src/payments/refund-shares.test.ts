/** What refunds are of: whatever is refunded, in whatever order and however rounded, the tax adds up to the order's. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '../base/failure.ts'
import { payableStep } from '../base/money.ts'
import type { Order, TaxShare } from '../orders/order.ts'
import { totals } from '../tax/totals.ts'
import {
  byAmount,
  byArticles,
  type Chosen,
  deliveryLeft,
  grossOf,
  piecesLeft,
  type Taken,
} from './refund-shares.ts'

const at = Temporal.Instant.from('2026-11-26T12:00:00Z')

type Bought = Pick<Order, 'currency' | 'pricesIncludeTax' | 'shippingMinor'> & {
  readonly lines: readonly { unitMinor: number; quantity: number; taxCategory: string }[]
}

/** An order to Germany, taxed as the checkout does it. */
function orderOf({ lines, ...rest }: Bought): Order {
  const taxed = totals({ ...rest, lines, country: 'DE', shopCountry: 'DK', at })
  const { itemsMinor, taxMinor, totalMinor, taxes, lineRates } = taxed
  return {
    ...{ id: '01890000-0000-7000-8000-000000000000', number: 1, state: 'paid', placedAt: at },
    ...{ country: 'DE', totalMinor, refundedMinor: 0, paidBackMinor: 0, paidBackTaxMinor: 0 },
    ...{ itemsMinor, taxMinor, taxes, shippingMethod: 'standard', weightGrams: 1 },
    ...{ language: 'en', revision: '1a', ...rest },
    lines: lines.map(({ unitMinor, quantity }, position) => ({
      ...{ position, variantId: '01890000-0000-7000-8000-000000000001', sku: 's', title: 't' },
      ...{ quantity, unitMinor, taxRatePpm: lineRates[position] ?? 0, weightGrams: 1 },
      ...{ hsCode: null, originCountry: null },
    })),
  }
}

const mixed = (pricesIncludeTax: boolean) =>
  orderOf({
    ...{ currency: 'EUR', pricesIncludeTax, shippingMinor: 490 },
    lines: [
      { unitMinor: 1190, quantity: 2, taxCategory: 'standard' },
      { unitMinor: 535, quantity: 3, taxCategory: 'reduced' },
    ],
  })

const taken = (taxes: readonly TaxShare[], chosen?: Chosen, shippingMinor = 0): Taken => ({
  taxes,
  lines: chosen?.lines ?? null,
  shippingMinor,
})

test('an amount is of each rate alike, and the rest of the order is the rest of its tax', () => {
  const order = mixed(true)
  assert.deepEqual(order.taxes, [
    { ratePpm: 190_000, netMinor: 2412, taxMinor: 458 },
    { ratePpm: 70_000, netMinor: 1500, taxMinor: 105 },
  ])
  const first = byAmount(order, [], 1000)
  assert.deepEqual(first, [
    { ratePpm: 190_000, netMinor: 539, taxMinor: 102 },
    { ratePpm: 70_000, netMinor: 336, taxMinor: 23 },
  ])
  const rest = byAmount(order, [taken(first)], order.totalMinor - 1000)
  assert.deepEqual(rest, [
    { ratePpm: 190_000, netMinor: 1873, taxMinor: 356 },
    { ratePpm: 70_000, netMinor: 1164, taxMinor: 82 },
  ])
})

test('articles have the tax of their own rate, and delivery that of the highest', () => {
  const reduced = { lines: [{ position: 1, quantity: 2 }], withDelivery: false }
  assert.deepEqual(byArticles(mixed(true), [], reduced), [
    { ratePpm: 70_000, netMinor: 1000, taxMinor: 70 },
  ])
  const delivered = { lines: [{ position: 0, quantity: 1 }], withDelivery: true }
  assert.deepEqual(byArticles(mixed(true), [], delivered), [
    { ratePpm: 190_000, netMinor: 1412, taxMinor: 268 },
  ])
  // On top of the price, as the order was taxed: 16.80 and 19 % of it.
  assert.deepEqual(byArticles(mixed(false), [], delivered), [
    { ratePpm: 190_000, netMinor: 1680, taxMinor: 319 },
  ])
})

test('of articles no more is refunded than was bought, nor what an amount has taken', () => {
  const order = mixed(true)
  const two = { lines: [{ position: 0, quantity: 2 }], withDelivery: true }
  const gone = [taken(byArticles(order, [], two), two, 490)]
  assert.deepEqual(
    [...piecesLeft(order, gone)],
    [
      [0, 0],
      [1, 3],
    ],
  )
  assert.equal(deliveryLeft(order, gone), 0)
  for (const lines of [[{ position: 0, quantity: 1 }], [{ position: 7, quantity: 1 }]]) {
    const again = { lines, withDelivery: false }
    assert.throws(() => byArticles(order, gone, again), { code: 'conflict', message: /meanwhile/ })
  }
  const amount = [taken(byAmount(order, [], 2000))]
  const all = { lines: [{ position: 0, quantity: 2 }], withDelivery: true }
  assert.throws(() => byArticles(order, amount, all), { code: 'conflict', message: /before/ })
})

test('where nothing is taxed, a refund says so', () => {
  const order = orderOf({
    ...{ currency: 'USD', pricesIncludeTax: false, shippingMinor: 0 },
    lines: [{ unitMinor: 1000, quantity: 1, taxCategory: 'zero' }],
  })
  assert.deepEqual(byAmount(order, [], 250), [{ ratePpm: 0, netMinor: 250, taxMinor: 0 }])
})

const bought = fc.constantFrom('EUR', 'JPY', 'KWD').chain((currency) => {
  const price = fc.integer({ min: 0, max: 3000 }).map((count) => count * payableStep(currency))
  return fc.record({
    currency: fc.constant(currency),
    pricesIncludeTax: fc.boolean(),
    shippingMinor: price,
    lines: fc.array(
      fc.record({
        unitMinor: price,
        quantity: fc.integer({ min: 1, max: 4 }),
        taxCategory: fc.constantFrom('standard', 'reduced', 'zero'),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
})

const deed = fc.record({
  do: fc.constantFrom('amount', 'articles', 'fail'),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  which: fc.nat(20),
  withDelivery: fc.boolean(),
})

type Deed = (typeof deed extends fc.Arbitrary<infer T> ? T : never) & object

const rest = (order: Order, gone: readonly Taken[]) =>
  order.totalMinor - gone.reduce((sum, { taxes }) => sum + grossOf(taxes), 0)

/** Another refund, or what is left of them when one has failed. */
function done(order: Order, gone: readonly Taken[], one: Deed): readonly Taken[] {
  const step = payableStep(order.currency)
  if (one.do === 'fail') return gone.filter((_, index) => index !== one.which % 4)
  if (one.do === 'amount') {
    const amount = Math.floor((rest(order, gone) * one.share) / step) * step
    if (amount === 0) return gone
    const taxes = byAmount(order, gone, amount)
    assert.equal(grossOf(taxes), amount)
    return [...gone, taken(taxes)]
  }
  const { position } = order.lines[one.which % order.lines.length] ?? assert.fail()
  const quantity = Math.ceil((piecesLeft(order, gone).get(position) ?? 0) * one.share)
  const chosen = { lines: [{ position, quantity }], withDelivery: one.withDelivery }
  try {
    const taxes = byArticles(order, gone, chosen)
    return [...gone, taken(taxes, chosen, one.withDelivery ? deliveryLeft(order, gone) : 0)]
  } catch (error) {
    if (error instanceof Fault && /a part of them was refunded before/.test(error.message))
      return gone
    throw error
  }
}

function check(order: Order, gone: readonly Taken[]): void {
  const shares = gone.flatMap(({ taxes }) => taxes)
  for (const { netMinor, taxMinor } of shares) assert.ok(netMinor >= 0 && taxMinor >= 0)
  for (const { ratePpm, netMinor, taxMinor } of order.taxes) {
    const of = shares.filter((share) => share.ratePpm === ratePpm)
    const tax = of.reduce((sum, share) => sum + share.taxMinor, 0)
    const net = grossOf(of) - tax
    assert.ok(tax <= taxMinor && net <= netMinor, 'no more than the order has')
    if (net + tax === netMinor + taxMinor) assert.deepEqual([net, tax], [netMinor, taxMinor])
    // Half a minor unit for each refund, and twice the step where tax comes on top.
    const slack = (of.length + 1) * payableStep(order.currency)
    assert.ok(Math.abs(tax - (grossOf(of) * ratePpm) / (1e6 + ratePpm)) <= slack)
  }
  for (const { taxes } of gone) assert.equal(grossOf(taxes) % payableStep(order.currency), 0)
}

test('whatever is refunded, fails and is refunded again, the sum of it is the order’s own tax', () => {
  const property = fc.property(bought, fc.array(deed, { maxLength: 12 }), (wanted, deeds) => {
    const order = orderOf(wanted)
    let gone: readonly Taken[] = []
    for (const one of deeds) {
      gone = done(order, gone, one)
      check(order, gone)
    }
    const left = rest(order, gone)
    if (left > 0) gone = [...gone, taken(byAmount(order, gone, left))]
    check(order, gone)
    const all = gone.flatMap(({ taxes }) => taxes)
    assert.equal(grossOf(all), order.totalMinor)
    assert.equal(
      all.reduce((sum, { taxMinor }) => sum + taxMinor, 0),
      order.taxMinor,
    )
  })
  fc.assert(property, { numRuns: 500 })
})
