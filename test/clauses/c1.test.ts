/** C1: cookies serve the session, the cart and orders, and the payment; nothing else is set, and nobody is asked. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cookies } from '../../src/privacy/policy.ts'
import { accountLink } from '../support/account.ts'
import { clerkAt } from '../support/clerk.ts'
import { pagesOf } from '../support/pages.ts'
import { buy, goToPay } from '../support/purchase.ts'
import { shopperAt } from '../support/shopper.ts'
import { OTHER_PASSWORD, PASSWORD } from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const MOST_SECONDS = 400 * 86_400

test('C1 a visitor who only looks gets no cookie, on any page, script, picture or error', async () => {
  const visitor = shopperAt(store.url)
  const pages = [...(await pagesOf(store)).keys()]
  assert.ok(pages.length >= 7, pages.join(' '))
  const others = ['/none', '/search?q=tea', '/.well-known/dnt/', '/robots.txt', '/favicon.ico']
  for (const path of [...pages, ...others, '/admin', '/checkout', '/orders/none']) {
    await visitor.get(path)
    assert.deepEqual(visitor.given, [], path)
  }
})

test('C1 a whole purchase and a day at the desk set the three declared cookies and no fourth', async () => {
  const { shopper } = await buy(store)
  const cancelling = await goToPay(store)
  await cancelling.shopper.post('/checkout/cancelled', {})
  const clerk = await clerkAt(store, 'service')
  await clerk.get('/admin/orders')
  await clerk.post('/admin/session/end', {})
  const given = [...shopper.given, ...cancelling.shopper.given, ...clerk.given]
  const names = new Set(given.map((line) => line.split('=', 1)[0] ?? ''))
  assert.deepEqual([...names].sort(), Object.keys(cookies).sort())
  for (const line of given) checkAttributes(line)
})

function checkAttributes(line: string): void {
  const [, ...attributes] = line.split('; ')
  const names = attributes.map((attribute) => attribute.split('=', 1)[0])
  for (const needed of ['Path=/', 'Secure', 'HttpOnly'])
    assert.ok(attributes.includes(needed), line)
  assert.ok(
    attributes.some((attribute) => /^SameSite=(?:Lax|Strict)$/.test(attribute)),
    line,
  )
  assert.ok(!names.includes('Domain'), line)
  assert.ok(line.length <= 4096, 'RFC 6265bis, section 5.6')
  const age = Number(/Max-Age=(\d+)/.exec(line)?.[1] ?? 0)
  assert.ok(age <= MOST_SECONDS, line)
}

test('C1 an account sets the session’s cookie and no other, and asking for one sets none', async () => {
  const email = 'cookies@account.example'
  const person = shopperAt(store.url)
  const link = await accountLink(store, email)
  await person.post('/account/sign-up', { email })
  await person.post('/account/sign-in', { email, password: 'not the right one' })
  for (const path of ['/account', '/account/sign-in', '/account/sign-up', link]) {
    await person.get(path)
  }
  assert.deepEqual(person.given, [])
  await person.post(link, { password: PASSWORD })
  await person.post('/account/password', { old: PASSWORD, password: OTHER_PASSWORD })
  await person.post('/account/sign-out', {})
  await person.post('/account/sign-in', { email, password: OTHER_PASSWORD })
  assert.ok(person.given.length >= 4)
  for (const line of person.given) {
    assert.match(line, /^__Host-session=/)
    checkAttributes(line)
  }
  await person.post('/account/sign-out', {})
  assert.equal(person.cookies.size, 0)
})

test('C1 a cookie ends with what it was for', async () => {
  const { shopper } = await buy(store)
  assert.ok(!shopper.cookies.has('__Host-payment'), 'the payment is over')
  const clerk = await clerkAt(store, 'accounts')
  assert.ok(clerk.cookies.has('__Host-session'))
  await clerk.post('/admin/session/end', {})
  assert.ok(!clerk.cookies.has('__Host-session'))
})

test('C1 the policy page lists each cookie with what it serves, and no page asks for consent', async () => {
  const pages = await pagesOf(store)
  for (const [name, { serves }] of Object.entries(cookies)) {
    assert.match(
      pages.get('/privacy') ?? '',
      new RegExp(`<code>${name}</code></th><td[^>]*>${serves}<`),
    )
  }
  for (const [path, html] of pages) {
    assert.doesNotMatch(html, /accept (?:all )?cookies|cookie settings|manage consent/i, path)
  }
})
