/** Covers of look-up values: the published vectors, and that they say nothing without their generation. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { coverOf } from './_covers.ts'

type Vector = Readonly<Record<'generation' | 'digest' | 'covered', string>>

const file = new URL('../../test/vectors/covers.json', import.meta.url)
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'))
const digests = () =>
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes))

// They were made with OpenSSL.
test('the published vectors are covered and uncovered', () => {
  assert.ok(vectors.length >= 4)
  for (const { generation, digest, covered } of vectors) {
    const cover = coverOf(Buffer.from(generation, 'hex'))
    assert.equal(cover.on(Buffer.from(digest, 'hex')).toString('hex'), covered)
    assert.equal(cover.off(Buffer.from(covered, 'hex')).toString('hex'), digest)
  }
})

test('in whatever order values come, each has one cover in a generation, and comes out from under it', () => {
  const [one, other] = [coverOf(randomBytes(32)), coverOf(randomBytes(32))]
  const property = fc.property(fc.array(digests(), { minLength: 1 }), (all) => {
    for (const digest of [...all, ...all.toReversed()]) {
      const covered = one.on(digest)
      assert.equal(covered.length, 16)
      assert.deepEqual(one.on(digest), covered)
      assert.deepEqual(one.off(covered), digest)
      assert.notDeepEqual(covered, digest)
      assert.notDeepEqual(other.on(digest), covered)
      assert.notDeepEqual(other.off(covered), digest)
    }
  })
  fc.assert(property)
})

test('what is no look-up value is refused, and changes nothing of those that follow', () => {
  const cover = coverOf(randomBytes(32))
  const digest = randomBytes(16)
  const covered = cover.on(digest)
  for (const length of [0, 15, 17, 32]) {
    assert.throws(() => cover.on(Buffer.alloc(length)), { name: 'Bug' })
    assert.throws(() => cover.off(Buffer.alloc(length)), { name: 'Bug' })
    assert.deepEqual(cover.on(digest), covered)
    assert.deepEqual(cover.off(covered), digest)
  }
})

test('for a backup no two are alike, and each opens in its own place and generation alone', () => {
  const [cover, other] = [coverOf(randomBytes(32)), coverOf(randomBytes(32))]
  const covered = cover.on(randomBytes(16))
  const sealed = cover.sealed(covered, 'here')
  assert.notDeepEqual(cover.sealed(covered, 'here'), sealed)
  assert.deepEqual(cover.unsealed(sealed, 'here'), covered)
  const fault = { name: 'Fault', code: 'storage' }
  assert.throws(() => cover.unsealed(sealed, 'there'), fault)
  assert.throws(() => other.unsealed(sealed, 'here'), fault)
})
