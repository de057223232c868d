/** C2.1: what is about a customer travels encrypted; a start that would break this is refused. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { send } from '../../src/base/egress.ts'
import { readConfig } from '../../src/config/config.ts'
import { wayTo } from '../support/clauses.ts'
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

test('C2.1 nothing leaves unencrypted for another machine', async () => {
  const origin = 'http://carrier.invalid'
  const asked = { method: 'POST', url: `${origin}/`, headers: {}, body: 'x' } as const
  await assert.rejects(send(wayTo(origin), asked), { name: 'Refusal', clause: 'C2.1' })
})
