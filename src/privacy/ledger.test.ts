/** The ledger: the published form of an entry's leaf, and that no entry holds a value. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/support/database.ts'
import { sql } from '../base/database.ts'
import { append, canonical, type Entry, leafOf } from './ledger.ts'

type Vector = {
  readonly entry: Entry
  readonly at: string
  readonly id: string
  readonly leaf: string
}

const file = new URL('../../test/vectors/ledger-leaf.json', import.meta.url)
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'))

test('the published vectors are the leaves of their entries', () => {
  assert.ok(vectors.length >= 3)
  for (const { entry, at, id, leaf } of vectors) {
    assert.equal(leafOf(entry, Temporal.Instant.from(at), id).text, leaf)
  }
})

test('canonical JSON sorts by UTF-16 and escapes as RFC 8785 does', () => {
  const sample = {
    '\u20ac': 'Euro',
    '\r': 'CR',
    '\ufb33': 'Dalet',
    '1': 'One',
    '\u{1f600}': 'Smile',
  }
  const sorted = '{"\\r":"CR","1":"One","\u20ac":"Euro","\u{1f600}":"Smile","\ufb33":"Dalet"}'
  // An object of JavaScript has whole numbers before all other keys; no entry has such a key.
  const { '1': _, ...words } = sample
  assert.equal(canonical(words), sorted.replace('"1":"One",', ''))
  const text = '\u20ac$\u000f\nA\'B"\\\\"/é\u2028\u{1f600}\u007f'
  assert.equal(
    canonical({ text }),
    '{"text":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/é\u2028\u{1f600}\u007f"}',
  )
  assert.equal(canonical({ b: 1, a: undefined, c: ['y', 'x'] }), '{"b":1,"c":["y","x"]}')
})

test('the order in which an entry was written does not change its leaf', () => {
  const entries = fc.dictionary(fc.stringMatching(/^[a-z]\w*$/), fc.string({ unit: 'grapheme' }))
  const property = fc.property(entries, (entry) => {
    const turned = Object.fromEntries(Object.entries(entry).reverse())
    assert.equal(canonical(turned), canonical(entry))
    assert.deepEqual({ ...JSON.parse(canonical(entry)) }, { ...entry })
  })
  fc.assert(property)
})

test('time is written in whole milliseconds, rounded down', () => {
  const entry = { kind: 'key destroyed', reference: 'x' } as const
  const at = (text: string) => JSON.parse(leafOf(entry, Temporal.Instant.from(text)).text).at
  assert.equal(at('2026-11-23T03:04:05.999999Z'), '2026-11-23T03:04:05.999Z')
  assert.equal(at('2026-11-23T03:04:05Z'), '2026-11-23T03:04:05.000Z')
})

test('an entry commits and vanishes with its transaction', async (t) => {
  const database = await testDatabase(t)
  const entry = { kind: 'key destroyed', reference: 'x' } as const
  const add = (fail: boolean) =>
    database.transaction(async (tx) => {
      await append(tx, entry, Temporal.Now.instant())
      if (fail) throw new Error('undone')
    })
  await assert.rejects(add(true), /undone/)
  await add(false)
  const leaves = await database.many<{ leaf: string }>(sql`select leaf from ledger_entry`)
  assert.equal(leaves.length, 1)
  assert.match(leaves[0]?.leaf ?? '', /"kind":"key destroyed"/)
})
