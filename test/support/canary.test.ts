/**
 * The search for canaries finds each form that it is meant to find, wherever it lies, and nothing else.
 */

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { namesIn, searchFor } from './canary.ts'

const value = 'Wölkenstürmer 9Z'
const search = searchFor({ name: value })
const lower = value.toLowerCase()
const digest = (algorithm: string, text = value) => createHash(algorithm).update(text).digest()

const planted: Readonly<Record<string, string | Buffer>> = {
  plain: value,
  'in a sentence': `to ${value}, by post`,
  'lower case': lower,
  'upper case': value.toUpperCase(),
  decomposed: value.normalize('NFD'),
  'decomposed, lower case': lower.normalize('NFD'),
  hex: Buffer.from(value).toString('hex'),
  'upper-case hex': Buffer.from(value).toString('hex').toUpperCase(),
  'percent-encoded': encodeURIComponent(value),
  'percent-encoded as a form': new URLSearchParams({ a: value }).toString(),
  'UTF-16LE': Buffer.from(value, 'utf16le'),
  'UTF-16BE': Buffer.from(value, 'utf16le').swap16(),
  'UTF-16 in base64': Buffer.from(value, 'utf16le').toString('base64'),
  'JSON escaped': 'W\\u00f6lkenst\\u00fcrmer 9Z',
  md5: digest('md5'),
  'md5 hex of lower case': digest('md5', lower).toString('hex'),
  'sha1 hex': digest('sha1').toString('hex'),
  'sha256 base64': digest('sha256').toString('base64'),
  'sha256 base64url': digest('sha256').toString('base64url'),
  'sha256 upper-case hex': digest('sha256').toString('hex').toUpperCase(),
  'sha512 raw': digest('sha512'),
}

for (const [form, bytes] of Object.entries(planted)) {
  test(`a canary is found: ${form}`, () => {
    const hay = Buffer.concat([randomBytes(1001), Buffer.from(bytes), randomBytes(1001)])
    assert.deepEqual(namesIn(search(hay)), ['name'])
    assert.deepEqual(namesIn(search(Buffer.from(bytes))), ['name'])
  })
}

test('a canary is found in base64 at every alignment, of both alphabets, whatever is around it', () => {
  for (let before = 0; before < 6; before += 1) {
    for (let behind = 0; behind < 4; behind += 1) {
      const bytes = Buffer.concat([randomBytes(before), Buffer.from(value), randomBytes(behind)])
      assert.deepEqual(namesIn(search(Buffer.from(bytes.toString('base64')))), ['name'])
      assert.deepEqual(namesIn(search(Buffer.from(bytes.toString('base64url')))), ['name'])
    }
  }
})

test('where there is none, none is found', () => {
  const others = [
    'Wolkensturmer 9Z',
    'Wölkenstürmer',
    createHash('sha256').update('x').digest('hex'),
  ]
  assert.deepEqual(search(Buffer.from(others.join(' '))), [])
  assert.deepEqual(search(randomBytes(5_000_000)), [])
})

test('a value too short to be a canary is refused', () => {
  assert.throws(() => searchFor({ name: 'Ada' }))
})
