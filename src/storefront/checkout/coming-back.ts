/**
 * `GET /checkout/return`, `GET /checkout/cancelled`, `POST /checkout/cancelled`: back from the processor's page.
 *
 * C1: which order the browser comes back for is in its cookie `__Host-payment`, which is that order's link.
 *
 * Invariant: an address that is opened ends no payment, whoever or whatever opens it: only the form does.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import type { Id } from '../../base/ids.ts'
import { throughLink } from '../../orders/link.ts'
import { type OrderState, stateOf } from '../../orders/order.ts'
import { askProcessor, cancelPayment } from '../../payments/payment.ts'
import { readCookies } from '../../privacy/cookies.ts'
import { takeCookie } from '../../web/cookies.ts'
import type { Counter } from '../counter.ts'
import { sendPage } from '../shelves.ts'
import { cancelledPage, returnedPage, unpaidPage } from './pay.tsx'

/** The webhook has mostly been here first; if not, the processor is asked. */
export function comeBack(counter: Counter) {
  const { payments } = counter.checkout
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const coming = await orderComingBack(counter, request)
    if (coming === undefined) return sendPage(reply, returnedPage(counter))
    const { orderId, page, state } = coming
    if (state === undefined) return sendPage(reply, cancelledPage(counter))
    if (state === 'awaiting payment') await askProcessor(payments, orderId).catch(unlessUnreachable)
    takeCookie(reply, '__Host-payment')
    return reply.redirect(page, 303)
  }
}

/** Back without having paid, as it seems: the page whose form says so. */
export function comeBackUnpaid(counter: Counter) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const coming = await orderComingBack(counter, request)
    if (coming?.state === undefined) return sendPage(reply, cancelledPage(counter))
    if (coming.state === 'awaiting payment') return sendPage(reply, unpaidPage(counter))
    return reply.redirect(coming.page, 303)
  }
}

/** Ends the payment. Whoever paid after all is shown the order; sent twice, the second finds it done. */
export function endUnpaid(counter: Counter) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const page = await endWaiting(counter, await orderComingBack(counter, request))
    takeCookie(reply, '__Host-payment')
    return reply.redirect(page ?? '/checkout/cancelled', 303)
  }
}

/**
 * Whoever comes back from the processor's page by the browser's own button and orders again, replaces what they had
 * ordered: its page ends, and its stock, which could be the last, is theirs. Returns the page of one that was paid.
 */
export async function endEarlier(
  counter: Counter,
  request: FastifyRequest,
): Promise<string | undefined> {
  const coming = await orderComingBack(counter, request)
  return coming?.state === 'awaiting payment' ? endWaiting(counter, coming) : undefined
}

/** The page of an order that was paid; undefined once nothing waits for a payment any more. */
async function endWaiting(
  { checkout }: Counter,
  coming: Coming | undefined,
): Promise<string | undefined> {
  if (coming?.state === undefined) return undefined
  const { orderId, page, state } = coming
  if (state !== 'awaiting payment') return page
  return (await cancelPayment(checkout.payments, orderId)) === 'paid' ? page : undefined
}

type Coming = {
  readonly orderId: Id
  readonly page: string
  readonly state: OrderState | undefined
}

/** The order that the browser's cookie names, and its page: what the cookie holds is the order's link. */
async function orderComingBack(
  { checkout }: Counter,
  request: FastifyRequest,
): Promise<Coming | undefined> {
  const token = readCookies(request.headers.cookie)['__Host-payment']
  if (token === undefined) return undefined
  const { vault, database } = checkout.payments.gateway
  const opened = await throughLink(vault.keys, database, token, stateOf)
  return opened && { orderId: opened.orderId, state: opened.found, page: `/orders/${token}` }
}

function unlessUnreachable(error: unknown): void {
  if (error instanceof Fault && error.code === 'unreachable') return
  throw error
}
