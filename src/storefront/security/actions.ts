/**
 * `GET /security`
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Shelves } from '../shelves.ts'
import { securityPage } from './page.tsx'

export function showSecurity({ frame, pages }: Shelves) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    pages.send(request, reply, '/security', () => securityPage(frame))
}
