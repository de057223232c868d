/** C6: nothing for advertising: not in the policy, on a page or in a mail; and no mail that no order asked for. */

import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { noLog } from '../../src/base/log.ts'
import { endUnconfirmed } from '../../src/customers/account.ts'
import { keepRetention } from '../../src/jobs/retaining.ts'
import { timedWork } from '../../src/jobs/timed.ts'
import { lapsePayments } from '../../src/payments/payment.ts'
import { clearUpRefunds } from '../../src/payments/unclear-refund.ts'
import { endRequested } from '../../src/privacy/erasure.ts'
import { load, policy } from '../../src/privacy/policy.ts'
import { problemsOf } from '../../src/privacy/revision.ts'
import { journal } from '../support/outside.ts'
import { pagesOf } from '../support/pages.ts'
import { ADA, buy, goToPay } from '../support/purchase.ts'
import { ROOT, testStore } from '../support/store.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })

for (const purpose of ['advertising', 'marketing', 'newsletter', 'profiling', 'sale of data']) {
  test(`C6 a policy with a flow for ${purpose} does not load`, () => {
    const [first] = policy.flows
    assert.ok(first !== undefined)
    const flows = [...policy.flows, { ...first, for: purpose }]
    assert.throws(() => load({ ...policy, flows }), { name: 'Refusal', message: /C6: / })
  })
}

test('C6 nor does one that says so in the words of the Data Privacy Vocabulary', () => {
  const forbidden = [
    ...['Advertising', 'DirectMarketing', 'PersonalisedAdvertising'],
    ...['SellDataToThirdParties', 'Profiling', 'SellProductsToDataSubject'],
  ]
  for (const purpose of forbidden) {
    const [first] = policy.flows
    const flows = [...policy.flows, { ...first, for: 'something', purpose }]
    const clauses = problemsOf({ ...policy, flows }).map(({ clause }) => clause)
    assert.ok(clauses.includes('C6'), purpose)
  }
})

test('C6 no page loads or names anything of another host', async () => {
  for (const [path, html] of await pagesOf(store)) {
    const references = [...html.matchAll(/(?:src|srcset|href|action|poster|data)="([^"]*)"/g)]
    for (const [, reference = ''] of references) {
      const isOwn = /^[/#?]|^$|^mailto:/.test(reference) && !reference.startsWith('//')
      assert.ok(isOwn || URL.parse(reference)?.origin === store.url.origin, `${path}: ${reference}`)
    }
    assert.doesNotMatch(html, /<(?:iframe|object|embed|base)\b|@import|\bon\w+="/, path)
  }
})

test('C6 no style, script or picture of ours names another host', async () => {
  const folder = join(ROOT, 'public')
  const files = (await readdir(folder)).filter((name) => /\.(?:css|js|svg)$/.test(name))
  assert.ok(files.length >= 3)
  for (const name of files) {
    const text = (await readFile(join(folder, name), 'utf8')).replaceAll(
      'http://www.w3.org/2000/svg',
      '',
    )
    assert.doesNotMatch(text, /https?:|url\(\s*["']?\/\/|@import|fetch\(|sendBeacon|XMLHttp/, name)
  }
})

test('C6 a browser is told to load nothing of another host', async () => {
  const { headers } = await fetch(store.url)
  const rules = headers.get('content-security-policy') ?? ''
  assert.match(rules, /default-src 'none'/)
  assert.doesNotMatch(rules, /unsafe|https?:|\*|data:|blob:/)
  assert.match(headers.get('permissions-policy') ?? '', /browsing-topics=\(\)/)
})

test('C6 a mail loads nothing, and leads to this shop alone', async () => {
  await buy(store, { contact: { ...ADA, email: 'mail@example.com' } })
  await store.work()
  const [mail] = await journal(store, 'mail')
  const text = (mail?.body ?? '').replace(/=\r?\n/g, '').replaceAll('=3D', '=')
  const links = [...text.matchAll(/https?:\/\/[^\s"'<>]+/g)].map(([link]) => link)
  assert.ok(links.length > 0)
  for (const link of links) assert.equal(new URL(link).origin, store.url.origin)
  assert.doesNotMatch(text, /<img|\bsrc=|background=|url\(|unsubscribe/i)
})

test('C6 whoever leaves a cart or a payment behind is not written to', async () => {
  const before = (await journal(store, 'mail')).length
  await goToPay(store, { contact: { ...ADA, email: 'left@example.com' } })
  ahead = Temporal.Duration.from({ hours: 24 * 31 })
  const lapse = () => lapsePayments(store.payments)
  const clock = store.payments.gateway.clock
  const { database } = store
  const end = () => endRequested(store.erasing)
  const unconfirmed = () => endUnconfirmed(store.gateway)
  const retain = () => keepRetention(store.retaining, noLog)
  const ends = { endRequested: end, endUnconfirmed: unconfirmed, runRetention: retain }
  const steady = async () => clock()
  const all = timedWork({
    ...{ database, clock, steady, ...ends },
    lapsePayments: lapse,
    clearUpRefunds: () => clearUpRefunds(store.payments),
    forgetLogs: () => undefined,
  })
  for (const { run } of all) await run()
  await store.work()
  assert.equal((await journal(store, 'mail')).length, before)
})
