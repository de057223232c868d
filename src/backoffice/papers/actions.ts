/**
 * `GET /admin/papers`: the register; `POST` takes a paper in, `POST …/places` adds a place, `…/places/end` closes one.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { isId } from '../../base/ids.ts'
import { addPlace, closePlace, listPlaces } from '../../paper/places.ts'
import { listPapers, registerPaper } from '../../paper/register.ts'
import { submitted } from '../../web/body.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { EMPTY, type PaperForm, readPaper, readPlace } from './form.ts'
import { papersPage } from './page.tsx'

export function showPapers(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return send(office, visit, {})
}

type Forms = { readonly paper?: PaperForm; readonly place?: PaperForm; readonly problem?: string }

async function send(
  office: BackOffice,
  { staff, reply }: Visit,
  { paper = EMPTY, place = EMPTY, problem }: Forms,
  status = 200,
): Promise<FastifyReply> {
  const { database } = office.gateway
  const [papers, places] = await Promise.all([listPapers(database), listPlaces(database)])
  return sendPage(
    reply,
    papersPage(office, staff, { papers, places, paper, place, problem }),
    status,
  )
}

export async function register(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { gateway, frame } = office
  const read = await readPaper(frame.words, gateway.database, submitted(visit.request))
  if ('errors' in read) return send(office, visit, { paper: read }, 400)
  const number = await registerPaper(gateway, { ...read, by: visit.staff.id })
  return visit.reply.redirect(`/admin/papers/${number}?done=taken`, 303)
}

export async function addAPlace(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { gateway, frame } = office
  const typed = submitted(visit.request)
  const read = readPlace(frame.words, typed)
  if ('errors' in read) return send(office, visit, { place: read }, 400)
  try {
    await addPlace(gateway, read.name, read.securedBy)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'conflict') throw error
    return send(office, visit, { place: { typed, errors: { name: error.message } } }, 409)
  }
  return visit.reply.redirect('/admin/papers', 303)
}

export async function endPlace(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { place = '' } = submitted(visit.request)
  try {
    if (isId(place)) await closePlace(office.gateway, place)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'conflict') throw error
    return send(office, visit, { problem: `${error.message}. ${error.remedy}.` }, 409)
  }
  return visit.reply.redirect('/admin/papers', 303)
}
