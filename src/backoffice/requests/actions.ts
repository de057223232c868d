/** `GET /admin/requests`: all of them with their clocks; `POST` enters one that came by letter or phone. */

import type { FastifyReply } from 'fastify'
import { enterRequest, listRequests } from '../../privacy/requests.ts'
import { submitted } from '../../web/body.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { type RequestForm, readRequest } from './form.ts'
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
