/**
 * Cookies: the three that the policy declares, and no others (C1).
 *
 * Each is `__Host-`: Secure, Path=/, no Domain (RFC 6265bis, section 4.1.3.2); HttpOnly, and with SameSite written.
 * A visitor who only looks gets none, so there is no consent banner: nothing needs consent.
 *
 * Invariant: this is the only file that writes `Set-Cookie`; `undeclared` finds any other on its way out.
 */

import { check } from '../base/failure.ts'
import { type CookieName, cookies } from './policy.ts'

/** What needs no quoting, and cannot add an attribute. */
const VALUE = /^[\w.~-]{1,512}$/

/** RFC 6265, section 4.1.1: what a cookie's value may be made of, in quotes or not. */
const OCTETS = /^("?)[!#-+\--:<-[\]-~]*\1$/

/** `Set-Cookie` for a declared cookie. @throws {Bug} for a value that is not of URL-safe characters. */
export function cookieHeader(name: CookieName, value: string): string {
  check(VALUE.test(value), 'A cookie must have a value of URL-safe characters')
  const { maxAgeSeconds, sameSite } = cookies[name]
  const lifetime = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}${lifetime}`
}

/** `Set-Cookie` that ends a declared cookie in the browser. */
export function endCookie(name: CookieName): string {
  return `${name}=; Path=/; Secure; HttpOnly; SameSite=${cookies[name].sameSite}; Max-Age=0`
}

/** The declared cookies in a `Cookie` header. Anything else is as if it had not been sent. */
export function readCookies(header: string | undefined): Partial<Record<CookieName, string>> {
  const found: Partial<Record<CookieName, string>> = {}
  for (const [name, value] of declaredIn(header)) {
    if (VALUE.test(value)) found[name] ??= value
  }
  return found
}

/**
 * Whether each declared cookie in a `Cookie` header has a value that a cookie can have: of RFC 6265's octets, each `%`
 * before a code that can be read, and none of these a control character.
 *
 * Cookies by other names are not looked at, nor is one by a name of ours refused for being none of our values: other
 * software on the same host, on any port, sets what it likes (quotes, spaces, other alphabets), and must not shut
 * anybody out. Bytes that no header may hold are refused before, by the HTTP parser.
 */
export function areWellFormed(header: string | undefined): boolean {
  return declaredIn(header).every(([, value]) => OCTETS.test(value) && isWellEncoded(value))
}

function declaredIn(header = ''): readonly (readonly [CookieName, string])[] {
  return header
    .split(';')
    .map((pair) => {
      const [name = '', ...rest] = pair.trim().split('=')
      return [name, rest.join('=')] as const
    })
    .filter((pair): pair is readonly [CookieName, string] => isDeclared(pair[0]))
}

function isWellEncoded(value: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(value))
  } catch {
    return false
  }
}

/** The names in `Set-Cookie` values that the policy does not declare. */
export function undeclared(values: readonly string[]): readonly string[] {
  return values.map((value) => value.split('=', 1)[0] ?? '').filter((name) => !isDeclared(name))
}

function isDeclared(name: string): name is CookieName {
  return Object.hasOwn(cookies, name)
}
