/** The journal of what the sandbox was sent. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newJournal } from './journal.ts'

test('an entry has the time at which it was written, whenever it is read', () => {
  let now = 0
  const journal = newJournal(() => now)
  const entry = { service: 'carrier', method: 'GET', path: '/', headers: {}, body: '' } as const
  journal.write(entry)
  now = 1500
  journal.write(entry)
  now = 60_000
  const times = journal.read('carrier').map(({ at }) => at)
  assert.deepEqual(times, ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:01.500Z'])
})
