/**
 * `GET …/erasure` behind each door: what would go and what would stay; `POST` does it, now or in 72 hours with a way
 * back (C3.1, C3.2).
 *
 * Whoever has an account and orders says whether both are meant or the account alone: an order keeps its own key, and
 * does not end with the account.
 */

import type { FastifyReply } from 'fastify'
import type { Id } from '../../base/ids.ts'
import { accountsAmong } from '../../customers/account.ts'
import { announceWaiting } from '../../orders/data-link.ts'
import { type Erasing, erase, preview } from '../../privacy/erasure.ts'
import { eraseLater } from '../../privacy/erasure-later.ts'
import { deletionToken, receiptToken } from '../../privacy/person-link.ts'
import { recordOnline } from '../../privacy/requests.ts'
import { submitted } from '../../web/body.ts'
import { takeCookie } from '../../web/cookies.ts'
import { dataOf } from '../own-data/held.ts'
import { type OpenDesk, type Owner, opened } from '../own-data/owner.ts'
import { sendPage } from '../shelves.ts'
import { erasurePage } from './page.tsx'

export function showErasure(desk: OpenDesk) {
  return opened(desk, async (owner, _, reply) => {
    const data = await dataOf(desk, owner)
    const subjects = [...data.accounts, ...data.orders.map(({ id }) => id)]
    if (subjects.length === 0) return reply.redirect(owner.place, 303)
    // Whoever comes by the account means the account first.
    const what = owner.account === undefined ? 'all' : 'account'
    const foreseen = await preview(desk.erasing, subjects)
    return sendPage(reply, erasurePage(desk.frame, { owner, what, data, preview: foreseen }))
  })
}

/** Sent twice, the second finds nothing, and says so. */
export function eraseAll(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const { when, what } = submitted(request)
    const { database } = desk.gateway
    const { subjects: all } = owner
    const subjects = what === 'account' ? await accountsAmong(database, all) : all
    if (when === 'later') return wait(desk, owner, subjects, reply)
    const entry = await erase(recording(desk, subjects), subjects)
    if (entry === undefined) return reply.redirect(owner.place, 303)
    // The account by which they came has ended in either case, and its sessions with it.
    if (owner.account !== undefined) takeCookie(reply, '__Host-session')
    const receipt = receiptToken(desk.gateway.vault.keys, entry)
    return reply.redirect(`/privacy/receipts/${receipt}`, 303)
  })
}

/** An erasure that is recorded as a request in its own transaction, with the notices to companies. */
function recording({ erasing, gateway }: OpenDesk, subjects: readonly Id[]): Erasing {
  return {
    ...erasing,
    async tell(tx, known, mailbox) {
      await recordOnline({ ...gateway, database: tx }, 'erasure', subjects.length, 'erased')
      return erasing.tell(tx, known, mailbox)
    },
  }
}

/**
 * Asked twice, the first waits, and the page of the data says so. The way back goes to the account's own address where
 * somebody came by it: an order may have been placed with another.
 */
async function wait(
  { erasing, gateway }: OpenDesk,
  { place, account }: Owner,
  subjects: readonly Id[],
  reply: FastifyReply,
) {
  const entry = await eraseLater(erasing, subjects, async (tx, newest) => {
    await announceWaiting(gateway, tx, account ?? newest)
    await recordOnline({ ...gateway, database: tx }, 'erasure', subjects.length, 'waits')
  })
  if (entry === undefined) return reply.redirect(place, 303)
  return reply.redirect(`/privacy/deletions/${deletionToken(gateway.vault.keys, entry)}`, 303)
}
