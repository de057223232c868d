/**
 * `GET /account/passkeys`: the passkeys of an account; `POST …/invitation` begins to add one, `POST /account/passkeys`
 * takes what the browser has made, `POST …/:passkey/end` removes one.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../../base/failure.ts'
import { isId } from '../../../base/ids.ts'
import { tellBy } from '../../../customers/account-notice.ts'
import {
  addPasskey,
  invitePasskey,
  passkeysOf,
  removePasskey,
} from '../../../customers/passkeys.ts'
import { showOwner } from '../../../privacy/gateway.ts'
import { isPersonal, Personal } from '../../../privacy/personal.ts'
import { parameter, submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import { doneOf } from '../../../web/notice.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import type { Visit } from '../visit.ts'
import { creationOptions } from './ceremony.tsx'
import { readInvitation } from './form.ts'
import { invitationPage, passkeysPage } from './page.tsx'
import { siteNeeded } from './site.ts'

export function showPasskeys(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  return send(desk, visit, {})
}

export async function invite(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = desk
  const site = siteNeeded(frame)
  const sent = submitted(visit.request)
  const read = readInvitation(frame.words, sent)
  if ('errors' in read) return send(desk, visit, read, 422)
  const again = (password: string, status: number) =>
    send(desk, visit, { typed: read.name.forThePerson(), errors: { password } }, status)
  try {
    const [invitation, { email = '' }] = await Promise.all([
      invitePasskey(gateway, visit, read.password),
      showOwner(gateway, visit.account),
    ])
    if (invitation === undefined) return again(frame.words.factors.wrongPassword, 422)
    const options = creationOptions(site, frame.shop.name, { ...invitation, email })
    return sendPage(visit.reply, invitationPage(frame, read.name.forThePerson(), options))
  } catch (error) {
    return again(limitOf(visit.reply, error), LIMIT_STATUS)
  }
}

export async function add(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = desk
  const sent = submitted(visit.request)
  const name = Personal.read('passkeyName', sent.name)
  if (!isPersonal(name)) throw new Fault('invalid', 'A passkey must have a name')
  const { clientData = '', authenticatorData = '', publicKey = '' } = sent
  const made = { name, sent: { clientData, authenticatorData, publicKey } }
  if (await addPasskey(gateway, siteNeeded(frame), visit, made, tellBy(gateway))) {
    return visit.reply.redirect('/account/passkeys?done=added', 303)
  }
  const errors = { name: frame.words.factors.passkeys.refused }
  return send(desk, visit, { typed: name.forThePerson(), errors }, 422)
}

/** Removed already, it stays so; that of anybody else is not theirs to remove. */
export async function remove(
  { gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  const asked = parameter(request, 'passkey')
  if (!isId(asked)) throw new Fault('not_found', 'There is no such passkey')
  await removePasskey(gateway, account, asked, tellBy(gateway))
  return reply.redirect('/account/passkeys?done=removed', 303)
}

type Sent = { readonly typed?: string; readonly errors?: FieldErrors }

async function send(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
  sent: Sent,
  status = 200,
): Promise<FastifyReply> {
  const passkeys = await passkeysOf(gateway, account)
  const done = doneOf(request, frame.words.factors.done)
  return sendPage(reply, passkeysPage(frame, { ...sent, passkeys, done }), status)
}
