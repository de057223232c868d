/**
 * The policy's page: each clause in words, and the table that the store runs on, whole.
 */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inWords, plainlySaid } from '../../../policy/words/en.ts'
import { testStore } from '../../../test/support/store.ts'
import { policy } from '../../privacy/policy.ts'

const store = await testStore({ after })
let html: string
before(async () => {
  html = await (await fetch(new URL('/privacy', store.url))).text()
})

const CLAUSES = [
  ...['C1', 'C2.1', 'C2.2', 'C3.1', 'C3.2', 'C4.1', 'C4.2', 'C4.3', 'C4.4'],
  ...['C5', 'C8.1', 'C8.2', 'C6', 'C7', 'C9'],
]

test('every clause has its sentence, once, and can be linked to', () => {
  const ids = [...html.matchAll(/<p id="(C[\d.]+)">(.*?)<\/p>/gs)]
  assert.deepEqual(
    ids.map(([, clause]) => clause),
    CLAUSES,
  )
  for (const [, clause = '', text = ''] of ids) assert.ok(text.length > 40, clause)
})

test('each row of the table leads to the clause that it comes from', () => {
  for (const [, clause = ''] of html.matchAll(/<a href="#(C[\d.]+)"/g)) {
    assert.ok(CLAUSES.includes(clause), clause)
  }
})

test('every retention rule is shown with its limit', () => {
  const table = /id="retention".*?<\/table>/s.exec(html)?.[0] ?? ''
  for (const { holds, ends, atMost } of Object.values(policy.retention)) {
    for (const text of [holds, ends]) assert.ok(table.includes(inWords(text)), text)
    if (atMost !== null) assert.ok(!table.includes(`>${atMost}<`), `${atMost} must be in words`)
  }
})

test('what is said in other words than the table’s is of this table', () => {
  const texts = Object.values(policy.retention).flatMap(({ holds, ends }) => [holds, ends])
  for (const text of plainlySaid)
    assert.ok(
      texts.some((one) => one === text),
      text,
    )
  for (const text of texts) assert.doesNotMatch(inWords(text), /\b(hash|keyed|rows)\b/)
})

test('fields are named in words, never by their names in the program', () => {
  const shown = html.replace(/<[^>]+>/g, ' ')
  const names = policy.flows
    .flatMap(({ fields }) => fields)
    .filter((name) => /[a-z][A-Z]/.test(name))
  for (const name of names) assert.ok(!shown.includes(name), name)
})
