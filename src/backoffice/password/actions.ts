/**
 * A member's own change of password. All their sessions end with it, this one too.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { changePassword } from '../../staff/staff.ts'
import { submitted } from '../../web/body.ts'
import { takeCookie } from '../../web/cookies.ts'
import { hasErrors } from '../../web/form.tsx'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { readPasswords } from './form.ts'
import { passwordPage } from './page.tsx'

export async function showForm(office: BackOffice, { staff, reply }: Visit): Promise<FastifyReply> {
  return sendPage(reply, passwordPage(office, staff, {}))
}

export async function change(
  office: BackOffice,
  { staff, request, reply }: Visit,
): Promise<FastifyReply> {
  const { words } = office.frame
  const { errors, ...passwords } = readPasswords(words, submitted(request))
  if (hasErrors(errors)) return sendPage(reply, passwordPage(office, staff, errors), 400)
  try {
    await changePassword(office.gateway, staff.id, passwords)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'forbidden') throw error
    const wrong = { old: words.backoffice.password.wrong }
    return sendPage(reply, passwordPage(office, staff, wrong), 400)
  }
  takeCookie(reply, '__Host-session')
  return reply.redirect('/admin/session?to=/admin/orders', 303)
}
