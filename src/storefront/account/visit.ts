/**
 * A visit: a request of a person who is signed in to their account.
 *
 * Invariant: every page of an account but those that lead into it goes through `visited`.
 * Invariant: a session opens the account that it was started for, and no other; the account is never named by the
 * request.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Entered } from '../../customers/second-step.ts'
import { endSession, findSession, type SignedIn } from '../../customers/session.ts'
import { readCookies } from '../../privacy/cookies.ts'
import type { Gateway } from '../../privacy/gateway.ts'
import { giveCookie, takeCookie } from '../../web/cookies.ts'
import { sendPage } from '../shelves.ts'
import type { AccountDesk } from './desk.ts'
import { secondStepPage } from './second-step/page.tsx'

export type Visit = SignedIn & {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** A handler that asks for a session before it acts; without one it leads to the sign-in, and from there back. */
export function visited(
  desk: AccountDesk,
  act: (desk: AccountDesk, visit: Visit) => Promise<FastifyReply>,
): Handler {
  return async (request, reply) => {
    const person = await signedIn(desk, request)
    if (person === undefined) return reply.redirect(leadingBack(request, '/account/sign-in'), 303)
    return act(desk, { ...person, request, reply })
  }
}

/** Whose request it is; undefined without an open session. */
export async function signedIn(
  { gateway }: { readonly gateway: Gateway },
  request: FastifyRequest,
): Promise<SignedIn | undefined> {
  const token = sessionToken(request)
  return token === undefined ? undefined : findSession(gateway, token)
}

/**
 * Lets whoever has shown who they are go on, with a new session; the one that the browser had before ends. Whoever has
 * a second factor is asked for it first.
 */
export async function goOn(
  { frame, gateway }: AccountDesk,
  { request, reply }: Pick<Visit, 'request' | 'reply'>,
  entered: Entered,
  to: string,
): Promise<FastifyReply> {
  if ('secondStep' in entered) {
    return sendPage(reply, secondStepPage(frame, { ...entered, to: placeOf(to) }))
  }
  const old = sessionToken(request)
  if (old !== undefined) await endSession(gateway, old)
  giveCookie(reply, '__Host-session', entered.session)
  return reply.redirect(to, 303)
}

/** Ends the browser's session, here and there. */
export async function leave(
  { gateway }: AccountDesk,
  { request, reply }: Pick<Visit, 'request' | 'reply'>,
): Promise<void> {
  const token = sessionToken(request)
  if (token !== undefined) await endSession(gateway, token)
  takeCookie(reply, '__Host-session')
}

/**
 * Where a sign-in may lead; anything else leads to the account. Links that join an order, or confirm another address,
 * are among its places.
 */
export function placeOf(path: string): string {
  const isPlace =
    /^\/account(?:\/(?!sign-)[a-z-]+)*(?:\/join\/[\w-]{94}|\/email\/[\w-]{56})?$/.test(path)
  return isPlace ? path : '/account'
}

/** The address of a page where somebody shows who they are, and from which they come back to what they asked for. */
export function leadingBack({ method, url }: FastifyRequest, first: string): string {
  const path = url.split('?', 1)[0] ?? ''
  const isPlace = method === 'GET' && path !== '/account' && placeOf(path) === path
  return isPlace ? `${first}?to=${path}` : first
}

function sessionToken(request: FastifyRequest): string | undefined {
  return readCookies(request.headers.cookie)['__Host-session']
}
