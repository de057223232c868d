/** The policy: what contradicts a clause does not load. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revision1a } from '../../policy/revision-1a.ts'
import { Refusal } from '../base/failure.ts'
import { flowFor, load, policy } from './policy.ts'
import type { Flow, PolicyTable, Retention } from './table.ts'

/** As a program would write it, that knows nothing of our types. */
type Loose<T> = { readonly [K in keyof T]?: unknown }

const row = (to: string, purpose: string): Flow => flowFor(to, purpose)

function withFlow(changed: Flow, change: Loose<Flow>): PolicyTable {
  const next = Object.assign({}, changed, change)
  return { ...policy, flows: policy.flows.map((flow) => (flow === changed ? next : flow)) }
}

function withRule(name: string, change: Loose<Retention>): PolicyTable {
  const next = Object.assign({}, policy.retention[name], change)
  return { ...policy, retention: { ...policy.retention, [name]: next } }
}

function withCookie(name: string, change: object): PolicyTable {
  const cookie = { serves: 'session', sameSite: 'Lax', maxAgeSeconds: null } as const
  return { ...policy, cookies: { ...policy.cookies, [name]: { ...cookie, ...change } } }
}

const transport = row('carrier', 'transport')
const customs = row('carrier', 'customs')
const notice = row('carrier', 'erasure notice')
const payment = row('payment processor', 'payment')
const warranty = row('manufacturer', 'warranty')
const service = row('staff: service', 'service')
const contactFields = revision1a.retention['order-contact'].fields

const CASES: readonly (readonly [string, string, PolicyTable])[] = [
  ['an advertising purpose', 'C6', withFlow(payment, { purpose: 'Advertising' })],
  ['marketing by another name', 'C6', withFlow(payment, { for: 'our newsletter' })],
  ['data that is sold', 'C6', withFlow(payment, { purpose: 'SellDataToThirdParties' })],
  ['profiling', 'C6', withFlow(payment, { purpose: 'Profiling' })],
  ['analytics', 'C7', withFlow(payment, { purpose: 'ServiceUsageAnalytics' })],
  ['tracking', 'C7', withFlow(payment, { purpose: 'Tracking' })],
  ['a purpose that nobody knows', 'C5', withFlow(payment, { purpose: 'ResearchAndDevelopment' })],
  ['a recipient that nobody knows', 'C5', withFlow(payment, { to: 'data broker' })],
  ['a field that nobody knows', 'C5', withFlow(payment, { fields: ['cardNumber'] })],
  ['a condition that nobody knows', 'C5', withFlow(payment, { while: 'we like' })],
  ['a channel that nobody knows', 'C5', withFlow(payment, { channel: 'plain' })],
  ['a flow that always happens', 'C5', withFlow(payment, { while: 'always' })],
  ['a flow of nothing', 'C5', withFlow(payment, { fields: [] })],
  ['two rows for one purpose', 'C5', { ...policy, flows: [...policy.flows, payment] }],
  ['an unencrypted payment', 'C2.2', withFlow(payment, { channel: 'any' })],
  ['an unencrypted carrier', 'C2.2', withFlow(transport, { channel: 'any' })],
  [
    'an unencrypted person',
    'C2.2',
    withFlow(row('the person', 'their own data'), { channel: 'any' }),
  ],
  ['a manufacturer unencrypted for anything', 'C2.2', withFlow(warranty, { for: 'stock' })],
  ['a label for a third party', 'C4.3', withFlow(payment, { fields: ['label'] })],
  ['a carrier in the house', 'C2.1', withFlow(transport, { channel: 'in the house' })],
  [
    'a carrier’s sixth field',
    'C8.1',
    withFlow(transport, { fields: [...transport.fields, 'orderNote'] }),
  ],
  ['a carrier that is told the content', 'C8.1', withFlow(transport, { fields: ['items'] })],
  [
    'a carrier for more than transport',
    'C8.1',
    withFlow(transport, { purpose: 'AccountManagement' }),
  ],
  ['a notice with a name in it', 'C8.1', withFlow(notice, { fields: ['references', 'lastName'] })],
  ['a notice for something else', 'C8.1', withFlow(notice, { purpose: 'DeliveryOfGoods' })],
  ['a carrier after the shipment', 'C8.1', withFlow(transport, { while: 'the order is open' })],
  ['customs where no border is', 'C8.2', withFlow(customs, { while: 'the shipment is open' })],
  [
    'customs as a way round the five fields',
    'C8.2',
    withFlow(customs, { fields: ['customsItems', 'orderNote', 'invoiceAddress'] }),
  ],
  ['order data over five years', 'C3.2', withRule('order-contact', { atMost: 'P6Y' })],
  ['five years and a day', 'C3.2', withRule('order-contact', { atMost: 'P5Y1D' })],
  ['five years in days, and one more', 'C3.2', withRule('order-contact', { atMost: 'P1827D' })],
  ['order data for ever', 'C3.2', withRule('accounting-record', { atMost: null })],
  [
    'order data said to be none',
    'C3.2',
    withRule('order-contact', { atMost: null, aboutOrders: false }),
  ],
  ['a time that runs backwards', 'C3.2', withRule('order-contact', { atMost: '-P1Y' })],
  ['a time that is none', 'C3.2', withRule('order-contact', { atMost: 'five years' })],
  ['a stored field without a rule', 'C3.2', withRule('order-contact', { fields: ['email'] })],
  [
    'a stored field with two rules',
    'C3.2',
    withRule('accounting-record', { fields: [...contactFields, 'email', 'invoiceName'] }),
  ],
  ['personal data that stays', 'C3.1', withRule('order-contact', { onErasure: 'stays' })],
  [
    'personal data under no key',
    'C3.1',
    withRule('order-contact', { key: 'none', fields: contactFields }),
  ],
  ['view history that is kept', 'C7', withRule('server-log', { holds: 'view history' })],
  [
    'behaviour by name',
    'C7',
    {
      ...policy,
      retention: { ...policy.retention, analytics: revision1a.retention['server-log'] },
    },
  ],
  ['a cookie for something else', 'C1', withCookie('__Host-x', { serves: 'statistics' })],
  ['a cookie that other hosts read', 'C1', withCookie('session', {})],
  ['a cookie for other sites', 'C7', withCookie('__Host-x', { sameSite: 'None' })],
  ['no revision', 'C9', { ...policy, revision: ' ' }],
  ['no date', 'C9', { ...policy, lastUpdate: 'January 2024' }],
  ['a date that is none', 'C9', { ...policy, lastUpdate: '2024-13-01' }],
]

for (const [what, clause, table] of CASES) {
  test(`${clause} ${what} does not load`, () => {
    assert.throws(
      () => load(table),
      (error) =>
        error instanceof Refusal &&
        error.clause === clause &&
        error.message.startsWith(`Policy ${table.revision} cannot be used. ${clause}: `),
    )
  })
}

test('revision 1a loads, and so does what is stricter', () => {
  assert.equal(load(revision1a), revision1a)
  load(withFlow(transport, { fields: ['lastName', 'postalAddress'] }))
  load(withFlow(warranty, { channel: 'encrypted' }))
  load(withRule('order-contact', { atMost: 'P60M' }))
  load(withRule('accounting-record', { atMost: 'P1825D' }))
  load({ ...policy, flows: policy.flows.filter((flow) => flow !== service) })
})

test('everything that is wrong is told at once', () => {
  const both = { ...withFlow(payment, { purpose: 'Advertising' }), lastUpdate: '' }
  assert.throws(() => load(both), { clause: 'C9', message: /C9: .*C6: .*Delete the row/ })
})

test('C5 no rule, no flow', () => {
  const strange = [
    ['carrier', 'advertising'],
    ['nobody', 'transport'],
    ['Carrier', 'transport'],
  ]
  for (const [to = '', purpose = ''] of strange) {
    assert.throws(() => flowFor(to, purpose), { name: 'Refusal', clause: 'C5' })
  }
})
