/** What a revision changes: stricter one way is looser the other way, whatever the revision. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { revision1a } from '../../policy/revision-1a.ts'
import { differenceOf, together } from './difference.ts'
import type { Cookie, Flow, PolicyTable, Retention } from './table.ts'

const base: PolicyTable = revision1a

/** Any revision that differs from 1a in some rows, each in some way. */
const tables = fc
  .record({
    kept: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    fields: fc.uniqueArray(fc.constantFrom<Flow['fields'][number]>('email', 'phone', 'items')),
    channel: fc.constantFrom<Flow['channel']>('encrypted', 'any', 'in the house'),
    condition: fc.constantFrom<Flow['while']>(
      ...(['always', 'the claim is open', 'the shipment is open'] as const),
      'the shipment is open and leaves the customs territory',
    ),
    atMost: fc.constantFrom('P5Y', 'P60M', 'P1826D', 'P30D', null),
    onErasure: fc.constantFrom<Retention['onErasure']>('at once', 'stays', 'when nothing is open'),
    key: fc.constantFrom<Retention['key']>('order', 'period', 'none'),
    age: fc.constantFrom(null, 60, 86_400),
    serves: fc.constantFrom<Cookie['serves']>('session', 'payment'),
  })
  .map((drawn): PolicyTable => {
    const [first, second, last] = [base.flows[0], base.flows[2], base.flows.at(-1)]
    assert.ok(first !== undefined && second !== undefined && last !== undefined)
    const { fields, channel, atMost, onErasure, key, age, serves } = drawn
    const rows = [
      first,
      { ...second, fields, channel, while: drawn.condition },
      { ...last, fields },
    ]
    const contact = base.retention['order-contact']
    assert.ok(contact !== undefined)
    const cookie = { serves, sameSite: 'Lax', maxAgeSeconds: age } as const
    return {
      ...base,
      flows: rows.filter((_, at) => drawn.kept[at]),
      retention: { kept: { ...contact, atMost, onErasure, key } },
      cookies: drawn.kept[3] ? { '__Host-x': cookie } : {},
    }
  })

const directionOf = (one: PolicyTable, other: PolicyTable) =>
  together(differenceOf(one, other).map(({ direction }) => direction))
const OPPOSITE = { stricter: 'looser', looser: 'stricter', mixed: 'mixed', same: 'same' } as const

test('a revision does not differ from itself, in whatever order its rows are', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const { retention, cookies } = table
      const turned = {
        ...table,
        flows: table.flows.map((row) => ({ ...row, fields: row.fields.toReversed() })).reverse(),
        retention: Object.fromEntries(Object.entries(retention).reverse()),
        cookies: Object.fromEntries(Object.entries(cookies).reverse()),
      }
      assert.deepEqual(differenceOf(table, turned), [])
    }),
  )
})

test('what is stricter one way is looser the other way, part by part', () => {
  fc.assert(
    fc.property(tables, tables, (one, other) => {
      const [there, back] = [differenceOf(one, other), differenceOf(other, one)]
      assert.deepEqual(
        there.map(({ row, direction }) => [row, OPPOSITE[direction]]),
        back.map(({ row, direction }) => [row, direction]),
      )
      const parts = (changes: typeof there) =>
        changes.flatMap(({ parts }) => parts).map(({ direction }) => direction)
      const turned = parts(back).map((direction) => OPPOSITE[direction])
      assert.deepEqual(parts(there).sort(), turned.sort())
    }),
  )
})

test('what is stricter than a stricter revision is stricter', () => {
  const isStricter = (one: PolicyTable, other: PolicyTable) =>
    ['stricter', 'same'].includes(directionOf(one, other))
  fc.assert(
    fc.property(tables, tables, tables, (one, other, third) => {
      fc.pre(isStricter(one, other) && isStricter(other, third))
      assert.ok(isStricter(one, third))
    }),
    { numRuns: 50, maxSkipsPerRun: 20_000 },
  )
})

test('C9 each change of a row is listed once, whichever way it goes', () => {
  const aspects = fc.property(tables, tables, (one, other) => {
    for (const { parts } of differenceOf(one, other)) {
      const said = parts.map(({ aspect, from, to }) => `${aspect} ${from} ${to}`)
      assert.deepEqual(said, [...new Set(said)])
    }
  })
  fc.assert(aspects)
  const [change] = differenceOf(base, withContact({ ends: 'when we like' }))
  assert.deepEqual(
    change?.parts.map(({ aspect, direction }) => [aspect, direction]),
    [['ends', 'mixed']],
  )
})

const withFlow = (change: Partial<Flow>): PolicyTable => ({
  ...base,
  flows: base.flows.map((row) => (row.for === 'warranty' ? { ...row, ...change } : row)),
})
const withContact = (change: Partial<Retention>): PolicyTable => ({
  ...base,
  retention: {
    ...base.retention,
    'order-contact': { ...revision1a.retention['order-contact'], ...change },
  },
})
const own = base.flows.at(-1)

const CASES: readonly (readonly [string, string, PolicyTable])[] = [
  ['a flow less', 'stricter', { ...base, flows: base.flows.slice(1) }],
  ['a field less', 'stricter', withFlow({ fields: ['email'] })],
  ['other fields', 'mixed', withFlow({ fields: [...revision1a.flows[0].fields, 'email'] })],
  ['a stronger channel', 'stricter', withFlow({ channel: 'encrypted' })],
  ['a condition that always holds', 'looser', withFlow({ while: 'always' })],
  ['a condition not known to be stricter', 'mixed', withFlow({ while: 'the return is open' })],
  ['another purpose', 'mixed', withFlow({ purpose: 'AccountManagement' })],
  ['another clause for the same', 'same', withFlow({ clause: 'C5' })],
  ['a shorter keeping', 'stricter', withContact({ atMost: 'P3Y' })],
  ['the same time in other words', 'same', withContact({ atMost: 'P60M' })],
  ['no limit', 'looser', withContact({ atMost: null })],
  ['a later erasure', 'looser', withContact({ onErasure: 'stays' })],
  ['an end in other words', 'mixed', withContact({ ends: 'when we like' })],
  ['no key', 'looser', withContact({ key: 'none' })],
  ['a cookie less', 'stricter', { ...base, cookies: {} }],
  [
    'less shown to the person',
    'looser',
    { ...base, flows: [...base.flows.slice(0, -1), { ...(own as Flow), fields: ['email'] }] },
  ],
]

for (const [what, direction, table] of CASES) {
  test(`C9 ${what} is ${direction}`, () => {
    assert.equal(directionOf(base, table), direction)
  })
}
