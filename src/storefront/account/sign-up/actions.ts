/**
 * `GET /account/sign-up`, `POST /account/sign-up`: asking for the way into an account, new or forgotten.
 *
 * Invariant: the answer to an address is the same, at the same time, whether or not it has an account: the look-up
 * begins when the answer has left.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../../base/failure.ts'
import type { Addresses } from '../../../credentials/attempts.ts'
import { sendAccountLink } from '../../../customers/account-link.ts'
import { submitted } from '../../../web/body.ts'
import { STATUS_OF_FAULT } from '../../../web/problem.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
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
    if (isTooOften(asking, request.ip)) {
      const wrong = {
        typed: sent.email ?? '',
        errors: { email: frame.words.account.signUp.tooOften },
      }
      return sendPage(reply, signUpPage(frame, wrong), STATUS_OF_FAULT.too_many_attempts)
    }
    afterwards(reply, 'account link', () => sendAccountLink(gateway, read.email))
    return sendPage(reply, sentPage(frame))
  }
}

function isTooOften(asking: Addresses, address: string): boolean {
  try {
    asking.count(address)
    return false
  } catch (error) {
    if (error instanceof Fault && error.code === 'too_many_attempts') return true
    throw error
  }
}
