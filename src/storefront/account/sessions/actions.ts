/** `POST /account/sessions/:session/end` ends a person's own session, `POST /account/sessions/end` all others. */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../../base/failure.ts'
import { isId } from '../../../base/ids.ts'
import { endOtherSessions, endOwnSession } from '../../../customers/session.ts'
import { parameter } from '../../../web/body.ts'
import type { AccountDesk } from '../desk.ts'
import { leave, type Visit } from '../visit.ts'

/** Ended already, it stays so; that of anybody else is not theirs to end. */
export async function endOne(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { account, session: present, request, reply } = visit
  const asked = parameter(request, 'session')
  if (!isId(asked)) throw new Fault('not_found', 'There is no such session')
  if (asked === present) {
    await leave(desk, visit)
    return reply.redirect('/account/sign-in', 303)
  }
  await endOwnSession(desk.gateway, account, asked)
  return reply.redirect('/account?done=session', 303)
}

export async function endOthers(
  { gateway }: AccountDesk,
  { account, session, reply }: Visit,
): Promise<FastifyReply> {
  await endOtherSessions(gateway.database, account, session)
  return reply.redirect('/account?done=sessions', 303)
}
