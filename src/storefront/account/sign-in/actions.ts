/**
 * `GET /account/sign-in`, `POST /account/sign-in`, `POST /account/sign-out`
 *
 * A new token is made at each sign-in, and the browser's old one ends.
 *
 * Invariant: an address without an account is answered like a wrong password, by the same work.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { signIn } from '../../../customers/sign-in.ts'
import { queried, submitted } from '../../../web/body.ts'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import { goOn, leave, placeOf, signedIn } from '../visit.ts'
import { readSignIn } from './form.ts'
import { signInPage } from './page.tsx'

export function showSignIn(desk: AccountDesk) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const to = placeOf(queried(request, 'to'))
    if ((await signedIn(desk, request)) !== undefined) return reply.redirect(to, 303)
    return sendPage(reply, signInPage(desk.frame, { to }))
  }
}

export function enterAccount(desk: AccountDesk) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { frame, entry } = desk
    const sent = submitted(request)
    const again = { to: placeOf(sent.to ?? ''), typed: sent.email ?? '' }
    const read = readSignIn(frame.words, sent)
    if ('errors' in read) return sendPage(reply, signInPage(frame, { ...again, ...read }), 422)
    try {
      const entered = await signIn(entry, read, request.ip)
      if (entered !== undefined) return await goOn(desk, { request, reply }, entered, again.to)
      const errors = { email: frame.words.account.signIn.wrong }
      return sendPage(reply, signInPage(frame, { ...again, errors }), 401)
    } catch (error) {
      const errors = { email: limitOf(reply, error) }
      return sendPage(reply, signInPage(frame, { ...again, errors }), LIMIT_STATUS)
    }
  }
}

export function leaveAccount(desk: AccountDesk) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    await leave(desk, { request, reply })
    return reply.redirect('/account/sign-in', 303)
  }
}
