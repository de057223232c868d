/**
 * `GET /privacy/data`, `POST /privacy/data`; behind each door `GET` its address, and its `.json`, `.csv` and `.pdf`
 *
 * Invariant: the answer to an address is the same, at the same time, whether or not it is known: the look-up begins
 * when the answer has left.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendDataLink } from '../../orders/data-link.ts'
import { isPersonal, Personal } from '../../privacy/personal.ts'
import { pageAsked, submitted } from '../../web/body.ts'
import { writtenAsPdf } from '../../web/document.ts'
import type { Afterwards } from '../afterwards.ts'
import { sendPage } from '../shelves.ts'
import { askPage, sentPage } from './ask.tsx'
import type { DataDesk } from './desk.ts'
import { asCsv, asJson } from './downloads.ts'
import { dataOf } from './held.ts'
import { type OpenDesk, opened } from './owner.ts'
import { dataPage } from './page.tsx'
import { dataPaper } from './paper.ts'

export type ByToken = { Params: { readonly token: string } }

export function showAsk({ frame }: DataDesk) {
  return (_: FastifyRequest, reply: FastifyReply) => sendPage(reply, askPage(frame))
}

export function askForLink({ frame, gateway }: DataDesk, afterwards: Afterwards) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const { email: typed = '' } = submitted(request)
    const email = Personal.read('email', typed)
    if (!isPersonal(email)) {
      const { ask } = frame.words.data
      const error = email.problem === 'missing' ? ask.missing : ask.wrong
      return sendPage(reply, askPage(frame, { typed, error }), 422)
    }
    afterwards(reply, 'data link', () => sendDataLink(gateway, email))
    return sendPage(reply, sentPage(frame))
  }
}

export function showData(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const data = await dataOf(desk, owner, pageAsked(request))
    return sendPage(reply, dataPage(desk.frame, owner, data))
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
