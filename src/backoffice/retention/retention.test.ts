/** Retention in the back office: counts, a chart with its table, past runs, and a clock that is not trusted. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openOffice, person } from '../../../test/support/backoffice.ts'
import { sql } from '../../base/database.ts'
import { setHold } from '../../privacy/legal-hold.ts'
import { restrict } from '../../privacy/restriction.ts'
import { runRetention } from '../../privacy/retention.ts'
import { clockHold } from '../../privacy/steady-time.ts'

const office = await openOffice({ after })
const { database, erasing } = office
const owner = await office.desk('olga', ['owner'])
const accounts = await office.desk('anna', ['accounts'])
const others = await office.desk('paul', ['packing', 'service'])
const retaining = { erasing, contactMonths: 36 }
const PAGE = '/admin/retention'

test('C3.2 it tells what is over, what waits and why, and what ends in each month to come', async () => {
  const held = await office.paidOrder()
  const restricted = await office.paidOrder()
  await office.paidOrder()
  const until = erasing.clock().add({ hours: 24 }).toString().slice(0, 10)
  const ground = 'a legal claim is open'
  await setHold(erasing, { subject: held.id, ground, until, by: 'owner' })
  await restrict(erasing, [restricted.id], 'customer')
  const { status, html } = await accounts.get(PAGE)
  assert.equal(status, 200)
  assert.match(html, /Over now.*is over<\/dt><dd>0<.*in force, of all orders<\/dt><dd>1</s)
  assert.match(
    html,
    /Nothing ends in the next 12 months\. Contact and delivery of what is ordered today end in 36/,
  )
  assert.doesNotMatch(html, /role="img"/)
  assert.match(html, /Nothing has ended by its time yet/)
  assert.doesNotMatch(html, /style=|Nothing ends by the clock/)
  for (const value of Object.values(person)) assert.ok(!html.includes(value), value)
})

test('past runs are listed with what they ended', async () => {
  assert.deepEqual(await runRetention(retaining, 'a person'), { contacts: 0, months: [] })
  const { html } = await owner.get(PAGE)
  assert.match(html, /Past runs.*A person, by the command line<.*finished</s)
})

test('a clock that jumped is an alarm; an owner says that it is right, accounts do not', async () => {
  await database.run(sql`update retention_clock set seen_at = seen_at - interval '3 days'`)
  assert.equal(await runRetention(retaining), 'held')
  const seen = await accounts.get(PAGE)
  assert.match(seen.html, /Nothing ends by the clock.*the clock jumped ahead.*retention resume/s)
  assert.doesNotMatch(seen.html, /retention\/clock/)
  const told = /Nothing ends by the clock\..*href="\/admin\/retention">See why/
  for (const path of ['orders', 'requests', 'papers', 'staff', 'password']) {
    assert.match((await owner.get(`/admin/${path}`)).html, told, path)
  }
  assert.match((await owner.post('/admin/search', { q: '' })).html, told)
  for (const desk of [accounts, others]) {
    assert.doesNotMatch((await desk.get('/admin/orders')).html, /by the clock/)
  }
  assert.equal((await accounts.post(`${PAGE}/clock`)).status, 403)
  assert.match((await owner.get(PAGE)).html, /action="\/admin\/retention\/clock"/)
  for (const _ of ['once', 'twice']) {
    const { status, location } = await owner.post(`${PAGE}/clock`)
    assert.deepEqual([status, location], [303, `${PAGE}?done=trusted`])
  }
  assert.equal(await clockHold(database), undefined)
  assert.match((await owner.get(`${PAGE}?done=trusted`)).html, /The clock is trusted again/)
  assert.doesNotMatch((await owner.get('/admin/orders')).html, /by the clock/)
})

test('other roles do not see it, and nobody without a session', async () => {
  assert.equal((await others.get(PAGE)).status, 403)
  assert.doesNotMatch((await others.get('/admin/orders')).html, /admin\/retention/)
  const { status, location } = await office.ask(PAGE)
  assert.deepEqual([status, location], [303, `/admin/session?to=${PAGE}`])
})

test('C3.2 what ends within a year is drawn, with a table that says the same', async () => {
  office.wait({ hours: 24 * 365 * 2.5 })
  const later = await office.desk('anke', ['accounts'])
  const { html } = await later.get(PAGE)
  assert.match(html, /role="img" aria-label="Bars: 3 contacts and 0 records/)
  assert.equal(html.match(/<th scope="row">20\d\d-\d\d<\/th>/g)?.length, 12)
  assert.match(html, /<td class="number">3<\/td><td class="number">0<\/td>/)
})
