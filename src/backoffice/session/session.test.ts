/**
 * Rules of the sign-in page.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openOffice } from '../../../test/support/backoffice.ts'
import { addStaff } from '../../staff/staff.ts'

const office = await openOffice({ after })

const cookieOf = (headers: Headers) => headers.get('set-cookie')?.split(';')[0] ?? ''

test('without a session every page leads to the sign-in, and from there back', async () => {
  for (const path of ['/admin', '/admin/orders', '/admin/orders/100001', '/admin/staff']) {
    const { status, location } = await office.ask(path)
    assert.equal(status, 303)
    assert.equal(location?.split('?')[0], '/admin/session')
  }
  const posted = await office.ask('/admin/search', { fields: { q: 'x' } })
  assert.equal(posted.location, '/admin/session')
  const page = await office.ask('/admin/session?to=/admin/orders/100001')
  assert.match(page.html, /name="to" value="\/admin\/orders\/100001"/)
  const elsewhere = await office.ask('/admin/session?to=//evil.example')
  assert.match(elsewhere.html, /name="to" value="\/admin\/orders"/)
})

test('a sign-in gives a host-only session cookie, and the old session ends', async () => {
  const credentials = await addStaff(office.roster, 'ann', ['packing'])
  const fields = { ...credentials, to: '/admin/orders' }
  const first = await office.ask('/admin/session', { fields })
  assert.equal(first.status, 303)
  assert.equal(first.location, '/admin/orders')
  const header = first.headers.get('set-cookie') ?? ''
  assert.match(header, /^__Host-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)

  const cookie = cookieOf(first.headers)
  const second = await office.ask('/admin/session', { fields, cookie })
  assert.notEqual(cookieOf(second.headers), cookie)
  assert.equal((await office.ask('/admin/orders', { cookie })).status, 303)

  const present = cookieOf(second.headers)
  assert.equal((await office.ask('/admin/orders', { cookie: present })).status, 200)
  const left = await office.ask('/admin/session/end', { cookie: present, fields: {} })
  assert.match(left.headers.get('set-cookie') ?? '', /^__Host-session=; .*Max-Age=0$/)
  assert.equal((await office.ask('/admin/orders', { cookie: present })).status, 303)
})

test('a wrong name and a wrong password are told alike, and the password is not shown again', async () => {
  await addStaff(office.roster, 'ben', ['packing'])
  const tried = await Promise.all(
    ['ben', 'bob'].map((login) =>
      office.ask('/admin/session', { fields: { login, password: 'guess-it', to: '' } }),
    ),
  )
  const [known, unknown] = tried.map(({ html }) => html.replaceAll(/be?o?[nb]/g, ''))
  assert.equal(known, unknown)
  for (const { status, html } of tried) {
    assert.equal(status, 401)
    assert.match(html, /<title>Error: Sign in/)
    assert.doesNotMatch(html, /guess-it/)
  }
})

test('what is not filled in comes back with its error and what was typed', async () => {
  const { status, html } = await office.ask('/admin/session', { fields: { login: 'ann' } })
  assert.equal(status, 400)
  assert.match(html, /href="#password">Enter your password/)
  assert.match(html, /id="login"[^>]*value="ann"/)
})

test('after five failures the page says how long to wait', async () => {
  const fields = { login: 'cleo', password: 'x', to: '' }
  for (let tries = 0; tries < 5; tries += 1) await office.ask('/admin/session', { fields })
  const { status, headers, html } = await office.ask('/admin/session', { fields })
  assert.equal(status, 429)
  assert.equal(headers.get('retry-after'), '900')
  assert.match(html, /Wait 15 minutes/)
})

test('a form from elsewhere signs nobody in', async () => {
  const headers = { 'sec-fetch-site': 'cross-site' }
  const body = new URLSearchParams({ login: 'ann', password: 'x' })
  const answer = await fetch(`${office.url}/admin/session`, { method: 'POST', headers, body })
  assert.equal(answer.status, 403)
})
