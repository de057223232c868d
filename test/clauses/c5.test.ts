/** C5: a third party gets personal data only where the table says so, and every disclosure belongs to an order. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { send } from '../../src/base/egress.ts'
import type { Id } from '../../src/base/ids.ts'
import { type Ask, deliver, grant } from '../../src/privacy/gateway.ts'
import { flowFor, load, policy } from '../../src/privacy/policy.ts'
import { journal, newestOrder } from '../support/outside.ts'
import { ADA, buy } from '../support/purchase.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const { gateway } = store.payments
let order: Id
before(async () => {
  await buy(store)
  await store.work()
  order = await newestOrder(store)
})

const disclosures = async () =>
  (await store.database.one<{ n: number }>(sql`select count(*) as n from disclosure`)).n

test('C5 no rule, no flow', async () => {
  const count = await disclosures()
  for (const [to, purpose] of [
    ['mail relay', 'newsletter'],
    ['payment processor', 'transport'],
    ['carrier', 'warranty'],
    ['advertiser', 'advertising'],
  ] as const) {
    assert.throws(() => flowFor(to, purpose), { name: 'Refusal', clause: 'C5' })
  }
  assert.equal(await disclosures(), count)
})

test('C5 a flow whose condition does not hold is refused by its clause, and leaves no trace', async () => {
  const count = await disclosures()
  const base = { company: 'EasyPost', subject: order, because: 'parcel booked' }
  const asks: readonly [Ask<'carrier', 'transport' | 'customs'>, string][] = [
    [{ ...base, to: 'carrier', for: 'transport' }, 'C8.1'],
    [{ ...base, to: 'carrier', for: 'customs' }, 'C8.2'],
  ]
  for (const [ask, clause] of asks) {
    const asked = store.database.transaction((tx) => grant(gateway, tx, ask))
    await assert.rejects(asked, { name: 'Refusal', clause })
  }
  assert.equal(await disclosures(), count)
})

test('C5 a payment that is over opens no second flow to the processor', async () => {
  const ask = {
    to: 'payment processor',
    for: 'payment',
    company: 'Stripe',
    subject: order,
    because: 'order placed',
  } as const
  const asked = store.database.transaction((tx) => grant(gateway, tx, ask))
  await assert.rejects(asked, { name: 'Refusal', clause: 'C5' })
})

test('C5 a company that is not set up, and a host that it does not declare, are not reached', async () => {
  const ask = {
    to: 'mail relay',
    for: 'messages about an order',
    subject: order,
    because: 'order paid',
  } as const
  const message = { subject: 's', text: 't', html: '' }
  const strangers = await store.database.transaction((tx) =>
    grant(gateway, tx, { ...ask, company: 'Strangers Ltd' }),
  )
  const never = () => assert.fail('the adapter must not be called')
  await assert.rejects(deliver(gateway, strangers, { message }, never), { clause: 'C5' })
  const company = store.parties.relay.company.name
  const ours = await store.database.transaction((tx) => grant(gateway, tx, { ...ask, company }))
  const elsewhere = deliver(gateway, ours, { message }, (_, way) =>
    send(way, { method: 'POST', url: 'https://elsewhere.invalid/', headers: {}, body: 'x' }),
  )
  await assert.rejects(elsewhere, { name: 'Refusal', clause: 'C5' })
})

test('C5 an adapter that adds a value which was not granted is stopped before a byte has left', async () => {
  const before = (await journal(store, 'processor')).length
  const ask = {
    to: 'payment processor',
    for: 'refund',
    company: 'Stripe',
    subject: order,
    because: 'refund asked for',
  } as const
  const facts = { orderReference: order, amountMinor: 1, currency: 'EUR' }
  const email = ADA.email ?? ''
  for (const text of [email, email.toUpperCase(), btoa(email), encodeURIComponent(email)]) {
    const disclosure = await store.database.transaction((tx) => grant(gateway, tx, ask))
    const url = new URL('/v1/refunds', store.sandbox).href
    const sent = deliver(gateway, disclosure, facts, (_, way) =>
      send(way, { method: 'POST', url, headers: {}, body: `note=${text}` }),
    )
    await assert.rejects(sent, { name: 'Refusal', clause: 'C5' }, text)
  }
  assert.equal((await journal(store, 'processor')).length, before)
})

test('C5 every disclosure belongs to an order and has its entry in the ledger', async () => {
  const lost = await store.database.many(sql`
    select id from disclosure d where not exists (select from orders o where o.id = d.subject)
      or not exists (select from ledger_entry l where l.leaf like '%' || d.id::text || '%')`)
  assert.deepEqual(lost, [])
})

test('C5 what each third party was told has a disclosure: as many as there were messages', async () => {
  const told = async (recipient: string) =>
    store.database.many<{ outcome: string }>(sql`
      select outcome from disclosure where recipient = ${recipient} and outcome = 'delivered'`)
  assert.equal((await journal(store, 'mail')).length, (await told('mail relay')).length)
  const posts = (await journal(store, 'processor')).filter(
    ({ method, path }) => method === 'POST' && path.startsWith('/v1/'),
  )
  assert.equal(posts.length, (await told('payment processor')).length)
})

test('C5 the policy page lists every flow, and by name the companies that are reached', async () => {
  const page = await (await fetch(new URL('/privacy', store.url))).text()
  const flows = /id="flows".*?<\/table>/s.exec(page)?.[0] ?? ''
  const rows = [...flows.matchAll(/<tr><th scope="row".*?>(.*?)<\/tr>/gs)].map(([row]) => row)
  assert.equal(rows.length, policy.flows.length)
  policy.flows.forEach(({ to, for: purpose, clause, while: condition }, at) => {
    for (const part of [to, purpose, clause, condition]) assert.ok(rows[at]?.includes(part), part)
  })
  for (const { name } of gateway.companies) assert.ok(flows.includes(name), name)
})

test('C5 a flow that happens always does not load', () => {
  const [first, ...others] = policy.flows
  assert.ok(first !== undefined)
  const flows = [{ ...first, while: 'always' as const }, ...others]
  assert.throws(() => load({ ...policy, flows }), {
    name: 'Refusal',
    message: /C5: .*happens always/,
  })
})
