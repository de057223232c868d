/** Jobs give way while many requests are open, and not for ever. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { giveWay } from './giving-way.ts'

test('a job begins at once while few requests are open', async () => {
  let looks = 0
  await giveWay(() => {
    looks += 1
    return 3
  })
  assert.equal(looks, 1)
})

test('a job begins once only few requests are open', async () => {
  const open = [9, 4, 3]
  const seen: number[] = []
  await giveWay(() => {
    seen.push(open[seen.length] ?? 0)
    return seen.at(-1) ?? 0
  })
  assert.deepEqual(seen, [9, 4, 3])
})

test('a job waits for two seconds at most', async () => {
  const began = performance.now()
  await giveWay(() => 100)
  const waited = performance.now() - began
  assert.ok(waited >= 1_900, `It began after ${waited} ms`)
})
