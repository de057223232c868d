/** Signing in and out: one answer for a wrong password and for no account, a cookie that the policy declares. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedInAt } from '../../../../test/support/account.ts'
import { clerkAt } from '../../../../test/support/clerk.ts'
import { counted } from '../../../../test/support/counted.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { PASSWORD } from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'
import { openSignIn, signIn } from '../../../customers/sign-in.ts'
import { Personal } from '../../../privacy/personal.ts'

const store = await testStore({ after })
const email = 'ada@account.example'
const { shopper: person } = await signedInAt(store, email)

const enter = (fields: Readonly<Record<string, string>>, shopper = shopperAt(store.url)) =>
  shopper.post('/account/sign-in', { email, password: PASSWORD, ...fields })

test('without a session an account’s pages lead to the sign-in, and from there back', async () => {
  const visitor = shopperAt(store.url)
  const { url } = await visitor.get('/account')
  assert.equal(url.pathname, '/account/sign-in')
  for (const to of [
    '//evil.example',
    'https://evil.example',
    '/account/sign-out',
    '/account/../admin',
  ]) {
    const { text } = await visitor.get(`/account/sign-in?to=${encodeURIComponent(to)}`)
    assert.match(text, /name="to" value="\/account"/, to)
    assert.equal((await enter({ to })).url.pathname, '/account', to)
  }
  assert.deepEqual(visitor.given, [])
})

test('C1 a sign-in gives the declared cookie, and the browser’s old session ends', async () => {
  const shopper = shopperAt(store.url)
  const first = await enter({}, shopper)
  assert.deepEqual([first.status, first.url.pathname], [200, '/account'])
  assert.ok(first.text.includes(email))
  const [given = ''] = shopper.given
  assert.match(given, /^__Host-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
  const old = shopper.cookies.get('__Host-session') ?? ''
  await enter({}, shopper)
  assert.notEqual(shopper.cookies.get('__Host-session'), old)
  const headers = { cookie: `__Host-session=${old}` }
  const answer = await fetch(new URL('/account', store.url), { headers, redirect: 'manual' })
  assert.equal(answer.status, 303)
})

test('signed out, the cookie is gone and its session opens nothing', async () => {
  const shopper = shopperAt(store.url)
  await enter({}, shopper)
  const cookie = `__Host-session=${shopper.cookies.get('__Host-session')}`
  const { url } = await shopper.post('/account/sign-out', {})
  assert.equal(url.pathname, '/account/sign-in')
  assert.equal(shopper.cookies.has('__Host-session'), false)
  const again = await fetch(new URL('/account', store.url), {
    headers: { cookie },
    redirect: 'manual',
  })
  assert.equal(again.status, 303)
  assert.equal((await person.get('/account')).url.pathname, '/account', 'others stay')
})

test('a wrong password and an address without an account are told alike', async () => {
  const known = await enter({ password: 'not the right one' })
  const unknown = await enter({ email: 'eve@account.example', password: 'not the right one' })
  assert.equal(known.status, 401)
  assert.equal(unknown.status, 401)
  assert.equal(known.text.replaceAll('ada@', ''), unknown.text.replaceAll('eve@', ''))
  assert.match(known.text, /<title>Error: Sign in.*E-mail or password is wrong/s)
  assert.doesNotMatch(known.text, /not the right one/)
})

test('a wrong password costs as many statements as an address without an account', async () => {
  await signedInAt(store, 'counted@account.example')
  const statements = async (email: string) => {
    const watched = counted(store.database)
    const entry = openSignIn({ ...store.gateway, database: watched.database })
    const typed = { email: Personal.of('email', email), password: 'not the right one' }
    assert.equal(await signIn(entry, typed, '127.0.0.1'), undefined)
    return watched.statements()
  }
  const known = await statements('counted@account.example')
  assert.ok(known > 3)
  assert.equal(await statements('uncounted@account.example'), known)
})

test('what is missing or no address comes back with what was typed', async () => {
  const { status, text } = await enter({ email: 'ada', password: '' })
  assert.equal(status, 422)
  assert.match(text, /href="#email".*href="#password"/s)
  assert.match(text, /value="ada"/)
})

test('after five failures the page says how long to wait, for any address', async () => {
  for (const email of ['ada@account.example', 'nobody@account.example']) {
    for (let tries = 0; tries < 5; tries += 1) await enter({ email, password: 'guess' })
    const { status, headers, text } = await enter({ email, password: 'guess' })
    assert.equal(status, 429)
    assert.equal(headers.get('retry-after'), '900')
    assert.match(text, /Wait 15 minutes/)
  }
})

test('a session of the staff opens no account, nor a person’s the back office', async () => {
  const clerk = await clerkAt(store, 'service')
  assert.equal((await clerk.get('/account')).url.pathname, '/account/sign-in')
  assert.equal((await person.get('/admin/orders')).url.pathname, '/admin/session')
})

test('a form from elsewhere signs nobody in or out', async () => {
  for (const path of ['sign-in', 'sign-out', 'sign-up']) {
    const answer = await fetch(new URL(`/account/${path}`, store.url), {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ email, password: PASSWORD }),
    })
    assert.equal(answer.status, 403, path)
    assert.equal(answer.headers.get('set-cookie'), null)
  }
})
