/**
 * `GET /privacy/data/:token/erasure`: what would go and what would stay; `POST` does it (C3.1, C3.2).
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { erase, preview } from '../../privacy/erasure.ts'
import { receiptToken } from '../../privacy/person-link.ts'
import type { ByToken } from '../own-data/actions.ts'
import type { DataDesk } from '../own-data/desk.ts'
import { dataOfLink, subjectsOfLink } from '../own-data/held.ts'
import { sendPage } from '../shelves.ts'
import { erasurePage } from './page.tsx'

export function showErasure(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { token } = request.params
    const data = await dataOfLink(desk, token)
    if (data.orders.length === 0) return reply.redirect(`/privacy/data/${token}`, 303)
    const subjects = data.orders.map(({ id }) => id)
    return sendPage(
      reply,
      erasurePage(desk.frame, token, data, await preview(desk.erasing, subjects)),
    )
  }
}

/** Sent twice, the second finds nothing, and says so. */
export function eraseAll(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { token } = request.params
    const { subjects } = await subjectsOfLink(desk, token)
    const entry = await erase(desk.erasing, subjects)
    if (entry === undefined) return reply.redirect(`/privacy/data/${token}`, 303)
    const receipt = receiptToken(desk.gateway.vault.keys, entry)
    return reply.redirect(`/privacy/receipts/${receipt}`, 303)
  }
}
