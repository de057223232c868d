/** Links to a person's data, and to a receipt. */

import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import { dataToken, entryOfReceipt, openDataToken, receiptToken } from './person-link.ts'

const secret = randomBytes(32)
const keys = {
  link: (purpose: string, id: Buffer) =>
    createHmac('sha256', secret)
      .update(`${purpose}\0${id.toString('hex')}`)
      .digest()
      .subarray(0, 16),
}
const now = systemClock()
const endsAt = now.add({ minutes: 30 }).round('millisecond')
const digest = randomBytes(16)
const token = dataToken(keys, digest, endsAt)

test('C3.1 a link opens the data of its address until its time is up', () => {
  assert.match(token, /^[\w-]{51}$/)
  const opened = openDataToken(keys, token, now)
  assert.deepEqual(opened?.digest, digest)
  assert.ok(opened?.endsAt.equals(endsAt))
  assert.ok(openDataToken(keys, token, endsAt.subtract({ milliseconds: 1 })))
  assert.equal(openDataToken(keys, token, endsAt), undefined)
})

test('a flipped bit anywhere opens nothing', () => {
  const bytes = Buffer.from(token, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(openDataToken(keys, flipped.toString('base64url'), now), undefined, `${bit}`)
  }
})

test('a link of one kind opens nothing of the other, and any text opens nothing', () => {
  const entry = newId(now)
  const receipt = receiptToken(keys, entry)
  assert.equal(entryOfReceipt(keys, receipt), entry)
  assert.equal(entryOfReceipt(keys, token), undefined)
  assert.equal(openDataToken(keys, receipt, now), undefined)
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.string())
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(openDataToken(keys, text, now), undefined)
      assert.equal(entryOfReceipt(keys, text), undefined)
    }),
  )
})
