/**
 * `GET /account/proof`, `POST /account/proof`: the password once more, before all that is held is shown or ended.
 *
 * Whoever finds an open browser has the session in it, and no password.
 */

import type { FastifyReply } from 'fastify'
import { provePassword } from '../../../customers/account.ts'
import { proveSession } from '../../../customers/session.ts'
import { queried, submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import { sendPage } from '../../shelves.ts'
import { PLACE } from '../data-door.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import { placeOf, type Visit } from '../visit.ts'
import { proofPage } from './page.tsx'

export async function showProof(
  { frame }: AccountDesk,
  { request, reply }: Visit,
): Promise<FastifyReply> {
  return sendPage(reply, proofPage(frame, { to: placeOf(queried(request, 'to') || PLACE) }))
}

export async function prove(
  { frame, gateway }: AccountDesk,
  { account, session, request, reply }: Visit,
): Promise<FastifyReply> {
  const sent = submitted(request)
  const to = placeOf(sent.to || PLACE)
  const again = (password: string, status: number) => {
    const errors: FieldErrors = { password }
    return sendPage(reply, proofPage(frame, { to, errors }), status)
  }
  const { missing, wrong } = frame.words.ownOrders.proof
  const { password = '' } = sent
  if (password === '') return again(missing, 422)
  try {
    if (!(await provePassword(gateway, account, password))) return again(wrong, 401)
  } catch (error) {
    return again(limitOf(reply, error), LIMIT_STATUS)
  }
  await proveSession(gateway, session)
  return reply.redirect(to, 303)
}
