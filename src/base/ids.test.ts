/** Identifiers: UUIDs of version 7 that carry their time, and sort by it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { idFromBytes, idToBytes, instantOf, isId, lowestId, newId } from './ids.ts'

const instants = fc
  .integer({ min: 0, max: 2 ** 48 - 1 })
  .filter((milliseconds) => milliseconds <= 8.64e15)
  .map((milliseconds) => Temporal.Instant.fromEpochMilliseconds(milliseconds))

test('an id carries its instant, and is of version 7', () => {
  const property = fc.property(instants, (at) => {
    const id = newId(at)
    assert.ok(isId(id))
    assert.ok(instantOf(id).equals(at))
    assert.equal(idFromBytes(idToBytes(id)), id)
    assert.ok(lowestId(at) <= id)
    assert.ok(instantOf(lowestId(at)).equals(at))
  })
  fc.assert(property)
})

test('an id of a later millisecond is a greater one', () => {
  const property = fc.property(instants, fc.integer({ min: 1, max: 1e9 }), (at, later) => {
    fc.pre(at.epochMilliseconds + later < 2 ** 48)
    assert.ok(newId(at) < newId(at.add({ milliseconds: later })))
  })
  fc.assert(property)
})

test('the time of an id is in whole milliseconds', () => {
  const at = Temporal.Instant.from('2026-11-23T03:04:05.123999999Z')
  assert.equal(instantOf(newId(at)).toString(), '2026-11-23T03:04:05.123Z')
})

test('ids of one millisecond differ', () => {
  const at = Temporal.Instant.fromEpochMilliseconds(1e12)
  assert.equal(new Set(Array.from({ length: 10_000 }, () => newId(at))).size, 10_000)
})

test('ids of one millisecond sort as they were made', () => {
  const property = fc.property(instants, (at) => {
    const made = Array.from({ length: 2048 }, () => newId(at))
    assert.deepEqual(made.toSorted(), made)
  })
  fc.assert(property, { numRuns: 20 })
})

test('the example of RFC 9562 is an id, and nothing like it is', () => {
  const example = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'
  assert.ok(isId(example))
  assert.equal(instantOf(example).toString(), '2022-02-22T19:22:22Z')
  const strange = [
    ...[example.toUpperCase(), `${example}\n`, ` ${example}`, example.replaceAll('-', ''), ''],
    ...['017f22e2-79b0-4cc3-98c4-dc0c0c07398f', '017f22e2-79b0-7cc3-c8c4-dc0c0c07398f'],
  ]
  for (const text of strange) assert.equal(isId(text), false, text)
})

test('what has not 16 bytes is a bug', () => {
  for (const text of ['', '017f22e2', '017f22e2-79b0-7cc3-98c4-dc0c0c0739zz']) {
    assert.throws(() => idToBytes(text), { name: 'Bug' })
  }
})
