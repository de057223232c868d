/**
 * Which rate is owed where, and from which day.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ratesFor, taxRate } from './rates.ts'

const danish = ratesFor('DK')
const on = (day: string) => Temporal.Instant.from(`${day}T00:00:00Z`)
const rate = (country: string, day: string, category = 'Default') =>
  taxRate(danish, { country, category, at: on(day) })

test('a rate holds from its first day until the next', () => {
  assert.equal(rate('EE', '2025-06-30'), 220_000)
  assert.equal(rate('EE', '2025-07-01'), 240_000)
  assert.equal(rate('FI', '2026-11-20'), 255_000)
  assert.equal(rate('DK', '1970-01-01'), 0)
})

test('goods are taxed where they arrive inside the VAT area of the union; elsewhere they are exports', () => {
  assert.equal(rate('DK', '2026-11-20'), 250_000)
  assert.equal(rate('HU', '2026-11-20'), 270_000)
  assert.equal(rate('MC', '2026-11-20'), 200_000, 'Monaco is taxed as France')
  for (const country of ['US', 'GB', 'NO', 'CH', 'AX', 'GL', 'RE', 'XX']) {
    assert.equal(rate(country, '2026-11-20'), 0, country)
  }
})

test('a shop outside the union owes the tax of its own country alone', () => {
  const at = on('2026-11-20')
  const british = ratesFor('GB')
  assert.equal(taxRate(british, { country: 'IM', category: '', at }), 200_000)
  assert.equal(taxRate(british, { country: 'DK', category: '', at }), 0)
  assert.equal(taxRate(ratesFor('US'), { country: 'US', category: '', at }), 0)
})

test('a reduced rate applies where there is one, and an unknown category is taxed in full', () => {
  assert.equal(rate('DE', '2026-11-20', 'Reduced'), 70_000)
  assert.equal(rate('DK', '2026-11-20', 'Reduced'), 250_000)
  assert.equal(rate('DE', '2026-11-20', 'zero'), 0)
  assert.equal(rate('DE', '2026-11-20', 'gadgets'), 190_000)
})
