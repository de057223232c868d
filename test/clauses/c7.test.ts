/** C7: nobody's behaviour is followed: no address, browser or query in a log, no trace of a visitor who only looks. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import type { Events, Log } from '../../src/base/log.ts'
import { load, policy } from '../../src/privacy/policy.ts'
import { accountLink } from '../support/account.ts'
import { newAuthenticator } from '../support/authenticator.ts'
import { ADA, buy, order } from '../support/purchase.ts'
import { shopperAt } from '../support/shopper.ts'
import { testStore } from '../support/store.ts'

const events: (readonly [keyof Events, object])[] = []
const log: Log = (event, fields) => events.push([event, fields])
const store = await testStore({ after }, { log })

const LOOKS = [
  ...['/account', '/account/sign-in', '/account/sign-up', '/account/password/canarytoken'],
  ...['/', '/products/teapot', '/categories/kitchen', '/search?q=canaryword', '/cart?country=SE'],
  ...['/privacy', '/imprint', '/security', '/nothing-here', '/?utm_source=canaryquery'],
  ...['/.well-known/dnt/', '/.well-known/gpc.json', '/orders/canarytoken', '/checkout', '/admin'],
]
const BROWSER = {
  'user-agent': 'CanaryBrowser/1.0',
  'accept-language': 'is-IS,canary',
  'x-forwarded-for': '203.0.113.77',
  forwarded: 'for=203.0.113.77',
  referer: 'https://canary.example/from',
  'sec-ch-ua': '"Canary"',
}

async function look(headers: Readonly<Record<string, string>> = {}) {
  const answers = []
  for (const path of LOOKS) {
    const answer = await fetch(new URL(path, store.url), { headers, redirect: 'manual' })
    const { status } = answer
    const given = [...answer.headers].filter(([name]) => name !== 'date')
    answers.push({ path, status, given, body: await answer.text() })
  }
  return answers
}

test('C7 a visitor who only looks leaves no row anywhere', async () => {
  await look()
  const before = await rowCounts()
  await look(BROWSER)
  assert.deepEqual(await rowCounts(), before)
  assert.ok(before.size > 20)
})

async function rowCounts(): Promise<ReadonlyMap<string, number>> {
  const { rows: tables } = await store.database.pool.query<{ name: string }>(`
    select format('%I.%I', nspname, relname) as name from pg_class c
    join pg_namespace n on n.oid = relnamespace
    where relkind = 'r' and nspname in ('public', 'graphile_worker')`)
  const counts = new Map<string, number>()
  for (const { name } of tables) {
    const { rows } = await store.database.pool.query(`select count(*) as n from ${name}`)
    counts.set(name, rows[0].n)
  }
  return counts
}

test('C7 answers hold no identifier: they are the same for everyone, byte for byte', async () => {
  const [one, other] = [await look(), await look(BROWSER)]
  assert.deepEqual(other, one)
})

test('C7 Do Not Track and Global Privacy Control are answered, and make no difference', async () => {
  const plain = await look()
  for (const headers of [
    { dnt: '1' },
    { 'sec-gpc': '1' },
    { dnt: '1', 'sec-gpc': '1' },
    { dnt: '0' },
  ]) {
    assert.deepEqual(await look(headers), plain)
  }
  for (const { path, given } of plain) {
    assert.equal(new Map(given).get('tk'), 'N', path)
    assert.equal(new Map(given).get('etag')?.includes('canary') ?? false, false)
  }
})

test('C7 the log knows routes, statuses and times, and nothing of whoever asked', async () => {
  events.length = 0
  await look(BROWSER)
  await order(store, { contact: { ...ADA, email: 'canary at nowhere' } })
  await buy(store, { contact: { ...ADA, lastName: 'Canary' } })
  await store.work()
  assert.ok(events.length > 10)
  const text = JSON.stringify(events)
  assert.doesNotMatch(text, /canary|203\.0\.113|127\.0\.0\.1|::1|lovelace|Mozilla|is-IS|\?/i)
  for (const [event, fields] of events) {
    if (event !== 'request') continue
    assert.deepEqual(Object.keys(fields), ['route', 'method', 'status', 'milliseconds'])
  }
})

test('C7 logs and rows of an account know no address, no password, nor who came by what', async () => {
  events.length = 0
  const email = 'canary.account@nowhere.example'
  const link = await accountLink(store, email)
  for (const path of ['/account/sign-in?to=/account/canary', link]) {
    await (await fetch(new URL(path, store.url), { headers: BROWSER })).text()
  }
  const person = shopperAt(store.url)
  await person.post(link, { password: 'canary in a coal mine' })
  await person.post('/account/sign-in', { email, password: 'canary in a gold mine' })
  await person.get('/account?done=canary')
  const token = link.split('/').at(-1) ?? ''
  const text = JSON.stringify(events)
  assert.ok(events.length > 5)
  assert.doesNotMatch(text, /canary|203\.0\.113|127\.0\.0\.1|::1|Mozilla|is-IS|\?/i)
  assert.ok(!text.includes(token))
  const rows = await store.database.many<{ row: string }>(sql`
    select to_jsonb(s)::text as row from account_session s
    union all select to_jsonb(a)::text from account a`)
  assert.ok(rows.length >= 2)
  for (const { row } of rows) assert.doesNotMatch(row, /canary|203\.0|127\.0|Mozilla/i)
})

test('C7 who asks for a passkey, or answers for one that is unknown, leaves no row and no word', async () => {
  const visitor = shopperAt(store.url)
  const site = { origin: store.url.origin, host: store.url.hostname }
  const ask = async () => {
    const { text } = await visitor.post('/account/sign-in/passkey', { to: '/account/canary' })
    const challenge = /challenge&quot;:&quot;([\w-]+)/.exec(text)?.[1] ?? ''
    const answer = newAuthenticator(site).signIn(challenge, 'canary')
    const { status } = await visitor.post('/account/sign-in/passkey/answer', { ...answer })
    assert.equal(status, 401)
    return answer
  }
  await ask()
  const before = await rowCounts()
  events.length = 0
  const { credential, clientData } = await ask()
  assert.deepEqual(await rowCounts(), before)
  assert.deepEqual(visitor.given, [])
  const text = JSON.stringify(events)
  for (const value of ['canary', credential, clientData]) assert.ok(!text.includes(value))
})

test('C7 a policy that keeps or gives behaviour does not load', () => {
  const [first] = policy.flows
  assert.ok(first !== undefined)
  for (const purpose of ['analytics', 'behaviour', 'click tracking']) {
    const flows = [...policy.flows, { ...first, for: purpose }]
    assert.throws(() => load({ ...policy, flows }), { name: 'Refusal', message: /C7: / }, purpose)
  }
  const log = policy.retention['server-log']
  assert.ok(log !== undefined)
  for (const holds of ['search history of customers', 'visits and clicks']) {
    const retention = { ...policy.retention, kept: { ...log, holds } }
    assert.throws(
      () => load({ ...policy, retention }),
      { message: /C7: kept keeps behaviour/ },
      holds,
    )
  }
})
