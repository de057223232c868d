/**
 * `GET /privacy/data/:token/erasure`: what would go and what would stay; `POST` does it, now
 * or in 72 hours with a way back (C3.1, C3.2).
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Id } from '../../base/ids.ts'
import { announceWaiting } from '../../orders/data-link.ts'
import { erase, preview } from '../../privacy/erasure.ts'
import { eraseLater } from '../../privacy/erasure-later.ts'
import { deletionToken, receiptToken } from '../../privacy/person-link.ts'
import { recordOnline } from '../../privacy/requests.ts'
import { submitted } from '../../web/body.ts'
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
    if (submitted(request).when === 'later') return wait(desk, token, subjects, reply)
    const entry = await erase(desk.erasing, subjects)
    if (entry === undefined) return reply.redirect(`/privacy/data/${token}`, 303)
    await recordOnline(desk.gateway, 'erasure', subjects.length, 'erased')
    const receipt = receiptToken(desk.gateway.vault.keys, entry)
    return reply.redirect(`/privacy/receipts/${receipt}`, 303)
  }
}

/** Asked twice, the first waits, and the page of the data says so. */
async function wait(
  { erasing, gateway }: DataDesk,
  token: string,
  subjects: readonly Id[],
  reply: FastifyReply,
) {
  const entry = await eraseLater(erasing, subjects, (tx, subject) =>
    announceWaiting(gateway, tx, subject),
  )
  if (entry === undefined) return reply.redirect(`/privacy/data/${token}`, 303)
  await recordOnline(gateway, 'erasure', subjects.length, 'waits')
  return reply.redirect(`/privacy/deletions/${deletionToken(gateway.vault.keys, entry)}`, 303)
}
