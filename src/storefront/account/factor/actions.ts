/**
 * `GET /account/factor`: the second factor of an account; `POST …/setup` begins it, `POST /account/factor` switches it
 * on, `POST …/end` off; `GET` and `POST …/codes` make new recovery codes.
 *
 * Invariant: recovery codes are in one answer, the one that has made them.
 */

import type { FastifyReply } from 'fastify'
import { tellBy } from '../../../customers/account-notice.ts'
import {
  beginSetup,
  factorOf,
  openSetup,
  renewCodes,
  switchOff,
  switchOn,
} from '../../../customers/factor.ts'
import { submitted } from '../../../web/body.ts'
import { type FieldErrors, hasErrors } from '../../../web/form.tsx'
import { doneOf } from '../../../web/notice.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import type { Visit } from '../visit.ts'
import { readProof } from './form.ts'
import { factorPage } from './page.tsx'
import { recoveryPage, renewalPage } from './recovery.tsx'
import { setupPage } from './setup.tsx'

export function showFactor(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  return send(desk, visit, {})
}

export async function setUp(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = desk
  const { password, errors } = readProof(frame.words, submitted(visit.request), ['password'])
  if (hasErrors(errors)) return send(desk, visit, errors, 422)
  try {
    const setup = await beginSetup(gateway, visit, password)
    if (setup !== undefined) return sendPage(visit.reply, setupPage(frame, setup))
    return send(desk, visit, { password: frame.words.factors.wrongPassword }, 422)
  } catch (error) {
    return send(desk, visit, { password: limitOf(visit.reply, error) }, LIMIT_STATUS)
  }
}

export async function confirm(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = desk
  const { wrongCode, setup: words } = frame.words.factors
  const sent = submitted(visit.request)
  const setup = openSetup(gateway, visit, sent.setup ?? '')
  if (setup === undefined) return send(desk, visit, { password: words.over }, 422)
  const again = (errors: FieldErrors, status: number) =>
    sendPage(visit.reply, setupPage(frame, setup, errors), status)
  const { code, errors } = readProof(frame.words, sent, ['code'])
  if (hasErrors(errors)) return again(errors, 422)
  try {
    const codes = await switchOn(gateway, visit, setup, code, tellBy(gateway))
    if (codes === undefined) return again({ code: wrongCode }, 422)
    return sendPage(visit.reply, recoveryPage(frame, codes, frame.words.factors.recovery.on))
  } catch (error) {
    return again({ code: limitOf(visit.reply, error) }, LIMIT_STATUS)
  }
}

export async function endFactor(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = desk
  const { wrongPassword, wrongCode } = frame.words.factors
  const { errors, ...proof } = readProof(frame.words, submitted(visit.request), [
    ...(['password', 'code'] as const),
  ])
  if (hasErrors(errors)) return send(desk, visit, errors, 422)
  try {
    const ended = await switchOff(gateway, visit.account, proof, tellBy(gateway))
    if (ended === 'off') return visit.reply.redirect('/account/factor?done=off', 303)
    const wrong = ended === 'password' ? { password: wrongPassword } : { code: wrongCode }
    return send(desk, visit, wrong, 422)
  } catch (error) {
    return send(desk, visit, { code: limitOf(visit.reply, error) }, LIMIT_STATUS)
  }
}

export async function showCodes(
  { frame, gateway }: AccountDesk,
  { account, reply }: Visit,
): Promise<FastifyReply> {
  if ((await factorOf(gateway, account)) === undefined) {
    return reply.redirect('/account/factor', 303)
  }
  return sendPage(reply, renewalPage(frame))
}

export async function renew(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  const { wrongPassword, wrongCode, recovery } = frame.words.factors
  const again = (errors: FieldErrors, status: number) =>
    sendPage(reply, renewalPage(frame, errors), status)
  const { errors, ...proof } = readProof(frame.words, submitted(request), [
    ...(['password', 'code'] as const),
  ])
  if (hasErrors(errors)) return again(errors, 422)
  try {
    const made = await renewCodes(gateway, account, proof, tellBy(gateway))
    if (made === 'password') return again({ password: wrongPassword }, 422)
    if (made === 'code') return again({ code: wrongCode }, 422)
    return sendPage(reply, recoveryPage(frame, made, recovery.renewed))
  } catch (error) {
    return again({ code: limitOf(reply, error) }, LIMIT_STATUS)
  }
}

async function send(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
  errors: FieldErrors,
  status = 200,
): Promise<FastifyReply> {
  const factor = await factorOf(gateway, account)
  const done = doneOf(request, frame.words.factors.done)
  return sendPage(reply, factorPage(frame, { factor, done, errors }), status)
}
