/** C2.2: it may travel unencrypted only where an order needs that, to those who make, deliver or service its goods. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { send } from '../../src/base/egress.ts'
import { load, policy } from '../../src/privacy/policy.ts'
import type { Flow } from '../../src/privacy/table.ts'
import { en } from '../../src/web/words/en.ts'
import { wayTo } from '../support/clauses.ts'
import { buy } from '../support/purchase.ts'
import { testStore } from '../support/store.ts'

test('C2.2 where the rule lets it travel unencrypted, and there alone, it may', async () => {
  const origin = 'http://maker.invalid'
  const asked = { method: 'POST', url: `${origin}/`, headers: {}, body: 'x' } as const
  // It is let out, and finds nobody of that name.
  await assert.rejects(send(wayTo(origin, true), asked), { code: 'unreachable' })
})

test('C2.2 unencrypted flows are to manufacturer, distributor and partner, for the order itself', () => {
  const open = policy.flows.filter(({ channel }) => channel === 'any')
  assert.ok(open.length > 0)
  for (const { to, for: purpose, clause } of open) {
    assert.match(to, /^(?:manufacturer|distributor|partner)$/)
    assert.match(purpose, /^(?:warranty|return|repair|fulfilment)$/)
    assert.equal(clause, 'C2.2')
  }
})

for (const to of ['carrier', 'payment processor', 'mail relay'] as const) {
  test(`C2.2 a policy that lets data travel unencrypted to a ${to} does not load`, () => {
    const opened = (flow: Flow): Flow => (flow.to === to ? { ...flow, channel: 'any' } : flow)
    const table = { ...policy, flows: policy.flows.map(opened) }
    assert.throws(() => load(table), {
      name: 'Refusal',
      message: /C2\.2: .* may travel unencrypted/,
    })
  })
}

test('C2.2 how it really travelled is recorded, and the customer sees it', async () => {
  const store = await testStore({ after })
  const { page, shopper } = await buy(store)
  await store.work()
  const { text } = await shopper.get(page.url)
  const rows = [...text.matchAll(/<tr><t[dh][^>]*>(payment processor|mail relay): .*?<\/tr>/gs)]
  assert.deepEqual(
    rows.map(([, to]) => to),
    ['payment processor', 'mail relay'],
  )
  const { outcomes, channels } = en.checkout.order
  for (const [row] of rows) {
    assert.ok(row.includes(outcomes.delivered) && row.includes(channels.loopback ?? 'loopback'))
  }
})
