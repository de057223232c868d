/**
 * A visit: a request of a member of staff who is signed in and may do what it asks for.
 *
 * Invariant: every route of the back office but those of the session goes through `visited`.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../base/failure.ts'
import { readCookies } from '../privacy/cookies.ts'
import { clockHold } from '../privacy/steady-time.ts'
import { type Deed, may } from '../staff/roles.ts'
import { findSession, type SignedIn } from '../staff/session.ts'
import type { BackOffice } from './office.ts'

export type Visit = {
  readonly staff: SignedIn
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** A handler that asks for a session and for the right to a deed before it acts. */
export function visited(
  office: BackOffice,
  deed: Deed,
  act: (office: BackOffice, visit: Visit) => Promise<FastifyReply>,
): Handler {
  return async (request, reply) => {
    const staff = await signedIn(office, request)
    if (staff === undefined) return reply.redirect(signInUrl(request), 303)
    if (!may(staff.roles, deed)) {
      throw new Fault('forbidden', `Your roles do not allow you to ${deed}`, {
        remedy: 'Ask the owner of the store for a role that does',
      })
    }
    return act(await withClockHold(office, staff), { staff, request, reply })
  }
}

/** An owner is told on every page when nothing ends by the clock, since they alone can say that it is right. */
export async function withClockHold<Office extends Pick<BackOffice, 'gateway' | 'clockHold'>>(
  office: Office,
  { roles }: SignedIn,
): Promise<Office> {
  if (!may(roles, 'trust the clock')) return office
  const hold = await clockHold(office.gateway.database)
  return hold === undefined ? office : { ...office, clockHold: hold }
}

/** Whose request it is; undefined without an open session. */
export async function signedIn(
  { gateway }: Pick<BackOffice, 'gateway'>,
  request: FastifyRequest,
): Promise<SignedIn | undefined> {
  const token = sessionToken(request)
  return token === undefined ? undefined : findSession(gateway, token)
}

export function sessionToken(request: FastifyRequest): string | undefined {
  return readCookies(request.headers.cookie)['__Host-session']
}

export function sendPage(reply: FastifyReply, html: string, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(html)
}

/** Pages that a sign-in leads back to; anything else leads to the orders. */
export function isPlace(path: string): boolean {
  return /^\/admin\/(?:orders(?:\/\d{1,15})?|requests|papers|retention|staff|password)$/.test(path)
}

function signInUrl({ method, url }: FastifyRequest): string {
  const path = url.split('?', 1)[0] ?? ''
  return method === 'GET' && isPlace(path) ? `/admin/session?to=${path}` : '/admin/session'
}
