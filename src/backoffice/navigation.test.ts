/**
 * Rules of what is told below `/admin` when a request ends badly: in the back office's frame, and in no word more.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openOffice } from '../../test/support/backoffice.ts'
import { sql } from '../base/database.ts'

const office = await openOffice({ after })
const owner = await office.desk('olga', ['owner'])
const packing = await office.desk('pat', ['packing'])
const order = await office.paidOrder()

/** A part of the page, and where its links lead. */
const partsOf = (html: string) => ({
  header: /<header[\s\S]*<\/header>/.exec(html)?.[0] ?? '',
  main: /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '',
})

test('staff are told what went wrong below their own navigation, whatever it was', async () => {
  const missing = '/admin/orders/999999'
  for (const [path, status] of [
    ['/admin/nowhere', 404],
    [missing, 404],
    ['/admin/session/end', 405],
    ['/admin/orders?q=%', 400],
    ['/admin/%', 400],
    [`/admin/orders/${'9'.repeat(200)}`, 414],
  ] as const) {
    const answer = await owner.get(path)
    assert.equal(answer.status, status, path)
    const { header, main } = partsOf(answer.html)
    assert.match(header, /action="\/admin\/search"[\s\S]*olga[\s\S]*Sign out/, path)
    assert.match(header, /href="\/admin\/staff"/, path)
    assert.doesNotMatch(header, /href="\/cart"|Lamps/, path)
    assert.match(main, /<a href="\/admin">/, path)
  }
  const forbidden = await packing.get('/admin/staff')
  assert.equal(forbidden.status, 403)
  assert.match(partsOf(forbidden.html).header, /pat[\s\S]*Sign out/)
  assert.doesNotMatch(partsOf(forbidden.html).header, /href="\/admin\/staff"/)
  const fromElsewhere = await fetch(`${office.url}/admin/orders/${order.number}/packing`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  assert.equal(fromElsewhere.status, 403)
  assert.match(partsOf(await fromElsewhere.text()).header, /class="brand" href="\/admin\/orders"/)
})

test('who is not signed in is told alike, with the name of the back office alone', async () => {
  const signIn = partsOf((await office.ask('/admin/session')).html).header
  const cookie = `__Host-session=${'x'.repeat(43)}`
  const told = await Promise.all([
    ...['/admin/nowhere', `/admin/orders/${order.number}/nowhere`].map((path) => office.ask(path)),
    office.ask('/admin/nowhere', { cookie }),
  ])
  for (const { status, html } of told) {
    assert.equal(status, 404)
    assert.equal(html, told[0]?.html)
    assert.equal(partsOf(html).header, signIn)
  }
  for (const path of ['/admin/%', '/admin?%', '/admin/session/end']) {
    assert.equal(partsOf((await office.ask(path)).html).header, signIn, path)
  }
})

test('elsewhere a problem has the header of the shop, whoever asks', async () => {
  for (const path of ['/nowhere', '/administration', '/orders/admin']) {
    const { status, html } = await owner.get(path)
    assert.equal(status, 404)
    assert.match(partsOf(html).header, /href="\/cart"/)
    assert.doesNotMatch(html, /olga|href="\/admin/)
  }
})

test('an owner is told here too that nothing ends by the clock', async () => {
  await office.database.run(sql`
    insert into retention_clock (seen_at, held_at, held_because)
    values (now(), now(), 'the clock went back')`)
  assert.match(
    (await owner.get('/admin/nowhere')).html,
    /href="\/admin\/retention">[^<]*<\/a>\s*<\/aside/,
  )
  assert.doesNotMatch((await packing.get('/admin/nowhere')).html, /admin\/retention/)
})

test('what the database fails in is told, also where it cannot say who asks', async () => {
  await office.database.run(sql`alter table order_event rename to order_event_gone`)
  const broken = await owner.get(`/admin/orders/${order.number}`)
  assert.equal(broken.status, 500)
  assert.match(partsOf(broken.html).header, /olga/)
  await office.database.run(sql`alter table staff_session rename to staff_session_gone`)
  const worse = await owner.get('/admin/orders')
  assert.equal(worse.status, 500)
  assert.match(partsOf(worse.html).header, /class="brand" href="\/admin\/orders"/)
  assert.doesNotMatch(worse.html, /olga/)
})
