/**
 * `GET /privacy/revisions`: every revision of the policy that was in force, and what each changed (C9).
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StoredRevision } from '../../privacy/revision.ts'
import type { Shelves } from '../shelves.ts'
import { revisionsPage } from './page.tsx'

/** `revisions`: oldest first, as they were found at the start; one that is published later needs another start. */
export function showRevisions(shelves: Shelves, revisions: readonly StoredRevision[]) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const render = () => revisionsPage(shelves.frame, revisions)
    shelves.pages.send(request, reply, '/privacy/revisions', render)
  }
}
