/** `POST /account/sign-in/code`: the second step, which begins the session that the first has not. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { takeSecondStep } from '../../../customers/sign-in.ts'
import { submitted } from '../../../web/body.ts'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import { goOn, placeOf } from '../visit.ts'
import { secondStepPage } from './page.tsx'

export function enterCode(desk: AccountDesk) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { frame, entry } = desk
    const { step: secondStep = '', code = '', to: asked = '' } = submitted(request)
    const to = placeOf(asked)
    const again = (error: string, status: number) =>
      sendPage(reply, secondStepPage(frame, { secondStep, to, errors: { code: error } }), status)
    const { missingCode, step } = frame.words.factors
    if (code.trim() === '') return again(missingCode, 422)
    try {
      const session = await takeSecondStep(entry, { secondStep, code }, request.ip)
      if (session !== undefined) return await goOn(desk, { request, reply }, { session }, to)
      return again(step.wrong, 401)
    } catch (error) {
      return again(limitOf(reply, error), LIMIT_STATUS)
    }
  }
}
