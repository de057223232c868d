/**
 * `GET /admin/requests`: all of them with their clocks; `POST` enters one that came by letter or phone, `POST …/orders`
 * finds the orders of whoever wrote without their numbers.
 *
 * Invariant: what somebody searched for is turned into a look-up value and forgotten; it is in no address, log or row.
 */

import type { FastifyReply } from 'fastify'
import { enterRequest, listRequests } from '../../privacy/requests.ts'
import { submitted } from '../../web/body.ts'
import { findByPerson } from '../_found.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { readSearch } from '../orders/form.ts'
import { MOST_ORDERS, type RequestForm, readRequest } from './form.ts'
import { requestsPage } from './page.tsx'

const MOST_SHOWN = 100

export async function showRequests(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return send(office, visit, { typed: {}, errors: {} }, 200)
}

export async function enter(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = office
  const { database, clock } = gateway
  const today = clock().toString().slice(0, 10)
  const read = await readRequest(frame.words, database, today, submitted(visit.request))
  if ('errors' in read) return send(office, visit, read, 400)
  const id = await enterRequest(gateway, { ...read, by: visit.staff.id })
  return visit.reply.redirect(`/admin/requests/${id}`, 303)
}

export async function goToRequests(_: BackOffice, { reply }: Visit): Promise<FastifyReply> {
  return reply.redirect('/admin/requests', 303)
}

/**
 * An address is somebody's own: the numbers of its orders go into the form. A last name is many people's, so whoever
 * enters the request chooses among the orders that are listed.
 */
export async function findOrders(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { staff, request } = visit
  const { who = '' } = submitted(request)
  const wanted = readSearch(office.frame.words, staff.roles, { q: who })
  if (wanted.by === 'nothing') {
    return send(office, visit, { typed: { who }, errors: { who: wanted.error } }, 400)
  }
  if (wanted.by === 'number') {
    return send(office, visit, { typed: { orders: String(wanted.number) }, errors: {} }, 200)
  }
  const all = await findByPerson(office, staff, wanted, { limit: MOST_ORDERS })
  const found = all.filter(({ state }) => state !== 'awaiting payment')
  const orders = wanted.by === 'email' ? found.map(({ number }) => number).join(' ') : ''
  return send(office, visit, { typed: { who, orders }, errors: {}, found }, 200)
}

async function send(
  office: BackOffice,
  { staff, reply }: Visit,
  form: RequestForm,
  status: number,
): Promise<FastifyReply> {
  const { database, clock } = office.gateway
  const requests = await listRequests(database, MOST_SHOWN)
  const today = clock().toZonedDateTimeISO('UTC').toPlainDate()
  return sendPage(reply, requestsPage(office, staff, { requests, today, form }), status)
}
