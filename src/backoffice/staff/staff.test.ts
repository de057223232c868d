/**
 * Rules of the staff's page, and of a member's own password.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openOffice } from '../../../test/support/backoffice.ts'
import { findSession } from '../../staff/session.ts'
import { listStaff } from '../../staff/staff.ts'

const office = await openOffice({ after })
const owner = await office.desk('olga', ['owner'])
const packing = await office.desk('pat', ['packing'])

const member = async (login: string) =>
  (await listStaff(office.roster)).find((one) => one.login === login)

test('the staff are the owner’s business alone', async () => {
  assert.equal((await owner.get('/admin/staff')).status, 200)
  const others = await office.desk('sam', ['packing', 'service', 'accounts'])
  for (const path of ['/admin/staff', `/admin/staff/${owner.id}`]) {
    assert.equal((await others.get(path)).status, 403)
  }
  const post = await others.post('/admin/staff', { login: 'eve', owner: 'yes' })
  assert.equal(post.status, 403)
  assert.equal(await member('eve'), undefined)
  assert.doesNotMatch((await others.get('/admin/orders')).html, /href="\/admin\/staff"/)
})

test('a new member gets a password that is shown once and signs in', async () => {
  const fields = { login: 'Ben', packing: 'yes', accounts: 'yes' }
  const { status, html } = await owner.post('/admin/staff', fields)
  assert.equal(status, 200)
  const password = /<code[^>]*>([^<]+)<\/code>/.exec(html)?.[1] ?? ''
  assert.deepEqual((await member('ben'))?.roles, ['packing', 'accounts'])
  const signed = await office.ask('/admin/session', { fields: { login: 'ben', password, to: '' } })
  assert.equal(signed.status, 303)
  assert.ok(!(await owner.get('/admin/staff')).html.includes(password))
})

test('a wrong name, a taken one and no role come back with what was typed', async () => {
  const wrong = await owner.post('/admin/staff', { login: 'Ann Miller', service: 'yes' })
  assert.equal(wrong.status, 400)
  assert.match(wrong.html, /value="ann miller"/)
  assert.match(wrong.html, /id="service"[^>]*checked/)
  const taken = await owner.post('/admin/staff', { login: 'pat', service: 'yes' })
  assert.match(taken.html, /This sign-in name is taken/)
  const none = await owner.post('/admin/staff', { login: 'carl' })
  assert.match(none.html, /Choose at least one role/)
})

test('roles change at once; access ends at once and comes back', async () => {
  const url = `/admin/staff/${packing.id}`
  assert.equal((await owner.post(`${url}/roles`, { service: 'yes' })).status, 303)
  assert.match((await packing.get('/admin/orders')).html, /Number, e-mail, last name/)
  assert.deepEqual((await member('pat'))?.roles, ['service'])
  assert.equal((await owner.post(`${url}/access`, { access: 'ended' })).status, 303)
  assert.equal((await packing.get('/admin/orders')).status, 303)
  assert.match((await owner.get(url)).html, /Give access again/)
  await owner.post(`${url}/access`, { access: 'given' })
  assert.equal((await member('pat'))?.disabledAt, null)
})

test('the last owner stays, and is told why', async () => {
  const url = `/admin/staff/${owner.id}`
  const roles = await owner.post(`${url}/roles`, { packing: 'yes' })
  assert.equal(roles.status, 409)
  assert.match(roles.html, /left without an owner/)
  assert.equal((await owner.post(`${url}/access`, { access: 'ended' })).status, 409)
  assert.equal((await owner.get('/admin/staff/nobody')).status, 404)
})

test('members change their own password, which ends their sessions', async () => {
  const { html } = await owner.post('/admin/staff', { login: 'dora', service: 'yes' })
  const old = /<code[^>]*>([^<]+)<\/code>/.exec(html)?.[1] ?? ''
  const fields = { login: 'dora', password: old, to: '' }
  const signed = await office.ask('/admin/session', { fields })
  const cookie = signed.headers.get('set-cookie')?.split(';')[0] ?? ''
  const change = (typed: Record<string, string>) =>
    office.ask('/admin/password', { cookie, fields: typed })
  assert.match((await change({ old, chosen: 'short' })).html, /Choose 12 to 256 characters/)
  const wrong = await change({ old: 'wrong', chosen: 'long enough, really' })
  assert.match(wrong.html, /The current password is wrong/)
  assert.doesNotMatch(wrong.html, /long enough/)
  assert.equal((await change({ old, chosen: 'long enough, really' })).status, 303)
  assert.equal(await findSession(office.roster, cookie.split('=')[1] ?? ''), undefined)
  const again = { ...fields, password: 'long enough, really' }
  assert.equal((await office.ask('/admin/session', { fields: again })).status, 303)
})
