/** The secret link: it opens its order, and nothing that somebody made up opens any. */

import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../base/clock.ts'
import { idFromBytes, idToBytes, newId } from '../base/ids.ts'
import type { Keys } from '../privacy/keys.ts'
import { linkToken, orderOfToken } from './link.ts'

const keysUnder = (secret: Buffer): Pick<Keys, 'link'> => ({
  link: (purpose, id) =>
    createHmac('sha256', secret)
      .update(`${purpose}\0${id.toString('hex')}`)
      .digest()
      .subarray(0, 16),
})
const keys = keysUnder(randomBytes(32))
const order = newId(systemClock())
const token = linkToken(keys, order)

test('a link opens its order, and is 43 URL-safe characters', () => {
  assert.match(token, /^[\w-]{43}$/)
  assert.equal(orderOfToken(keys, token), order)
  assert.equal(linkToken(keys, order), token)
})

test('a flipped bit anywhere opens nothing', () => {
  const bytes = Buffer.from(token, 'base64url')
  for (let bit = 0; bit < 256; bit += 1) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(orderOfToken(keys, flipped.toString('base64url')), undefined, `bit ${bit}`)
  }
})

test('a token is written in one way only', () => {
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const others = [...last].map((letter) => token.slice(0, -1) + letter).filter((t) => t !== token)
  const standard = Buffer.from(token, 'base64url').toString('base64')
  for (const other of [...others, standard, `${token}=`, ` ${token}`, `${token}\n`, `${token}A`]) {
    assert.equal(orderOfToken(keys, other), undefined, other)
  }
  for (const short of ['', token.slice(1), token.slice(0, -1)]) {
    assert.equal(orderOfToken(keys, short), undefined)
  }
})

test('a code for another purpose, of another store or of another order opens nothing', () => {
  const id = idToBytes(order)
  const forged = [
    keys.link('refund', id),
    keysUnder(randomBytes(32)).link('order', id),
    keys.link('order', idToBytes(newId(systemClock()))),
    Buffer.alloc(16),
  ]
  for (const code of forged) {
    const made = Buffer.concat([id, code]).toString('base64url')
    assert.equal(orderOfToken(keys, made), undefined)
  }
})

test('what is not an id is not an order, though its code is right', () => {
  const strange = linkToken(keys, idFromBytes(Buffer.alloc(16, 0xff)))
  assert.equal(orderOfToken(keys, strange), undefined)
})

test('any text opens nothing', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.string({ minLength: 43 }),
  )
  fc.assert(fc.property(texts, (text) => assert.equal(orderOfToken(keys, text), undefined)))
  assert.equal(orderOfToken(keys, token.repeat(25_000)), undefined)
})
