/**
 * Prices by weight and place.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { countryNamed } from '../base/countries.ts'
import { openShippingRates, quote, servedCountries } from './rates.ts'

const database = await testDatabase({ after })
const rates = await openShippingRates(database)
const sending = { country: 'DK', weightGrams: 400, currency: 'EUR' }

test('a price depends on zone and weight, and the last gram of a step still belongs to it', () => {
  assert.deepEqual(quote(rates, sending), [
    { method: 'standard', name: 'standard', priceMinor: 450, days: [1, 3] },
    { method: 'express', name: 'express', priceMinor: 890, days: [1, 1] },
  ])
  const standard = (weightGrams: number) => quote(rates, { ...sending, weightGrams })[0]?.priceMinor
  assert.equal(standard(500), 450)
  assert.equal(standard(501), 490)
  assert.equal(quote(rates, { ...sending, country: 'US', currency: 'USD' })[0]?.priceMinor, 1790)
})

test('what is not served has no price: no zone, too heavy a parcel, another currency', () => {
  assert.deepEqual(quote(rates, { ...sending, country: 'XX' }), [])
  assert.deepEqual(quote(rates, { ...sending, country: 'AQ' }), [])
  assert.deepEqual(quote(rates, { ...sending, weightGrams: 70_001 }), [])
  assert.deepEqual(quote(rates, { ...sending, currency: 'JPY' }), [])
})

test('every country that is served is a country, and has a price in both currencies', () => {
  for (const country of servedCountries(rates)) {
    assert.ok(countryNamed(country), country)
    for (const currency of ['EUR', 'USD']) {
      assert.equal(quote(rates, { ...sending, country, currency }).length, 2, country)
    }
  }
})
