/**
 * `GET /orders/:token`: an order's own page, for whoever holds its secret link.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { disclosuresOf } from '../../orders/disclosures.ts'
import { openLink } from '../../orders/link.ts'
import { findOrder, timeline } from '../../orders/order.ts'
import { showOwner } from '../../privacy/gateway.ts'
import type { Counter } from '../counter.ts'
import { sendPage } from '../shelves.ts'
import { orderPage } from './page.tsx'

type Route = { Params: { readonly token: string } }

export function showOrder(counter: Counter) {
  const { gateway } = counter.checkout.payments
  const { database, vault } = gateway
  return async (request: FastifyRequest<Route>, reply: FastifyReply) => {
    const id = await openLink(vault.keys, database, request.params.token)
    if (id === undefined) throw notThere()
    const [order, person, events, disclosures] = await database.together((on) =>
      Promise.all([
        findOrder(on, id),
        showOwner(gateway, id, on),
        timeline(on, id),
        disclosuresOf(on, id),
      ]),
    )
    if (order === undefined) throw notThere()
    return sendPage(reply, orderPage(counter, { order, person, events, disclosures }))
  }
}

function notThere(): Fault {
  return new Fault('not_found', 'There is no order at this address', {
    remedy: 'Use the whole link from the confirmation mail',
  })
}
