/** C2: what is about a customer travels encrypted; a start that would break this is refused. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { send, type Way } from '../../src/base/egress.ts'
import { readConfig } from '../../src/config/config.ts'
import { load, policy } from '../../src/privacy/policy.ts'
import type { Flow } from '../../src/privacy/table.ts'
import { en } from '../../src/web/words/en.ts'
import { buy } from '../support/purchase.ts'
import { testStore } from '../support/store.ts'

const REAL = {
  ...{ STRIPE_SECRET_KEY: 'sk_live_x', STRIPE_WEBHOOK_SECRET: 'whsec_x' },
  ...{
    EASYPOST_API_KEY: 'EZAK',
    EASYPOST_WEBHOOK_SECRET: 'x',
    SMTP_URL: 'smtp://mail.example:587',
  },
  ...{ STORE_NAME: 'Shop', STORE_COUNTRY: 'DK', STORE_CURRENCY: 'EUR', STORE_EMAIL: 'a@b.example' },
  ...{ STORE_STREET: 'S 1', STORE_POSTAL_CODE: '1401', STORE_CITY: 'K', STORE_PHONE: '+45 3300' },
}

const unsafe: Readonly<Record<string, Record<string, string>>> = {
  'plain HTTP to the world': { PUBLIC_URL: 'http://shop.example' },
  'a listener beyond this machine without TLS': { HOST: '0.0.0.0' },
  'a listener beyond this machine behind an undeclared proxy': {
    ...{ HOST: '0.0.0.0', PUBLIC_URL: 'https://shop.example' },
  },
  'a database beyond this machine without TLS': { DATABASE_URL: 'postgres://u:p@db.example/shop' },
  'a database whose certificate nobody looks at': {
    DATABASE_URL: 'postgres://u:p@db.example/shop?sslmode=require',
  },
  'real payments whose notices anybody could forge': { ...REAL, STRIPE_WEBHOOK_SECRET: '' },
}

for (const [what, environment] of Object.entries(unsafe)) {
  test(`C2.1 a store does not start with ${what}, and says what to do`, () => {
    assert.throws(() => readConfig(environment), {
      name: 'Refusal',
      clause: 'C2.1',
      message: /(?:[Ss]et|put|add) .*\(C2\.1\)$/,
    })
  })
}

test('C2.1 a store with TLS starts, and asks browsers to stay with it', async (t) => {
  const environment = { PUBLIC_URL: 'https://shop.example', TLS_PROXY: 'yes' }
  const store = await testStore(t, { environment })
  for (const url of ['/', '/privacy', '/none', '/checkout', '/webhooks/stripe']) {
    const { headers } = await store.server.inject({ url })
    assert.match(String(headers['strict-transport-security']), /^max-age=\d{8}/, url)
  }
})

const way = (origin: string, plainAllowed = false): Way => ({
  ...{ origins: [origin], plainAllowed, inspect: () => undefined },
  travelled: () => assert.fail('nothing may have left'),
})

test('C2.1 nothing leaves unencrypted for another machine', async () => {
  const origin = 'http://carrier.invalid'
  const asked = { method: 'POST', url: `${origin}/`, headers: {}, body: 'x' } as const
  await assert.rejects(send(way(origin), asked), { name: 'Refusal', clause: 'C2.1' })
})

test('C2.2 where the rule lets it travel unencrypted, and there alone, it may', async () => {
  const origin = 'http://maker.invalid'
  const asked = { method: 'POST', url: `${origin}/`, headers: {}, body: 'x' } as const
  // It is let out, and finds nobody of that name.
  await assert.rejects(send(way(origin, true), asked), { code: 'unreachable' })
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
