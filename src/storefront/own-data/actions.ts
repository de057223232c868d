/**
 * `GET /privacy/data`, `POST /privacy/data`; behind each door `GET` its address, and its `.json`, `.csv` and `.pdf`
 *
 * Invariant: the answer to an address is the same, at the same time, whether or not it is known: the look-up begins
 * when the answer has left.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { errorFields } from '../../base/log.ts'
import { sendDataLink } from '../../orders/data-link.ts'
import { isPersonal, Personal } from '../../privacy/personal.ts'
import { pageAsked, submitted } from '../../web/body.ts'
import { writtenAsPdf } from '../../web/document.ts'
import { sendPage } from '../shelves.ts'
import { askPage, sentPage } from './ask.tsx'
import type { DataDesk } from './desk.ts'
import { asCsv, asJson } from './downloads.ts'
import { dataOf } from './held.ts'
import { type OpenDesk, opened } from './owner.ts'
import { dataPage } from './page.tsx'
import { dataPaper } from './paper.ts'

/** Look-ups that may be under way. Whoever is turned away is so whatever they typed. */
const MOST_AT_ONCE = 100

export type ByToken = { Params: { readonly token: string } }

export function showAsk({ frame }: DataDesk) {
  return (_: FastifyRequest, reply: FastifyReply) => sendPage(reply, askPage(frame))
}

export function askForLink({ frame, gateway, log }: DataDesk, background: Set<Promise<void>>) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const { email: typed = '' } = submitted(request)
    const email = Personal.read('email', typed)
    if (!isPersonal(email)) {
      const { ask } = frame.words.data
      const error = email.problem === 'missing' ? ask.missing : ask.wrong
      return sendPage(reply, askPage(frame, { typed, error }), 422)
    }
    if (background.size >= MOST_AT_ONCE) throw tooMany()
    reply.raw.once('close', () => {
      const work = sendDataLink(gateway, email)
        .catch((error) => log('failed', { action: 'data link', ...errorFields(error) }))
        .finally(() => background.delete(work))
      background.add(work)
    })
    return sendPage(reply, sentPage(frame))
  }
}

export function showData(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const data = await dataOf(desk, owner, pageAsked(request))
    return sendPage(reply, dataPage(desk.frame, owner.place, data))
  })
}

export function downloadJson(desk: OpenDesk) {
  return opened(desk, async (owner, _, reply) =>
    sendFile(reply, 'my-data.json', 'application/json', asJson(await dataOf(desk, owner))),
  )
}

export function downloadCsv(desk: OpenDesk) {
  return opened(desk, async (owner, _, reply) =>
    sendFile(reply, 'my-data.csv', 'text/csv; charset=utf-8', asCsv(await dataOf(desk, owner))),
  )
}

/** Of one page of orders, as drawing takes its time: with thousands of them the other files hold all. */
export function downloadPdf(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const data = await dataOf(desk, owner, pageAsked(request))
    const pdf = await writtenAsPdf(dataPaper(desk.frame, data))
    return sendFile(reply, 'my-data.pdf', 'application/pdf', pdf)
  })
}

export function sendFile(reply: FastifyReply, name: string, type: string, file: string | Buffer) {
  reply.header('content-disposition', `attachment; filename="${name}"`)
  return reply.type(type).send(Buffer.from(file))
}

function tooMany(): Fault {
  return new Fault('too_many_attempts', 'Too many people ask for their data just now', {
    remedy: 'Try again in a minute',
  })
}
