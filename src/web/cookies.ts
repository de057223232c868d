/**
 * Cookies on their way in and out: a malformed one is refused; a declared one is put on an answer here, any other is
 * stopped here (C1).
 *
 * Invariant: no answer leaves with a cookie that the policy does not declare. In development and tests it is a bug
 * that shows; in production it is taken off and counted in the log.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Bug, Fault } from '../base/failure.ts'
import type { Log } from '../base/log.ts'
import { areWellFormed, cookieHeader, endCookie, undeclared } from '../privacy/cookies.ts'
import type { CookieName } from '../privacy/policy.ts'

const FIELD = 'set-cookie'

/** @throws {Fault} `invalid` for a cookie of ours that is malformed; those of others are not looked at. */
export function checkCookies(request: FastifyRequest): void {
  if (areWellFormed(request.headers.cookie)) return
  throw new Fault('invalid', 'A cookie that your browser sent cannot be read', {
    remedy: 'Delete the cookies of this shop in your browser and open the page again',
  })
}

/** Adds a declared cookie to an answer. */
export function giveCookie(reply: FastifyReply, name: CookieName, value: string): void {
  reply.header(FIELD, cookieHeader(name, value))
}

/** Ends a declared cookie in the browser. */
export function takeCookie(reply: FastifyReply, name: CookieName): void {
  reply.header(FIELD, endCookie(name))
}

/** Looks at each answer before it leaves. */
export function guardCookies(server: FastifyInstance, production: boolean, log: Log): void {
  server.addHook('onSend', (_, reply, payload, done) => {
    const all = cookiesOf(reply)
    const strange = undeclared(all)
    if (strange.length === 0) return done(null, payload)
    reply.removeHeader(FIELD)
    for (const one of all) if (undeclared([one]).length === 0) reply.header(FIELD, one)
    if (!production) {
      return done(new Bug(`An answer sets what the policy does not declare (C1): ${strange}`))
    }
    log('cookie stripped', { count: strange.length })
    done(null, payload)
  })
}

function cookiesOf(reply: FastifyReply): readonly string[] {
  const value = reply.getHeader(FIELD)
  return value === undefined ? [] : [value].flat().map(String)
}
