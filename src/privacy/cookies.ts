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

/** The declared cookies in a `Cookie` header. Anything else, broken or strange, is as if it had not been sent. */
export function readCookies(header: string | undefined): Partial<Record<CookieName, string>> {
  const found: Partial<Record<CookieName, string>> = {}
  for (const pair of (header ?? '').slice(0, 8192).split(';')) {
    const [name = '', value = ''] = pair.trim().split('=', 2)
    if (isDeclared(name) && VALUE.test(value)) found[name] ??= value
  }
  return found
}

/** The names in `Set-Cookie` values that the policy does not declare. */
export function undeclared(values: readonly string[]): readonly string[] {
  return values.map((value) => value.split('=', 1)[0] ?? '').filter((name) => !isDeclared(name))
}

function isDeclared(name: string): name is CookieName {
  return Object.hasOwn(cookies, name)
}
