/**
 * `GET /privacy/transparency` and `/privacy/transparency.json`: the counts of each month that is over.
 *
 * A request reads a few stored rows and counts nothing; the page is made anew when a month has come.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Queries } from '../../base/database.ts'
import { publishedMonths } from '../../privacy/transparency.ts'
import { DAILY } from '../../web/headers.ts'
import type { Shelves } from '../shelves.ts'
import { transparencyPage } from './page.tsx'

export function showTransparency(shelves: Shelves, database: Queries) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const months = await publishedMonths(database)
    const key = `/privacy/transparency ${months[0]?.month ?? ''}`
    shelves.pages.send(request, reply, key, () => transparencyPage(shelves.frame, months))
    return reply
  }
}

export function sendTransparency(database: Queries) {
  return async (_: FastifyRequest, reply: FastifyReply) => {
    const months = await publishedMonths(database)
    return reply.header('cache-control', DAILY).send({ version: 1, fewerThanFive: null, months })
  }
}
