/**
 * Lists of orders: by state, by page, and what a search found.
 *
 * Invariant: what somebody searched for is turned into a look-up value and forgotten; it is in no address, log or row.
 */

import type { FastifyReply } from 'fastify'
import { isId } from '../../base/ids.ts'
import { findByNumber, listOrders, type OrderState, type OrderSummary } from '../../orders/order.ts'
import { findSubjects } from '../../privacy/vault.ts'
import { viewsOf } from '../../staff/roles.ts'
import type { SignedIn } from '../../staff/session.ts'
import { queried, submitted } from '../../web/body.ts'
import { sendPage, type Visit } from '../_visit.ts'
import { OPEN_STATES } from '../conditions.ts'
import type { BackOffice } from '../office.ts'
import { readSearch } from './form.ts'
import { foundPage, ordersPage } from './page.tsx'

const PAGE = 50

const STATES: readonly OrderState[] = [
  'awaiting payment',
  'paid',
  'packed',
  'shipped',
  'delivered',
  'cancelled',
]

export async function goToOrders(_: BackOffice, { reply }: Visit): Promise<FastifyReply> {
  return reply.redirect('/admin/orders', 303)
}

export async function showOrders(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { request, reply, staff } = visit
  const asked = queried(request, 'state')
  const state = STATES.find((name) => name === asked)
  const from = queried(request, 'before')
  const before = isId(from) ? from : undefined
  const found = await listOrders(office.gateway.database, { state, before, limit: PAGE + 1 })
  const orders = found.slice(0, PAGE)
  const older = found.length > PAGE ? orders.at(-1)?.id : undefined
  return sendPage(reply, ordersPage(office, staff, { orders, state, older, isFirst: !before }))
}

export async function search(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { request, reply, staff } = visit
  const sent = submitted(request)
  const wanted = readSearch(office.frame.words, staff.roles, sent)
  if (wanted.by === 'nothing') {
    const searched = { typed: (sent.q ?? '').trim(), isWrong: true }
    const { error } = wanted
    return sendPage(reply, foundPage(office, staff, { orders: [], searched, error }), 400)
  }
  if (wanted.by === 'number') {
    const order = await findByNumber(office.gateway.database, wanted.number)
    if (order !== undefined) return reply.redirect(`/admin/orders/${order.number}`, 303)
    return sendPage(reply, foundPage(office, staff, { orders: [] }))
  }
  const orders = await findByPerson(office, staff, wanted)
  const [only, second] = orders
  if (only !== undefined && second === undefined) {
    return reply.redirect(`/admin/orders/${only.number}`, 303)
  }
  return sendPage(reply, foundPage(office, staff, { orders }))
}

/** Who packs and nothing else finds orders that are open, since the others are none of their business (C8.1). */
async function findByPerson(
  { gateway }: BackOffice,
  { roles }: SignedIn,
  { by, value }: { readonly by: 'email' | 'lastName'; readonly value: string },
): Promise<readonly OrderSummary[]> {
  const { vault, database } = gateway
  const ids = await findSubjects(vault, database, by, value, PAGE)
  const orders = await listOrders(database, { ids, limit: PAGE })
  if (viewsOf(roles).includes('service')) return orders
  return orders.filter(({ state }) => OPEN_STATES.includes(state))
}
