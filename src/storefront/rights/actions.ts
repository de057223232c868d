/**
 * `GET /privacy/data/:token/orders/:number`: what a person can do with the data of one order; `POST …/correction`,
 * `…/restriction` and `…/restriction/end` do it (art. 16 and 18 GDPR).
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { disclosuresOf } from '../../orders/disclosures.ts'
import { listOrders, type OrderSummary } from '../../orders/order.ts'
import { showOwner } from '../../privacy/gateway.ts'
import { holdsOf } from '../../privacy/legal-hold.ts'
import { rectify } from '../../privacy/rectification.ts'
import { recordOnline } from '../../privacy/requests.ts'
import { liftRestriction, restrict, restrictedSince } from '../../privacy/restriction.ts'
import { queried, submitted } from '../../web/body.ts'
import type { DataDesk } from '../own-data/desk.ts'
import { subjectsOfLink } from '../own-data/held.ts'
import { sendPage } from '../shelves.ts'
import { type CorrectionForm, heldForm, readCorrection, toldBefore } from './form.ts'
import { rightsPage } from './page.tsx'

type Sent = {
  readonly order: OrderSummary
  readonly done?: string
  readonly form?: CorrectionForm
}

type ByOrder = { Params: { readonly token: string; readonly number: string } }

export function showRights(desk: DataDesk) {
  return async (request: FastifyRequest<ByOrder>, reply: FastifyReply) => {
    const order = await orderOfLink(desk, request)
    const done = desk.frame.words.rights.done[queried(request, 'done')]
    return send(desk, request, reply, { order, ...(done && { done }) })
  }
}

export function correct(desk: DataDesk) {
  return async (request: FastifyRequest<ByOrder>, reply: FastifyReply) => {
    const order = await orderOfLink(desk, request)
    const { erasing, gateway, frame } = desk
    const held = await showOwner(gateway, order.id)
    const read = readCorrection(frame.words, submitted(request), held)
    if ('errors' in read) return send(desk, request, reply, { order, form: read }, 422)
    const changed = await rectify(erasing, gateway.vault, order.id, read.corrections)
    if (changed.length > 0) await recordOnline(gateway, 'rectification', 1, 'corrected')
    const done = changed.length > 0 ? 'corrected' : 'unchanged'
    return reply.redirect(`${placeOf(request)}?done=${done}`, 303)
  }
}

export function restrictUse(desk: DataDesk) {
  return async (request: FastifyRequest<ByOrder>, reply: FastifyReply) => {
    const { id, state } = await orderOfLink(desk, request)
    if (state === 'awaiting payment') {
      throw new Fault('conflict', 'This order has not been paid', {
        remedy: 'It ends by itself within a day',
      })
    }
    const set = await restrict(desk.erasing, [id], 'customer')
    if (set > 0) await recordOnline(desk.gateway, 'restriction', set, 'restricted')
    return reply.redirect(`${placeOf(request)}?done=restricted`, 303)
  }
}

export function liftUse(desk: DataDesk) {
  return async (request: FastifyRequest<ByOrder>, reply: FastifyReply) => {
    const { id } = await orderOfLink(desk, request)
    await liftRestriction(desk.erasing, [id])
    return reply.redirect(`${placeOf(request)}?done=lifted`, 303)
  }
}

async function send(
  desk: DataDesk,
  request: FastifyRequest<ByOrder>,
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
  return sendPage(reply, rightsPage(desk.frame, request.params.token, shown), status)
}

/** @throws {Fault} `not_found` for an order that the link does not open. */
async function orderOfLink(
  desk: DataDesk,
  { params: { token, number } }: FastifyRequest<ByOrder>,
): Promise<OrderSummary> {
  const { subjects } = await subjectsOfLink(desk, token)
  const orders = await listOrders(desk.gateway.database, { ids: subjects, limit: subjects.length })
  const order = orders.find((one) => String(one.number) === number)
  if (order !== undefined) return order
  throw new Fault('not_found', 'This link opens no order of that number', {
    remedy: 'Go back to your data',
  })
}

function placeOf({ params: { token, number } }: FastifyRequest<ByOrder>): string {
  return `/privacy/data/${token}/orders/${number}`
}
