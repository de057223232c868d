/** `GET /account`: what the account is, since when, and where its person is signed in. */

import type { FastifyReply } from 'fastify'
import { confirmedOf } from '../../../customers/account.ts'
import { sessionsOf } from '../../../customers/session.ts'
import { showOwner } from '../../../privacy/gateway.ts'
import { doneOf } from '../../../web/notice.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import type { Visit } from '../visit.ts'
import { overviewPage } from './page.tsx'

export async function showOverview(
  { frame, gateway }: AccountDesk,
  { account, session, request, reply }: Visit,
): Promise<FastifyReply> {
  const [{ email, formerEmail }, confirmed, sessions] = await Promise.all([
    showOwner(gateway, account),
    confirmedOf(gateway, account),
    sessionsOf(gateway, account),
  ])
  const address = confirmed?.lostUntil === undefined ? email : formerEmail
  // It has ended since the session was found.
  if (address === undefined || confirmed === undefined) {
    return reply.redirect('/account/sign-in', 303)
  }
  const done = doneOf(request, frame.words.account.done)
  const shown = { email: address, ...confirmed, sessions, session, done }
  return sendPage(reply, overviewPage(frame, shown))
}
