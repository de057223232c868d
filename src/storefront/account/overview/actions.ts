/** `GET /account`: what the account is, since when. */

import type { FastifyReply } from 'fastify'
import { confirmedAt } from '../../../customers/account.ts'
import { showOwner } from '../../../privacy/gateway.ts'
import { queried } from '../../../web/body.ts'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import type { Visit } from '../visit.ts'
import { overviewPage } from './page.tsx'

export async function showOverview(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  const [{ email = '' }, since] = await Promise.all([
    showOwner(gateway, account),
    confirmedAt(gateway, account),
  ])
  const done = frame.words.account.done[queried(request, 'done')]
  return sendPage(reply, overviewPage(frame, { email, since, done }))
}
