/** How things go wrong: three kinds, each told from the others. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bug, check, Fault, Refusal, unreachable } from './failure.ts'

test('a refusal names its clause, a fault its code and remedy', () => {
  const refusal = new Refusal('C5', 'Cannot tell the carrier more')
  assert.equal(refusal.message, 'Cannot tell the carrier more (C5)')
  assert.equal(refusal.clause, 'C5')
  const cause = new Error('cause')
  const fault = new Fault('storage', 'Cannot write', { remedy: 'Make room', cause })
  assert.deepEqual([fault.code, fault.remedy, fault.cause], ['storage', 'Make room', cause])
  assert.equal('cause' in new Fault('storage', 'Cannot write'), false)
  assert.deepEqual([refusal.name, fault.name, new Bug('x').name], ['Refusal', 'Fault', 'Bug'])
})

test('what must hold is checked in production too', () => {
  check(true, 'never')
  assert.throws(() => check(false, 'it must hold'), { name: 'Bug', message: 'it must hold' })
  assert.throws(() => unreachable('x' as never), { name: 'Bug' })
})
