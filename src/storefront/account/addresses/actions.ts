/**
 * `GET /account/addresses`, `…/new`, `…/:id`; `POST /account/addresses`, `…/:id`, `…/:id/default`, `…/:id/removal`
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../../base/failure.ts'
import {
  changeAddress,
  keepAddress,
  makeDefault,
  removeAddress,
} from '../../../customers/addresses.ts'
import { showOwner } from '../../../privacy/gateway.ts'
import type { KeptAddress } from '../../../privacy/table.ts'
import { parameter, submitted } from '../../../web/body.ts'
import { doneOf } from '../../../web/notice.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import type { Visit } from '../visit.ts'
import { emptyForm, keptForm, readForm } from './form.ts'
import { addressesPage, addressPage } from './page.tsx'

export async function showAddresses(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const done = doneOf(visit.request, desk.frame.words.addresses.done)
  const addresses = await kept(desk, visit)
  return sendPage(visit.reply, addressesPage(desk.frame, { addresses, done }))
}

export async function showNew({ frame }: AccountDesk, { reply }: Visit): Promise<FastifyReply> {
  return sendPage(reply, addressPage(frame, emptyForm(frame)))
}

export async function showOne(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const id = parameter(visit.request, 'id')
  const address = (await kept(desk, visit)).find((one) => one.id === id)
  if (address !== undefined) {
    return sendPage(visit.reply, addressPage(desk.frame, keptForm(address), id))
  }
  throw new Fault('not_found', 'There is no such address in your account', {
    remedy: 'Go back to your addresses',
  })
}

export async function add(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  const read = readForm(frame, submitted(request))
  if ('errors' in read) return sendPage(reply, addressPage(frame, read), 422)
  await keepAddress(gateway, account, read.parts)
  return back(reply, 'kept')
}

export async function change(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  const id = parameter(request, 'id')
  const read = readForm(frame, submitted(request))
  if ('errors' in read) return sendPage(reply, addressPage(frame, read, id), 422)
  await changeAddress(gateway, account, id, read.parts)
  return back(reply, 'changed')
}

export async function choose(
  { gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  await makeDefault(gateway, account, parameter(request, 'id'))
  return back(reply, 'default')
}

export async function takeOut(
  { gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  await removeAddress(gateway, account, parameter(request, 'id'))
  return back(reply, 'removed')
}

async function kept({ gateway }: AccountDesk, { account }: Visit): Promise<readonly KeptAddress[]> {
  return (await showOwner(gateway, account)).addressBook ?? []
}

function back(reply: FastifyReply, done: string): FastifyReply {
  return reply.redirect(`/account/addresses?done=${done}`, 303)
}
