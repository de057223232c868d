/**
 * `GET /admin/papers/:number`: one paper; `POST …/move` moves it, `POST …/look` shows whose it is, `POST …/destruction`
 * records its end, of which `GET …/certificate.pdf` is the certificate.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { isId } from '../../base/ids.ts'
import { destroyPaper } from '../../paper/destruction.ts'
import { listPlaces } from '../../paper/places.ts'
import { findPaper, movePaper, movesOf, orderOf, type Paper } from '../../paper/register.ts'
import { show } from '../../privacy/gateway.ts'
import { checkUnrestricted } from '../../privacy/restriction.ts'
import { VIEWS } from '../../staff/roles.ts'
import { listStaff } from '../../staff/staff.ts'
import { parameter, queried, submitted } from '../../web/body.ts'
import { writtenAsPdf } from '../../web/document.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { EMPTY, type PaperForm } from '../papers/form.ts'
import { certificate } from './certificate.ts'
import { readDestruction } from './form.ts'
import { paperPage } from './page.tsx'

/** Why service may look at whose a paper is. */
const BECAUSE = 'a request about personal data'

export async function showPaper(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return send(office, visit, await paperOf(office, visit), {})
}

type Told = { readonly form?: PaperForm; readonly owner?: readonly string[] }

async function send(
  office: BackOffice,
  { staff, request, reply }: Visit,
  paper: Paper,
  { form = EMPTY, owner }: Told,
  status = 200,
): Promise<FastifyReply> {
  const { database } = office.gateway
  const [places, moves, members] = await Promise.all([
    listPlaces(database),
    movesOf(database, paper.id),
    listStaff(office.gateway),
  ])
  const isNew = queried(request, 'done') === 'taken'
  const shown = { paper, places, moves, members, form, owner, isNew }
  return sendPage(reply, paperPage(office, staff, shown), status)
}

export async function move(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const paper = await paperOf(office, visit)
  const { place = '' } = submitted(visit.request)
  if (!isId(place)) {
    const errors = { place: office.frame.words.papers.placeMissing }
    return send(office, visit, paper, { form: { typed: {}, errors } }, 400)
  }
  await movePaper(office.gateway, paper.id, place, visit.staff.id)
  return visit.reply.redirect(`/admin/papers/${paper.number}`, 303)
}

/** What a look shows is in this answer and in no address. What its order's person has restricted it does not show. */
export async function look(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  if (!visit.staff.roles.includes('service')) {
    throw new Fault('forbidden', 'Your roles do not show you whose a paper is', {
      remedy: 'Ask somebody of service',
    })
  }
  const paper = await paperOf(office, visit)
  const { gateway } = office
  const order = await orderOf(gateway.database, paper.id)
  if (order !== null)
    await checkUnrestricted(gateway.database, { ...VIEWS.service, subject: order })
  const about = { company: visit.staff.id, subject: paper.id, because: BECAUSE }
  const { firstName, lastName, email } = await show(gateway, { ...VIEWS.service, ...about })
  const name = [firstName, lastName].filter((part) => part !== undefined).join(' ')
  return send(office, visit, paper, { owner: [name, email ?? ''].filter((line) => line !== '') })
}

export async function destroy(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { gateway, frame } = office
  const paper = await paperOf(office, visit)
  const members = await listStaff(gateway)
  const read = readDestruction(frame.words, visit.staff, members, submitted(visit.request))
  if ('errors' in read) return send(office, visit, paper, { form: read }, 400)
  await destroyPaper(gateway, paper.id, read)
  return visit.reply.redirect(`/admin/papers/${paper.number}`, 303)
}

export async function printCertificate(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const paper = await paperOf(office, visit)
  const written = certificate(office, paper, await listStaff(office.gateway))
  return visit.reply
    .header('content-disposition', `inline; filename=destruction-${paper.number}.pdf`)
    .header('cache-control', 'no-store')
    .type('application/pdf')
    .send(await writtenAsPdf(written))
}

async function paperOf({ gateway }: BackOffice, { request }: Visit): Promise<Paper> {
  const number = parameter(request, 'number')
  const paper = /^\d{1,15}$/.test(number)
    ? await findPaper(gateway.database, Number(number))
    : undefined
  if (paper !== undefined) return paper
  throw new Fault('not_found', 'There is no paper of this number', {
    remedy: 'Look at the register',
  })
}
