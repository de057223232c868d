/**
 * What staff do with an order: look, pack, book the parcel, print its label, cancel, refund, settle an
 * unclear refund, hold.
 *
 * Each action ends in a redirect to the order's page, so that loading a page again does nothing twice. One that comes
 * too late, or a second time, finds the order in another state and is told so on the same page.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { isId } from '../../base/ids.ts'
import { changeState, type Order } from '../../orders/order.ts'
import { SETTLEMENTS } from '../../payments/unclear-refund.ts'
import { show } from '../../privacy/gateway.ts'
import { endHold, setHold } from '../../privacy/legal-hold.ts'
import { PRINTING } from '../../staff/reasons.ts'
import { VIEWS } from '../../staff/roles.ts'
import { parameter, submitted } from '../../web/body.ts'
import { doneOf } from '../../web/notice.tsx'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { lookAt } from './_look.ts'
import { loadSheet, orderNumbered } from './_sheet.ts'
import { readArticles, readHold, readLook, readRefund } from './form.ts'
import { orderPage, type Shown } from './page.tsx'

export async function showOrder(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const done = doneOf(visit.request, office.frame.words.backoffice.order.done)
  return send(office, visit, done === undefined ? {} : { done }, 200)
}

/** For an address that only takes a form, when its page is loaded again. */
export async function goToOrder(_: BackOffice, { request, reply }: Visit): Promise<FastifyReply> {
  return reply.redirect(`/admin/orders/${Number(parameter(request, 'number')) || ''}`, 303)
}

export async function look(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const order = await orderOf(office, visit)
  const wanted = readLook(office.frame.words, visit.staff.roles, submitted(visit.request))
  if ('error' in wanted) return send(office, visit, { errors: { reason: wanted.error } }, 400)
  const viewer = { by: visit.staff.id, orderId: order.id, reason: wanted.reason }
  const seen = await lookAt(office.gateway, wanted.view, viewer)
  return send(office, visit, { look: seen }, 'refusal' in seen ? 403 : 200)
}

export async function pack(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return act(office, visit, 'packing', ({ id }) =>
    office.gateway.database.transaction((tx) =>
      changeState(
        tx,
        id,
        ['paid'],
        'packed',
        { kind: 'packed', by: visit.staff.id },
        office.gateway.clock(),
      ),
    ),
  )
}

export async function book(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return act(office, visit, 'shipment', ({ id }) => office.requestShipment(id, visit.staff.id))
}

export async function cancel(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return act(office, visit, 'cancellation', ({ id }) =>
    office.cancelOrder({ orderId: id, by: visit.staff.id }),
  )
}

export async function refund(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const order = await orderOf(office, visit)
  const wanted = readRefund(office.frame.words, order, submitted(visit.request))
  if ('error' in wanted) {
    const { error, typed, isPaidOtherwise } = wanted
    const amount = { typed, isPaidOtherwise }
    return send(office, visit, { errors: { amount: error }, amount }, 400)
  }
  return act(office, visit, doneWith(wanted), async ({ id, refundedMinor }) => {
    if (refundedMinor !== wanted.seenRefundedMinor) throw refundedMeanwhile()
    await office.requestRefund({ orderId: id, by: visit.staff.id, ...wanted })
  })
}

export async function refundArticles(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { database } = office.gateway
  const sheet = await loadSheet(database, parameter(visit.request, 'number'))
  const wanted = readArticles(office.frame.words, sheet, submitted(visit.request))
  if ('errors' in wanted) return send(office, visit, wanted, 400)
  return act(office, visit, doneWith(wanted), async ({ id, refundedMinor }) => {
    if (refundedMinor !== wanted.seenRefundedMinor) throw refundedMeanwhile()
    await office.requestRefund({ orderId: id, by: visit.staff.id, ...wanted })
  })
}

export async function settleRefund(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { refund: id = '', as: said } = submitted(visit.request)
  const as = SETTLEMENTS.find((one) => one === said)
  if (!isId(id) || as === undefined) return send(office, visit, {}, 400)
  const by = visit.staff.id
  return act(office, visit, 'refund-settled', ({ id: orderId }) =>
    office.settleRefund({ orderId, id, by, as }),
  )
}

export async function hold(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const order = await orderOf(office, visit)
  const today = office.gateway.clock().toZonedDateTimeISO('UTC').toPlainDate().toString()
  const wanted = readHold(office.frame.words, order, today, submitted(visit.request))
  if ('errors' in wanted) return send(office, visit, wanted, 400)
  return act(office, visit, 'hold', ({ id: subject }) =>
    setHold(office.erasing, { ...wanted, subject, by: visit.staff.id }),
  )
}

export async function releaseHold(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return act(office, visit, 'hold-ended', ({ id }) => endHold(office.erasing, id))
}

/** The label as a PDF. It bears the address, so it comes through the gateway, while the order is open. */
export async function printLabel(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { id, number } = await orderOf(office, visit)
  const { label } = await show(office.gateway, {
    ...VIEWS.packing,
    company: visit.staff.id,
    subject: id,
    because: PRINTING,
  })
  if (label === undefined) {
    throw new Fault('not_found', 'This order has no label', { remedy: 'Book its parcel first' })
  }
  return visit.reply
    .header('content-disposition', `inline; filename=label-${number}.pdf`)
    .header('cache-control', 'no-store')
    .type('application/pdf')
    .send(Buffer.from(label, 'base64'))
}

/** Acts, and leads back to the order's page; a conflict is told there. */
async function act(
  office: BackOffice,
  visit: Visit,
  done: string,
  deed: (order: Order) => Promise<unknown>,
): Promise<FastifyReply> {
  const order = await orderOf(office, visit)
  try {
    await deed(order)
  } catch (error) {
    const problem = toldOnPage(error)
    if (problem === undefined) throw error
    return send(office, visit, { problem }, 409)
  }
  return visit.reply.redirect(`/admin/orders/${order.number}?done=${done}`, 303)
}

function toldOnPage(error: unknown): Fault | undefined {
  const told = ['conflict', 'customs_data_missing', 'destination_not_served']
  return error instanceof Fault && told.includes(error.code) ? error : undefined
}

function orderOf({ gateway }: BackOffice, { request }: Visit): Promise<Order> {
  return orderNumbered(gateway.database, parameter(request, 'number'))
}

async function send(
  office: BackOffice,
  { staff, request, reply }: Visit,
  shown: Shown,
  status: number,
): Promise<FastifyReply> {
  const sheet = await loadSheet(office.gateway.database, parameter(request, 'number'))
  return sendPage(reply, orderPage(office, staff, sheet, shown), status)
}

function doneWith({ isPaidOtherwise }: { readonly isPaidOtherwise: boolean }): string {
  return isPaidOtherwise ? 'refund-entered' : 'refund'
}

function refundedMeanwhile(): Fault {
  return new Fault('conflict', 'Something was refunded since this form was shown', {
    remedy: 'Look at what is left, and refund again if it is still right',
  })
}
