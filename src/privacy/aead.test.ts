/** Sealing: the published vectors, and that what was touched does not open. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { open, seal } from './_aead.ts'

type Vector = Readonly<Record<'key' | 'nonce' | 'belongsTo' | 'plain' | 'sealed', string>>

const file = new URL('../../test/vectors/sealed.json', import.meta.url)
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'))
const bytes = () => fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))

test('the published vectors seal and open', () => {
  assert.ok(vectors.length >= 3)
  for (const { key, nonce, belongsTo, plain, sealed } of vectors) {
    const [keyBytes, plainBytes] = [Buffer.from(key, 'hex'), Buffer.from(plain, 'hex')]
    const made = seal(keyBytes, plainBytes, belongsTo, Buffer.from(nonce, 'hex'))
    assert.equal(made.toString('hex'), sealed)
    assert.deepEqual(open(keyBytes, made, belongsTo), plainBytes)
  }
})

test('what is sealed opens, and no two seals of it are the same', () => {
  const property = fc.property(bytes(), fc.string({ unit: 'grapheme' }), (plain, place) => {
    const key = randomBytes(32)
    const sealed = seal(key, plain, place)
    assert.deepEqual(open(key, sealed, place), plain)
    assert.notDeepEqual(seal(key, plain, place), sealed)
  })
  fc.assert(property)
})

test('a flipped bit anywhere, a part of it or more of it does not open', () => {
  const key = randomBytes(32)
  const sealed = seal(key, Buffer.from('Quillfeather'), 'here')
  const fault = { name: 'Fault', code: 'storage' }
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const flipped = Buffer.from(sealed)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.throws(() => open(key, flipped, 'here'), fault, `bit ${bit}`)
  }
  for (let length = 0; length < sealed.length; length += 1) {
    assert.throws(() => open(key, sealed.subarray(0, length), 'here'), fault, `length ${length}`)
  }
  assert.throws(() => open(key, Buffer.concat([sealed, Buffer.of(0)]), 'here'), fault)
})

test('another place or another key does not open it', () => {
  const key = randomBytes(32)
  const property = fc.property(fc.string(), fc.string(), (place, other) => {
    fc.pre(place !== other)
    const sealed = seal(key, Buffer.from('x'), place)
    assert.throws(() => open(key, sealed, other), { name: 'Fault', code: 'storage' })
    assert.throws(() => open(randomBytes(32), sealed, place), { name: 'Fault', code: 'storage' })
  })
  fc.assert(property)
})
