/**
 * `GET /orders/:token`: an order's own page, for whoever holds its secret link.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { accountOfOrder } from '../../orders/belonging.ts'
import { disclosuresOf } from '../../orders/disclosures.ts'
import { throughLink } from '../../orders/link.ts'
import { findOrder } from '../../orders/order.ts'
import { isErasureAsked } from '../../privacy/erasure-request.ts'
import { showOwner } from '../../privacy/gateway.ts'
import { isRestricted } from '../../privacy/restriction.ts'
import { signedIn } from '../account/visit.ts'
import type { Counter } from '../counter.ts'
import { sendPage } from '../shelves.ts'
import { orderPage } from './page.tsx'

type Route = { Params: { readonly token: string } }

export function showOrder(counter: Counter) {
  const { gateway } = counter.checkout.payments
  const { database, vault } = gateway
  return async (request: FastifyRequest<Route>, reply: FastifyReply) => {
    const { token } = request.params
    const visitor = await signedIn({ gateway }, request)
    const opened = await throughLink(vault.keys, database, token, (on, id) =>
      Promise.all([
        findOrder(on, id),
        showOwner(gateway, id, on),
        disclosuresOf(on, id),
        visitor && accountOfOrder(on, id),
        isRestricted(on, id),
        isErasureAsked(on, id),
      ]),
    )
    if (opened === undefined) throw notThere()
    const [order, person, disclosures, account, restricted, erasureAsked] = opened.found
    if (order === undefined) throw notThere()
    const { events } = opened
    const isOwn = visitor !== undefined && account === visitor.account
    const belonging = visitor === undefined ? 'unknown' : isOwn ? 'own' : 'not own'
    const shown = { token, order, person, events, disclosures, restricted, erasureAsked }
    return sendPage(reply, orderPage(counter, { ...shown, belonging }))
  }
}

function notThere(): Fault {
  return new Fault('not_found', 'There is no order at this address', {
    remedy: 'Use the whole link from the confirmation mail',
  })
}
