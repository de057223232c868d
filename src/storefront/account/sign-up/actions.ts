/**
 * `GET /account/sign-up`, `POST /account/sign-up`: asking for the way into an account, new or forgotten.
 *
 * Invariant: the answer to an address is the same, at the same time, whether or not it has an account: the look-up
 * begins when the answer has left.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendAccountLink } from '../../../customers/account-link.ts'
import { submitted } from '../../../web/body.ts'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import { readEmail } from './form.ts'
import { sentPage, signUpPage } from './page.tsx'

export function showSignUp({ frame }: AccountDesk) {
  return (_: FastifyRequest, reply: FastifyReply) => sendPage(reply, signUpPage(frame))
}

export function askForLink({ frame, gateway, asking, afterwards }: AccountDesk) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const sent = submitted(request)
    const read = readEmail(frame.words, sent)
    if ('errors' in read) return sendPage(reply, signUpPage(frame, read), 422)
    try {
      asking.count(request.ip)
    } catch (error) {
      limitOf(reply, error)
      const errors = { email: frame.words.account.signUp.tooOften }
      const wrong = { typed: sent.email ?? '', errors }
      return sendPage(reply, signUpPage(frame, wrong), LIMIT_STATUS)
    }
    afterwards(reply, 'account link', () => sendAccountLink(gateway, read.email))
    return sendPage(reply, sentPage(frame))
  }
}
