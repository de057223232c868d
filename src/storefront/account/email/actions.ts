/**
 * `GET /account/email`, `POST /account/email`: asking for another e-mail address; `POST …/end` takes that back;
 * `GET` and `POST /account/email/:token`, where the link in the new mailbox leads
 *
 * Only the last `POST` uses the link up: programs that look at mails for their reader follow links too.
 *
 * Invariant: the answer to an address is the same, by the same work, whether or not it has an account.
 * Invariant: a session alone asks for nothing here: it is 30 minutes young, or its person has entered the password.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../../base/failure.ts'
import {
  addressByLink,
  askForAddress,
  changeAddress,
  takeChangeBack,
  waitingChange,
} from '../../../customers/email-change.ts'
import { provenUntil } from '../../../customers/session.ts'
import { showOwner } from '../../../privacy/gateway.ts'
import { parameter, submitted } from '../../../web/body.ts'
import { doneOf } from '../../../web/notice.tsx'
import type { Wrong } from '../../asking-page.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import { readEmail } from '../sign-up/form.ts'
import type { Visit } from '../visit.ts'
import { confirmPage, emailPage, PATH, type Present } from './page.tsx'

const PROOF = `/account/proof?to=${PATH}`

export async function showEmail(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  if (!(await isProven(desk, visit))) return visit.reply.redirect(PROOF, 303)
  return send(desk, visit)
}

export async function askForLink(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = desk
  const { account, request, reply } = visit
  if (!(await isProven(desk, visit))) return reply.redirect(PROOF, 303)
  const sent = submitted(request)
  const read = readEmail(frame.words, sent)
  if ('errors' in read) return send(desk, visit, read, 422)
  const again = (email: string) => ({ typed: sent.email ?? '', errors: { email } })
  try {
    if (await askForAddress(gateway, account, read.email)) {
      return reply.redirect(`${PATH}?done=sent`, 303)
    }
    return send(desk, visit, again(frame.words.account.email.sameAddress), 422)
  } catch (error) {
    return send(desk, visit, again(limitOf(reply, error)), LIMIT_STATUS)
  }
}

export async function takeBack(
  { gateway }: AccountDesk,
  { account, reply }: Visit,
): Promise<FastifyReply> {
  await takeChangeBack(gateway, account)
  return reply.redirect(`${PATH}?done=kept`, 303)
}

export async function showLink(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  const token = parameter(request, 'token')
  const [email, person] = await Promise.all([
    addressByLink(gateway, account, token),
    showOwner(gateway, account),
  ])
  if (email === undefined) throw opensNothing()
  return sendPage(reply, confirmPage(frame, token, { email, present: presentOf(person).address }))
}

export async function confirm({ gateway }: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const isChanged = await changeAddress(gateway, visit, parameter(visit.request, 'token'))
  if (!isChanged) throw opensNothing()
  return visit.reply.redirect('/account?done=email', 303)
}

async function send(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
  wrong?: Wrong,
  status = 200,
): Promise<FastifyReply> {
  const [person, waiting] = await Promise.all([
    showOwner(gateway, account),
    waitingChange(gateway, account),
  ])
  const done = doneOf(request, frame.words.account.email.done)
  const shown = { present: presentOf(person), waiting, done, wrong }
  return sendPage(reply, emailPage(frame, shown), status)
}

function presentOf({ email, formerEmail = '' }: Awaited<ReturnType<typeof showOwner>>): Present {
  return { address: email ?? formerEmail, isLost: email === undefined }
}

async function isProven({ gateway }: AccountDesk, { session }: Visit): Promise<boolean> {
  return (await provenUntil(gateway, session)) !== undefined
}

function opensNothing(): Fault {
  return new Fault(
    'not_found',
    'This link is not whole, was used, its 30 minutes are over, or it is another account’s',
    { remedy: 'Sign in to the account that asked for it, or ask for a new one at /account/email' },
  )
}
