/**
 * `GET /`
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Shelves } from '../shelves.ts'
import { homePage } from './page.tsx'

export function showHome(shelves: Shelves) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    shelves.pages.send(request, reply, '/', () => homePage(shelves))
}
