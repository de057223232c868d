/** C4.1: paper may be kept without a limit; each is in the register. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paperHolding } from '../../src/paper/holding.ts'
import { listPapers } from '../../src/paper/register.ts'
import { policy } from '../../src/privacy/policy.ts'
import { paperIn } from '../support/clauses.ts'
import { openKernel } from '../support/kernel.ts'

test('C4.1 a paper stays without a limit: no rule ends it, and no erasure', async (t) => {
  const kernel = await openKernel(t)
  const { database } = kernel
  const { order, paper } = await paperIn(kernel)
  const { atMost, onErasure } = policy.retention['paper-register'] ?? assert.fail()
  assert.deepEqual([atMost, onErasure], [null, 'stays'])
  await database.transaction((tx) => paperHolding(kernel.vault).end(tx, [order]))
  const [kept] = await listPapers(database)
  assert.deepEqual([kept?.id, kept?.destruction], [paper.id, null])
  assert.ok(kept?.dataEndedAt, 'staff are told that its person is gone from here')
})
