/** What a way of delivery is called. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { methodName } from './method.ts'

test('a method goes by the words of the language, else by its code in words', () => {
  const known = { express: 'Express' }
  const codes = ['express', 'same-day', 'Click & Collect']
  assert.deepEqual(
    codes.map((code) => methodName(known, code)),
    ['Express', 'Same day', 'Click & Collect'],
  )
})
