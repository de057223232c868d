/** One-time codes, by the vectors of RFC 6238 (appendix B) and RFC 4648 (section 10). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32, codeOf, fromBase32, keyUri, newSecret, stepAt, stepOf } from './one-time-code.ts'

const SECRET = Buffer.from('12345678901234567890')
const at = (seconds: number) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000)

test('codes are those of RFC 6238, whose eight digits end in our six', () => {
  const vectors: readonly (readonly [number, string])[] = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ]
  for (const [seconds, code] of vectors) {
    assert.equal(codeOf(SECRET, stepAt(at(seconds))), code.slice(2))
  }
})

test('base 32 is that of RFC 4648, and can be read again', () => {
  for (const [text, written] of [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const) {
    assert.equal(base32(Buffer.from(text)), written)
    assert.equal(fromBase32(written).toString(), text)
  }
  const secret = newSecret()
  assert.deepEqual(fromBase32(base32(secret)), secret)
})

test('a code is taken one step early and one late, not two, and not after it was used', () => {
  const now = at(1_234_567_890)
  const step = stepAt(now)
  const taken = (ahead: number, after = 0) =>
    stepOf(SECRET, codeOf(SECRET, step + ahead), { at: now, after })
  for (const ahead of [-1, 0, 1]) assert.equal(taken(ahead), step + ahead)
  for (const ahead of [-2, 2]) assert.equal(taken(ahead), undefined)
  assert.equal(taken(0, step), undefined)
  assert.equal(taken(-1, step), undefined)
  assert.equal(taken(1, step), step + 1)
  for (const typed of ['', '12345', '1234567', 'abcdef', '٠٨١٨٠٤', '0x1234']) {
    assert.equal(stepOf(SECRET, typed, { at: now, after: 0 }), undefined)
  }
})

test('an app reads issuer and secret out of the address', () => {
  const url = new URL(keyUri(SECRET, 'Quiet & Co'))
  assert.equal(url.protocol, 'otpauth:')
  assert.equal(url.searchParams.get('secret'), base32(SECRET))
  assert.equal(url.searchParams.get('issuer'), 'Quiet & Co')
})
