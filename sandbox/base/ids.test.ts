/** The ids of the outside world. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digits, newId } from './ids.ts'

test('no id comes twice', () => {
  const ids = Array.from({ length: 1000 }, () => newId('pi_'))
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^pi_[0-9a-zA-Z]{24}$/)
  assert.match(digits(18), /^\d{18}$/)
})
