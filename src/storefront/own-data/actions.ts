/**
 * `GET /privacy/data`, `POST /privacy/data`; behind each door `GET` its address, and its `.json`, `.csv` and `.pdf`
 *
 * Invariant: the answer to an address is the same, at the same time, whether or not it is known: the look-up begins
 * when the answer has left.
 */

import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendDataLink } from '../../orders/data-link.ts'
import { isPersonal, Personal } from '../../privacy/personal.ts'
import { pageAsked, submitted } from '../../web/body.ts'
import { writtenAsPdf } from '../../web/document.ts'
import type { Afterwards } from '../afterwards.ts'
import { sendPage } from '../shelves.ts'
import { askPage, sentPage } from './ask.tsx'
import type { DataDesk } from './desk.ts'
import { asCsv, asJson, type NotHeld, type Parts } from './downloads.ts'
import { dataInParts, dataOf, ORDERS_A_PAGE } from './held.ts'
import { type Asked, type OpenDesk, type Owner, opened } from './owner.ts'
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
      return sendPage(reply, askPage(frame, { typed, errors: { email: error } }), 422)
    }
    afterwards(reply, 'data link', () => sendDataLink(gateway, email))
    return sendPage(reply, sentPage(frame))
  }
}

export function showData(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const data = await dataOf(desk, owner, pageOf(request))
    return sendPage(reply, dataPage(desk.frame, owner, data))
  })
}

export function downloadJson(desk: OpenDesk) {
  return opened(desk, async (owner, _, reply) =>
    sendParts(
      reply,
      'my-data.json',
      'application/json',
      asJson(partsOf(desk, owner), notHeldIn(desk)),
    ),
  )
}

export function downloadCsv(desk: OpenDesk) {
  return opened(desk, async (owner, _, reply) =>
    sendParts(
      reply,
      'my-data.csv',
      'text/csv; charset=utf-8',
      asCsv(partsOf(desk, owner), notHeldIn(desk)),
    ),
  )
}

/** Of one page of orders, as drawing takes its time: with thousands of them the other files hold all. */
export function downloadPdf(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const data = await dataOf(desk, owner, pageOf(request))
    const pdf = await writtenAsPdf(dataPaper(desk.frame, data))
    return sendFile(reply, 'my-data.pdf', 'application/pdf', pdf)
  })
}

export function sendFile(reply: FastifyReply, name: string, type: string, file: string | Buffer) {
  return asFile(reply, name, type).send(Buffer.from(file))
}

/** What fails on the way breaks off: nobody takes half of it for the whole. */
function sendParts(reply: FastifyReply, name: string, type: string, parts: AsyncIterable<string>) {
  return asFile(reply, name, type).send(Readable.from(parts, { objectMode: false }))
}

function pageOf(request: Asked) {
  return { page: pageAsked(request), orders: ORDERS_A_PAGE }
}

function notHeldIn({ frame }: DataDesk): NotHeld {
  return frame.words.data.notHeld.list
}

function partsOf(desk: DataDesk, owner: Owner): Parts {
  return () => dataInParts(desk, owner)
}

function asFile(reply: FastifyReply, name: string, type: string): FastifyReply {
  return reply.header('content-disposition', `attachment; filename="${name}"`).type(type)
}
