/**
 * `GET …/orders/:number` behind each door: what a person can do with the data of one order; `POST …/correction`,
 * `…/restriction` and `…/restriction/end` do it (art. 16 and 18 GDPR).
 *
 * `POST /orders/:token/restriction/end`: of an order whose deletion was asked for, on its own page, since no door leads
 * to it any more.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Transaction } from '../../base/database.ts'
import { Fault } from '../../base/failure.ts'
import { recordCorrection } from '../../orders/correction.ts'
import { disclosuresOf } from '../../orders/disclosures.ts'
import { throughLink } from '../../orders/link.ts'
import { listOrders, type OrderSummary } from '../../orders/order.ts'
import { isErasureAsked } from '../../privacy/erasure-request.ts'
import { showOwner } from '../../privacy/gateway.ts'
import { holdsOf } from '../../privacy/legal-hold.ts'
import { type Corrected, rectify } from '../../privacy/rectification.ts'
import { recordOnline } from '../../privacy/requests.ts'
import { liftRestriction, restrict, restrictedSince } from '../../privacy/restriction.ts'
import { submitted } from '../../web/body.ts'
import { doneOf } from '../../web/notice.tsx'
import type { ContactForm } from '../contact-input.tsx'
import type { DataDesk } from '../own-data/desk.ts'
import { type Asked, type OpenDesk, type Owner, opened } from '../own-data/owner.ts'
import { sendPage } from '../shelves.ts'
import { heldForm, readCorrection, toldBefore } from './form.ts'
import { rightsPage } from './page.tsx'

type Sent = {
  readonly order: OrderSummary
  readonly done?: string
  readonly form?: ContactForm
}

type ByToken = { Params: { readonly token: string } }

export function showRights(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const order = await orderOf(desk, owner, request)
    const done = doneOf(request, desk.frame.words.rights.done)
    return send(desk, owner, reply, { order, ...(done && { done }) })
  })
}

export function correct(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const order = await orderOf(desk, owner, request)
    const { erasing, gateway, frame } = desk
    const held = await showOwner(gateway, order.id)
    const read = readCorrection(frame.words, submitted(request), held)
    if ('errors' in read) return send(desk, owner, reply, { order, form: read }, 422)
    const record = async (tx: Transaction, corrected: Corrected) => {
      await recordCorrection('customer')(tx, corrected)
      await recordOnline({ ...gateway, database: tx }, 'rectification', 1, 'corrected')
    }
    const changed = await rectify(erasing, gateway.vault, order.id, read.corrections, record)
    const done = changed.length > 0 ? 'corrected' : 'unchanged'
    return reply.redirect(`${placeOf(owner, order)}?done=${done}`, 303)
  })
}

export function restrictUse(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const order = await orderOf(desk, owner, request)
    if (order.state === 'awaiting payment') {
      throw new Fault('conflict', 'This order has not been paid', {
        remedy: 'It ends by itself within a day',
      })
    }
    const record = (tx: Transaction, count: number) =>
      recordOnline({ ...desk.gateway, database: tx }, 'restriction', count, 'restricted')
    await restrict(desk.erasing, [order.id], 'customer', { record })
    return reply.redirect(`${placeOf(owner, order)}?done=restricted`, 303)
  })
}

export function liftUse(desk: OpenDesk) {
  return opened(desk, async (owner, request, reply) => {
    const order = await orderOf(desk, owner, request)
    await liftRestriction(desk.erasing, [order.id])
    return reply.redirect(`${placeOf(owner, order)}?done=lifted`, 303)
  })
}

export function liftOnPage({ gateway, erasing }: DataDesk) {
  const { database, vault } = gateway
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { token } = request.params
    const opened = await throughLink(vault.keys, database, token, isErasureAsked)
    if (opened?.found !== true) {
      throw new Fault('not_found', 'There is no order at this address that is to be deleted', {
        remedy: 'Lift the restriction in your data',
      })
    }
    await liftRestriction(erasing, [opened.orderId])
    return reply.redirect(`/orders/${token}`, 303)
  }
}

async function send(
  desk: OpenDesk,
  owner: Owner,
  reply: FastifyReply,
  { order, done, form }: Sent,
  status = 200,
) {
  const { database } = desk.gateway
  const [restricted, holds, held, told] = await Promise.all([
    restrictedSince(database, [order.id]),
    holdsOf(database, [order.id]),
    showOwner(desk.gateway, order.id),
    disclosuresOf(database, order.id),
  ])
  const acts = { restricted: restricted.get(order.id), hold: holds.get(order.id), done }
  const shown = { ...acts, order, form: form ?? heldForm(held), told: toldBefore(told) }
  return sendPage(reply, rightsPage(desk.frame, owner, shown), status)
}

/** @throws {Fault} `not_found` for an order that is not the owner's. */
async function orderOf(
  { gateway }: OpenDesk,
  { subjects }: Owner,
  { params: { number } }: Asked,
): Promise<OrderSummary> {
  const orders = await listOrders(gateway.database, { ids: subjects, limit: subjects.length })
  const order = orders.find((one) => String(one.number) === number)
  if (order !== undefined) return order
  throw new Fault('not_found', 'There is no order of that number among yours', {
    remedy: 'Go back to your data',
  })
}

function placeOf({ place }: Owner, { number }: OrderSummary): string {
  return `${place}/orders/${number}`
}
