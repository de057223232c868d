/** `tacet keys`: what is shown of the generations, and a turn by hand. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLine } from '../../test/support/command-line.ts'

test('a turn makes a generation, and the status shows them without a key', async (t) => {
  const { run } = await commandLine(t)
  const turned = await run('keys', 'turn', '--json')
  assert.equal(turned.code, 0, turned.said)
  const numbers = JSON.parse(turned.said).map(({ number }: { number: number }) => number)
  assert.deepEqual(numbers, [1, 2])
  const { code, said } = await run('keys', 'status')
  assert.equal(code, 0)
  assert.match(said, /^generation +made +ended +destroyed +wraps\n1 +\d{4}-\d{2}-\d{2} +0\n2 /)
})

test('what cannot be understood ends with 2', async (t) => {
  const { run } = await commandLine(t)
  for (const line of ['keys', 'keys burn', 'keys turn now']) {
    assert.equal((await run(...line.split(' '))).code, 2, line)
  }
})
