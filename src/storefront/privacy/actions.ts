/**
 * `GET /privacy`: the policy, made out of the table that the store runs on.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Company } from '../../privacy/gateway.ts'
import type { Shelves } from '../shelves.ts'
import { privacyPage } from './page.tsx'

export function showPrivacy(shelves: Shelves, companies: readonly Company[]) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    shelves.pages.send(request, reply, '/privacy', () => privacyPage(shelves.frame, companies))
  }
}
