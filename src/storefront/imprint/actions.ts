/**
 * `GET /imprint`
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Shelves } from '../shelves.ts'
import { imprintPage } from './page.tsx'

export function showImprint({ frame, pages }: Shelves) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    pages.send(request, reply, '/imprint', () => imprintPage(frame))
}
