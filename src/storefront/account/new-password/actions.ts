/**
 * `GET /account/password/:token`, `POST /account/password/:token`: choosing a password by a link, which signs in.
 *
 * Only the `POST` uses the link up: programs that look at mails for their reader follow links too.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../../base/failure.ts'
import { choosePassword, opensAccount } from '../../../customers/account.ts'
import { submitted } from '../../../web/body.ts'
import { hasErrors } from '../../../web/form.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { goOn } from '../visit.ts'
import { readPassword } from './form.ts'
import { newPasswordPage } from './page.tsx'

type ByToken = { Params: { readonly token: string } }

export function showNewPassword({ frame, gateway }: AccountDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { token } = request.params
    if (!(await opensAccount(gateway, token))) throw opensNothing()
    return sendPage(reply, newPasswordPage(frame, token))
  }
}

export function chooseNewPassword(desk: AccountDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { frame, gateway } = desk
    const { token } = request.params
    if (!(await opensAccount(gateway, token))) throw opensNothing()
    const { password, errors } = readPassword(frame.words, submitted(request))
    if (hasErrors(errors)) return sendPage(reply, newPasswordPage(frame, token, errors), 422)
    const entered = await choosePassword(gateway, token, password)
    if (entered === undefined) throw opensNothing()
    return goOn(desk, { request, reply }, entered, '/account?done=password')
  }
}

function opensNothing(): Fault {
  return new Fault('not_found', 'This link is not whole, was used, or its 30 minutes are over', {
    remedy: 'Ask for a new one at /account/sign-up',
  })
}
