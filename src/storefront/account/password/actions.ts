/** `GET /account/password`, `POST /account/password`: another password, by whoever knows the one of now. */

import type { FastifyReply } from 'fastify'
import { changePassword } from '../../../customers/account.ts'
import { tellBy } from '../../../customers/account-notice.ts'
import { submitted } from '../../../web/body.ts'
import { hasErrors } from '../../../web/form.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import { goOn, type Visit } from '../visit.ts'
import { readPasswords } from './form.ts'
import { passwordPage } from './page.tsx'

export async function showPassword(
  { frame }: AccountDesk,
  { reply }: Visit,
): Promise<FastifyReply> {
  return sendPage(reply, passwordPage(frame))
}

export async function choosePassword(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = desk
  const { errors, ...passwords } = readPasswords(frame.words, submitted(visit.request))
  if (hasErrors(errors)) return sendPage(visit.reply, passwordPage(frame, errors), 422)
  try {
    const session = await changePassword(gateway, visit.account, passwords, tellBy(gateway))
    if (session !== undefined) return await goOn(desk, visit, { session }, '/account?done=changed')
    const wrong = { old: frame.words.account.password.wrong }
    return sendPage(visit.reply, passwordPage(frame, wrong), 422)
  } catch (error) {
    return sendPage(
      visit.reply,
      passwordPage(frame, { old: limitOf(visit.reply, error) }),
      LIMIT_STATUS,
    )
  }
}
