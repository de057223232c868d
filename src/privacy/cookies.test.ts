/** Cookies: the declared ones as they are declared, and no other (C1). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { areWellFormed, cookieHeader, endCookie, readCookies, undeclared } from './cookies.ts'
import { type CookieName, cookies } from './policy.ts'

const names = Object.keys(cookies) as readonly CookieName[]

test('C1 a declared cookie is of this host, of no script and of no other site', () => {
  for (const name of names) {
    for (const header of [cookieHeader(name, 'a-b_c.~1'), endCookie(name)]) {
      assert.match(header, /^__Host-\w+=[\w.~-]*; Path=\/; Secure; HttpOnly; SameSite=(Lax|Strict)/)
      assert.doesNotMatch(header, /domain/i)
      assert.deepEqual(undeclared([header]), [])
    }
    assert.match(endCookie(name), /; Max-Age=0$/)
  }
})

test('a value cannot add an attribute or a header', () => {
  for (const value of [
    '',
    'a; Domain=evil.invalid',
    'a\r\nSet-Cookie: b=c',
    'a b',
    'a,b',
    '"a"',
    'é',
  ]) {
    assert.throws(() => cookieHeader('__Host-cart', value), { name: 'Bug' })
  }
})

test('C1 a name that is not declared exactly is found', () => {
  const strange = [
    'tracker=1',
    '__host-cart=1',
    ' __Host-cart=1',
    '__Host-cart2=1',
    '=1',
    '',
    'toString=1',
  ]
  for (const value of strange) assert.equal(undeclared([value]).length, 1, value)
})

test('what a browser sends is read, and what is broken or strange is as if it had not been sent', () => {
  assert.deepEqual(
    readCookies('a=b; __Host-cart=x1; __Host-payment=y=z;; __Host-session=s; __Host-cart=x2'),
    {
      '__Host-cart': 'x1',
      '__Host-session': 's',
    },
  )
  for (const header of [undefined, '', ';;;', '__Host-cart', '__Host-cart=é', '__proto__=x', '=']) {
    assert.deepEqual(readCookies(header), {})
  }
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void readCookies(header)))
})

test('only a cookie of ours can be malformed: by its octets, or by what it encodes', () => {
  const malformed = [
    '%',
    '%0',
    '%zz',
    '%c0%ae',
    '%00',
    '%0d%0a',
    '%7F',
    '\0',
    '\x7f',
    'é',
    '"',
    '"a',
    'a b',
    'a\\',
  ]
  for (const value of malformed) {
    assert.equal(areWellFormed(`a=b; __Host-cart=${value}`), false, value)
    assert.equal(areWellFormed(`a=b; other=${value}; __Host-cart=x1`), true, value)
    assert.equal(areWellFormed(`__Host-cart=x1; __Host-session=a=${value}`), false, value)
  }
  for (const value of ['', 'x1', '"x1"', 's%3Aab%2Fc', 'eyJ9.e30=', 'a:b/c+d', 'x'.repeat(9000)]) {
    assert.equal(areWellFormed(`__Host-session=${value}`), true, value)
  }
  for (const header of [undefined, '', ';;=;', '__Host-cart', '%=%', '__proto__=%']) {
    assert.ok(areWellFormed(header), header ?? 'none')
  }
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void areWellFormed(header)))
})
