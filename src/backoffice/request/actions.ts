/**
 * `GET /admin/requests/:id`: one request; `POST …/act` carries it out with what its kind asks for, `POST …/end` closes
 * it without.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { type Id, isId } from '../../base/ids.ts'
import { sendLinkOfOrder } from '../../orders/data-link.ts'
import { listOrders } from '../../orders/order.ts'
import { erase } from '../../privacy/erasure.ts'
import { receiptToken } from '../../privacy/person-link.ts'
import { concludeRequest, requestOf } from '../../privacy/requests.ts'
import { restrict } from '../../privacy/restriction.ts'
import { submitted } from '../../web/body.ts'
import { parameter, sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { requestPage } from './page.tsx'

export async function showRequest(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { request, subjects } = await foundRequest(office, visit)
  const { database, clock } = office.gateway
  const orders = await listOrders(database, { ids: subjects, limit: subjects.length })
  const today = clock().toZonedDateTimeISO('UTC').toPlainDate()
  return sendPage(visit.reply, requestPage(office, visit.staff, { request, orders, today }))
}

/** Sent twice, the second finds it done. */
export async function carryOut(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { gateway, erasing } = office
  const { request, subjects } = await foundRequest(office, visit)
  const [newest] = subjects
  if (request.done !== null || newest === undefined) {
    throw new Fault('conflict', 'There is nothing left to do about this request')
  }
  if (request.kind === 'erasure') return eraseFor(office, visit, request.id, subjects)
  if (request.kind === 'restriction') {
    await restrict(erasing, subjects, visit.staff.id)
    await concludeRequest(gateway, request.id, 'restricted')
  } else {
    await sendLinkOfOrder(gateway, newest)
    await concludeRequest(gateway, request.id, 'link')
  }
  return visit.reply.redirect(`/admin/requests/${request.id}`, 303)
}

export async function close(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { request } = await foundRequest(office, visit)
  const done = submitted(visit.request).done === 'unproven' ? 'unproven' : 'nothing'
  await concludeRequest(office.gateway, request.id, done)
  return visit.reply.redirect(`/admin/requests/${request.id}`, 303)
}

/** Leads to the receipt, which is for the person: nothing here leads to it any more. */
async function eraseFor(
  { gateway, erasing }: BackOffice,
  { reply }: Visit,
  id: Id,
  subjects: readonly Id[],
): Promise<FastifyReply> {
  const entry = await erase(erasing, subjects)
  await concludeRequest(gateway, id, entry === undefined ? 'nothing' : 'erased')
  if (entry === undefined) return reply.redirect(`/admin/requests/${id}`, 303)
  return reply.redirect(`/privacy/receipts/${receiptToken(gateway.vault.keys, entry)}`, 303)
}

async function foundRequest({ gateway }: BackOffice, { request }: Visit) {
  const id = parameter(request, 'id')
  const found = isId(id) ? await requestOf(gateway.database, id) : undefined
  if (found !== undefined) return found
  throw new Fault('not_found', 'There is no such request', { remedy: 'Look at the list' })
}
