/**
 * Signing in and out. A new token is made at each sign-in, and the browser's old one ends.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { endSession } from '../../staff/session.ts'
import { type SignIn, signIn } from '../../staff/sign-in.ts'
import { queried, submitted } from '../../web/body.ts'
import { giveCookie, takeCookie } from '../../web/cookies.ts'
import { hasErrors } from '../../web/form.tsx'
import { STATUS_OF_FAULT, sayWait } from '../../web/problem.tsx'
import { isPlace, sendPage, sessionToken, signedIn } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { readSignIn } from './form.ts'
import { signInPage } from './page.tsx'

export async function showSignIn(
  office: BackOffice,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const to = placeOf(queried(request, 'to'))
  if ((await signedIn(office, request)) !== undefined) return reply.redirect(to, 303)
  return sendPage(reply, signInPage(office, { to }))
}

export async function enter(
  office: BackOffice,
  entry: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { words } = office.frame
  const sent = submitted(request)
  const { credentials, errors } = readSignIn(words, sent)
  const to = placeOf(sent.to ?? '')
  const again = { login: credentials.login, to }
  if (hasErrors(errors)) return sendPage(reply, signInPage(office, { ...again, errors }), 400)
  try {
    const token = await signIn(entry, credentials, request.ip)
    if (token !== undefined) {
      await endOld(office, request)
      giveCookie(reply, '__Host-session', token)
      return reply.redirect(to, 303)
    }
    const wrong = { login: words.backoffice.session.wrong }
    return sendPage(reply, signInPage(office, { ...again, errors: wrong }), 401)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'too_many_attempts') throw error
    const tooMany = { login: `${error.message}. ${error.remedy}.` }
    const status = STATUS_OF_FAULT[error.code]
    sayWait(reply, error)
    return sendPage(reply, signInPage(office, { ...again, errors: tooMany }), status)
  }
}

export async function leave(
  office: BackOffice,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  await endOld(office, request)
  takeCookie(reply, '__Host-session')
  return reply.redirect('/admin/session', 303)
}

async function endOld({ gateway }: BackOffice, request: FastifyRequest): Promise<void> {
  const token = sessionToken(request)
  if (token !== undefined) await endSession(gateway, token)
}

function placeOf(path: string): string {
  return isPlace(path) ? path : '/admin/orders'
}
