/**
 * `POST /account/sign-in/passkey` asks the browser for a passkey, `POST …/answer` takes what it brings.
 *
 * The first is no `GET`: a page that nobody is in is the same for everyone, and a challenge never is.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { signInByPasskey, signInChallenge } from '../../../customers/passkeys.ts'
import { submitted } from '../../../web/body.ts'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import { siteNeeded } from '../passkeys/site.ts'
import { goOn, placeOf } from '../visit.ts'
import { passkeyPage } from './page.tsx'

export function askForPasskey({ frame, gateway }: AccountDesk) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const to = placeOf(submitted(request).to ?? '')
    const asked = { challenge: signInChallenge(gateway), site: siteNeeded(frame), to }
    return sendPage(reply, passkeyPage(frame, asked))
  }
}

export function takePasskey(desk: AccountDesk) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { frame, gateway, entry } = desk
    const site = siteNeeded(frame)
    const { credential = '', clientData = '', ...sent } = submitted(request)
    const { authenticatorData = '', signature = '', userHandle = '' } = sent
    const answer = { credential, clientData, authenticatorData, signature, userHandle }
    const to = placeOf(sent.to ?? '')
    const again = (problem: string, status: number) => {
      const asked = { challenge: signInChallenge(gateway), site, to, problem }
      return sendPage(reply, passkeyPage(frame, asked), status)
    }
    try {
      const session = await signInByPasskey(entry, site, answer, request.ip)
      if (session !== undefined) return await goOn(desk, { request, reply }, { session }, to)
      return again(frame.words.factors.ceremony.refused, 401)
    } catch (error) {
      return again(limitOf(reply, error), LIMIT_STATUS)
    }
  }
}
