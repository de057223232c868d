/**
 * Borders, and postal codes as people type them.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countries, countryNamed, crossesCustomsBorder, readPostalCode } from './countries.ts'

test('every example of a postal code is read as it stands', () => {
  for (const { code, postalCodeExample } of countries) {
    if (postalCodeExample === undefined) continue
    assert.deepEqual(readPostalCode(code, postalCodeExample), { value: postalCodeExample }, code)
  }
})

test('a postal code is read however it is spaced, and written in the form of its country', () => {
  const typed: readonly (readonly [string, string, string])[] = [
    ['DK', ' dk-8660 ', '8660'],
    ['GB', 'sw1a1aa', 'SW1A 1AA'],
    ['PL', '00950', '00-950'],
    ['NL', '1234ab', '1234 AB'],
    ['SE', 'SE-11455', '114 55'],
    ['LV', '1073', 'LV-1073'],
    ['US', '95014-1234', '95014-1234'],
    ['MT', 'vlt1117', 'VLT1117'],
    ['IE', 'd02x285', 'D02 X285'],
    ['BR', '40301110', '40301-110'],
  ]
  for (const [country, text, value] of typed) {
    assert.deepEqual(readPostalCode(country, text), { value }, `${country} ${text}`)
  }
})

test('a postal code that is none of the country is malformed, and missing only where one is needed', () => {
  assert.deepEqual(readPostalCode('DK', '866'), { problem: 'malformed' })
  assert.deepEqual(readPostalCode('DK', ''), { problem: 'missing' })
  assert.deepEqual(readPostalCode('IE', ''), { value: '' })
  assert.deepEqual(readPostalCode('AE', ''), { value: '' })
})

test('a customs border lies around the union, Switzerland with Liechtenstein, and each other country', () => {
  for (const [from, to] of [
    ['DK', 'DE'],
    ['DK', 'MC'],
    ['CH', 'LI'],
    ['GB', 'IM'],
    ['US', 'US'],
  ] as const) {
    assert.equal(crossesCustomsBorder(from, to), false, `${from} ${to}`)
  }
  for (const to of ['NO', 'GB', 'CH', 'US', 'GL', 'FO', 'AX', 'RE']) {
    assert.equal(crossesCustomsBorder('DK', to), true, to)
  }
})

test('the VAT area of the union holds its members and Monaco, not places with a code of their own', () => {
  const area = countries.filter(({ inEuVatArea }) => inEuVatArea)
  assert.equal(area.length, 28)
  assert.equal(countryNamed('AX')?.inEuVatArea, false)
  assert.equal(countryNamed('XX'), undefined)
})
