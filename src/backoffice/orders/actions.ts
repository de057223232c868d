/**
 * Lists of orders: by state, by page, and what a search found.
 *
 * Invariant: what somebody searched for is turned into a look-up value and forgotten; it is in no address, log or row.
 */

import type { FastifyReply } from 'fastify'
import { type Id, isId } from '../../base/ids.ts'
import { findByNumber, listOrders, ORDER_STATES, type OrderSummary } from '../../orders/order.ts'
import { ordersWithFailures } from '../../payments/failed-refund.ts'
import { ordersWithUnclear } from '../../payments/unclear-refund.ts'
import { queried, submitted } from '../../web/body.ts'
import { type ByPerson, findByPerson } from '../_found.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { readSearch } from './form.ts'
import { foundPage, ordersPage } from './page.tsx'

const PAGE = 50
export async function goToOrders(_: BackOffice, { reply }: Visit): Promise<FastifyReply> {
  return reply.redirect('/admin/orders', 303)
}

export async function showOrders(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { request, reply, staff } = visit
  const asked = queried(request, 'state')
  const state = ORDER_STATES.find((name) => name === asked)
  const before = placeIn(queried(request, 'before'))
  const { database } = office.gateway
  const [found, unclear, failures] = await Promise.all([
    listOrders(database, { state, before, limit: PAGE + 1 }),
    ordersWithUnclear(database),
    ordersWithFailures(office.gateway),
  ])
  const listed = { ...paged(found), state, isFirst: !before, unclear, failures }
  return sendPage(reply, ordersPage(office, staff, listed))
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
    return showFound(office, visit, wanted.or, placeIn(sent.before ?? ''))
  }
  return showFound(office, visit, [wanted], placeIn(sent.before ?? ''))
}

/** What the first search finds that finds anything. */
async function showFound(
  office: BackOffice,
  { reply, staff }: Visit,
  searches: readonly ByPerson[],
  before: Id | undefined,
): Promise<FastifyReply> {
  for (const search of searches) {
    const found = await findByPerson(office, staff, search, { before, limit: PAGE + 1 })
    const [only, second] = found
    if (only === undefined) continue
    if (second === undefined && before === undefined)
      return reply.redirect(`/admin/orders/${only.number}`, 303)
    return sendPage(reply, foundPage(office, staff, { ...paged(found), wanted: search.value }))
  }
  return sendPage(reply, foundPage(office, staff, { orders: [] }))
}

/** A page of what was found, and its last order when there are older ones. */
function paged(found: readonly OrderSummary[]) {
  const orders = found.slice(0, PAGE)
  return { orders, older: found.length > PAGE ? orders.at(-1)?.id : undefined }
}

function placeIn(text: string): Id | undefined {
  return isId(text) ? text : undefined
}
