/**
 * Totals add up: whatever the amounts, the quantities and the rates.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { totals } from './totals.ts'

const at = Temporal.Instant.from('2026-11-20T12:00:00Z')
const shop = { country: 'DK', shopCountry: 'DK', currency: 'EUR', at }

const cart = fc.record({
  lines: fc.array(
    fc.record({
      unitMinor: fc.integer({ min: 0, max: 100_000_000 }),
      quantity: fc.integer({ min: 1, max: 10_000 }),
      taxCategory: fc.constantFrom('Default', 'Reduced', 'zero', ''),
    }),
    { maxLength: 30 },
  ),
  shippingMinor: fc.integer({ min: 0, max: 100_000 }),
  country: fc.constantFrom('DK', 'DE', 'FI', 'HU', 'LU', 'US', 'NO'),
  pricesIncludeTax: fc.boolean(),
})

test('totals add up, and no tax is off by more than its rounding', () => {
  fc.assert(
    fc.property(cart, (asked) => {
      const found = totals({ ...shop, ...asked })
      const sum = asked.lines.reduce((total, line) => total + line.unitMinor * line.quantity, 0)
      assert.equal(found.itemsMinor, sum)
      assert.equal(found.shippingMinor, asked.shippingMinor)
      const nets = found.taxes.reduce((total, { netMinor }) => total + netMinor, 0)
      const taxes = found.taxes.reduce((total, { taxMinor }) => total + taxMinor, 0)
      assert.equal(taxes, found.taxMinor)
      assert.equal(nets + taxes, found.totalMinor)
      const shown = found.itemsMinor + found.shippingMinor
      assert.equal(found.totalMinor, asked.pricesIncludeTax ? shown : shown + taxes)
      assert.equal(found.lineRates.length, asked.lines.length)
      for (const { ratePpm, netMinor, taxMinor } of found.taxes) {
        assert.ok(Math.abs(taxMinor - (netMinor * ratePpm) / 1e6) <= 1)
      }
    }),
  )
})

test('tax is rounded once for each rate, half up, and not line by line', () => {
  const lines = Array.from({ length: 3 }, () => ({
    unitMinor: 2,
    quantity: 1,
    taxCategory: 'Default',
  }))
  const asked = { ...shop, lines, shippingMinor: 0, pricesIncludeTax: false }
  assert.equal(totals(asked).taxMinor, 2, '25 % of 6 is 1.5; each line by itself would make 3')
  assert.equal(totals({ ...asked, pricesIncludeTax: true }).taxMinor, 1, 'a fifth of 6 is 1.2')
})

test('shipping is taxed at the highest rate among the goods', () => {
  const lines = [
    { unitMinor: 1000, quantity: 1, taxCategory: 'reduced' },
    { unitMinor: 1000, quantity: 1, taxCategory: 'Default' },
  ]
  const found = totals({
    ...shop,
    country: 'DE',
    lines,
    shippingMinor: 500,
    pricesIncludeTax: false,
  })
  assert.deepEqual(found.lineRates, [70_000, 190_000])
  assert.deepEqual(found.taxes, [
    { ratePpm: 190_000, netMinor: 1500, taxMinor: 285 },
    { ratePpm: 70_000, netMinor: 1000, taxMinor: 70 },
  ])
})

test('an export is not taxed, and costs what was shown', () => {
  const lines = [{ unitMinor: 87_999, quantity: 2, taxCategory: 'Default' }]
  const found = totals({
    ...shop,
    country: 'US',
    lines,
    shippingMinor: 2490,
    pricesIncludeTax: true,
  })
  assert.equal(found.taxMinor, 0)
  assert.equal(found.totalMinor, 178_488)
  assert.deepEqual(found.taxes, [{ ratePpm: 0, netMinor: 178_488, taxMinor: 0 }])
})

test('where thousandths are paid in hundredths, a total of such prices can be paid', () => {
  const tens = (most: number) => fc.integer({ min: 0, max: most }).map((count) => count * 10)
  const property = fc.property(
    cart,
    tens(1000),
    fc.array(tens(10_000)),
    (asked, shipping, prices) => {
      const lines = prices.map((unitMinor) => ({ unitMinor, quantity: 3, taxCategory: 'Reduced' }))
      const wanted = { ...shop, ...asked, currency: 'KWD', lines, shippingMinor: shipping }
      const { totalMinor, taxMinor, taxes } = totals(wanted)
      assert.equal(totalMinor % 10, 0)
      const { pricesIncludeTax } = asked
      for (const { ratePpm, netMinor, taxMinor: tax } of taxes) {
        assert.ok(Math.abs(tax - (netMinor * ratePpm) / 1e6) <= (pricesIncludeTax ? 1 : 5))
      }
      if (!pricesIncludeTax) assert.equal(taxMinor % 10, 0)
    },
  )
  fc.assert(property)
  const lines = [{ unitMinor: 5120, quantity: 1, taxCategory: 'Default' }]
  const dear = { ...shop, country: 'FI', currency: 'KWD', lines, shippingMinor: 0 }
  assert.equal(totals({ ...dear, pricesIncludeTax: false }).totalMinor, 5120 + 1310, '1305.6')
  assert.equal(totals({ ...dear, pricesIncludeTax: true }).taxMinor, 1040, 'to the thousandth')
})

test('nothing costs nothing', () => {
  const found = totals({ ...shop, lines: [], shippingMinor: 0, pricesIncludeTax: true })
  assert.deepEqual(found, {
    itemsMinor: 0,
    shippingMinor: 0,
    taxMinor: 0,
    totalMinor: 0,
    taxes: [],
    lineRates: [],
  })
})

test('a sum beyond what can be counted is refused, one near it is exact', () => {
  const line = { unitMinor: 9_007_199_254_740_991, quantity: 1, taxCategory: 'Default' }
  const asked = { ...shop, shippingMinor: 0, pricesIncludeTax: true }
  assert.equal(totals({ ...asked, lines: [line] }).taxMinor, 1_801_439_850_948_198)
  assert.throws(() => totals({ ...asked, lines: [line, line] }), /too large/)
})
