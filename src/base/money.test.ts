/** Money: whole minor units, one currency in a sum, and no float on the way. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  add,
  decimalOf,
  formatMoney,
  isPayable,
  minorDigits,
  money,
  parseMoney,
  payableStep,
  sum,
  times,
} from './money.ts'

test('an amount is a safe whole number', () => {
  for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)]) {
    assert.throws(() => money(amount, 'EUR'), { name: 'Bug' })
  }
  assert.throws(() => add(money(2 ** 53 - 1, 'EUR'), money(1, 'EUR')), { name: 'Bug' })
  assert.throws(() => times(money(1, 'EUR'), 0.5), { name: 'Bug' })
})

test('two currencies are not added', () => {
  assert.throws(() => add(money(1, 'EUR'), money(1, 'USD')), { name: 'Bug' })
  assert.throws(() => sum([money(1, 'EUR')], 'USD'), { name: 'Bug' })
  assert.deepEqual(sum([], 'USD'), money(0, 'USD'))
})

test('there is one zero', () => {
  for (const zero of [money(-0, 'EUR'), times(money(-5, 'EUR'), 0), parseMoney('-0.00', 'EUR')]) {
    assert.deepEqual(zero, { amountMinor: 0, currency: 'EUR' })
    assert.equal(formatMoney(zero), '€0.00')
  }
})

test('what was written in a currency’s digits is read as it was', () => {
  const amounts = fc.integer({ min: -999_999_999_999, max: 999_999_999_999 })
  const property = fc.property(
    amounts,
    fc.constantFrom('EUR', 'JPY', 'KWD'),
    (amount, currency) => {
      const written = decimalOf(money(amount, currency))
      assert.match(written, currency === 'JPY' ? /^-?\d+$/ : /^-?\d+\.\d{2,3}$/)
      assert.equal(parseMoney(written, currency).amountMinor, amount)
    },
  )
  fc.assert(property)
})

test('what is too large to be counted in a currency is no amount in it', () => {
  const largest = '999999999999.9999'
  assert.throws(() => parseMoney(largest, 'CLF'), { name: 'Fault', code: 'invalid' })
  assert.equal(parseMoney('999999999999.99', 'EUR').amountMinor, 99_999_999_999_999)
})

test('a currency has the digits that banks count it in, whatever is usual to show', () => {
  const digits = ['EUR', 'JPY', 'KWD', 'CLF'].map(minorDigits)
  assert.deepEqual(digits, [2, 0, 3, 4])
  for (const currency of ['HUF', 'IDR', 'COP', 'PKR', 'RSD', 'ALL', 'TWD']) {
    assert.equal(minorDigits(currency), 2, currency)
    assert.match(formatMoney(parseMoney('1000', currency)), /1,000\.00$/)
  }
})

test('what is counted in thousandths is paid in hundredths', () => {
  const steps = ['EUR', 'JPY', 'HUF', 'KWD', 'TND'].map(payableStep)
  assert.deepEqual(steps, [1, 1, 1, 10, 10])
  const payable = ['5.120', '5.12', '5', '0', '-5.130'].map((text) => parseMoney(text, 'KWD'))
  assert.ok(payable.every(isPayable))
  assert.equal(isPayable(parseMoney('5.124', 'KWD')), false)
  assert.equal(isPayable(parseMoney('5.12', 'EUR')), true)
})

test('an amount is read without going through a float', () => {
  const read = (text: string, currency = 'EUR') => parseMoney(text, currency).amountMinor
  assert.equal(read('879.99'), 87_999)
  assert.equal(read(' 8.2 '), 820)
  assert.equal(read('1.100'), 110)
  assert.equal(read('999999999999.999', 'KWD'), 999_999_999_999_999)
  assert.equal(read('100', 'JPY'), 100)
  const strange = [
    '',
    '-',
    '1,000',
    '1e3',
    '0x10',
    '1.',
    '.5',
    '1.001',
    '1 000',
    '١',
    '--1',
    '+1',
    'NaN',
  ]
  for (const text of [...strange, '1'.repeat(13)]) {
    assert.throws(() => read(text), { name: 'Fault', code: 'invalid' }, text)
  }
  assert.throws(() => read('1.5', 'JPY'), { name: 'Fault', code: 'invalid' })
})

test('a person reads an amount in the digits of its currency', () => {
  assert.equal(formatMoney(money(109_990, 'EUR')), '€1,099.90')
  assert.equal(formatMoney(money(-5, 'EUR')), '-€0.05')
  assert.equal(formatMoney(money(1500, 'JPY')), '¥1,500')
})
