/**
 * `GET` and `POST /account/orders/:number/removal`: an order is taken out of the account, and stays what it is.
 *
 * Invariant: of an order of somebody else the answer is that of an order which is not there.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../../base/failure.ts'
import { formatMoney, money } from '../../../base/money.ts'
import { ownOrder, takeOut as takeOutOf } from '../../../orders/belonging.ts'
import { currentLink } from '../../../orders/link.ts'
import type { Order } from '../../../orders/order.ts'
import type { Gateway } from '../../../privacy/gateway.ts'
import { parameter } from '../../../web/body.ts'
import type { Frame } from '../../../web/frame.ts'
import { Moment } from '../../../web/moment.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { accountPage } from '../layout.tsx'
import type { Visit } from '../visit.ts'
import { PATH } from './page.tsx'

export async function showRemoval(
  { frame, gateway }: AccountDesk,
  visit: Visit,
): Promise<FastifyReply> {
  const order = await orderAsked(gateway, visit)
  const link = await currentLink(gateway.vault.keys, gateway.database, order.id)
  return sendPage(visit.reply, removalPage(frame, order, `/orders/${link}`))
}

export async function takeOut({ gateway }: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { id } = await orderAsked(gateway, visit)
  const { database, vault } = gateway
  await takeOutOf(database, vault.endings, id, visit.account)
  return visit.reply.redirect(`${PATH}?done=out`, 303)
}

async function orderAsked({ database }: Gateway, { account, request }: Visit): Promise<Order> {
  const number = parameter(request, 'number')
  const isNumber = /^\d{1,15}$/.test(number)
  const order = isNumber ? await ownOrder(database, account, Number(number)) : undefined
  if (order !== undefined) return order
  throw new Fault('not_found', 'There is no such order in this account', {
    remedy: 'Look at the list of your orders at /account/orders',
  })
}

function removalPage(frame: Frame, order: Order, link: string): string {
  const { ownOrders, data } = frame.words
  const { removal: words } = ownOrders
  const title = words.title(order.number)
  return accountPage(
    frame,
    { title, path: PATH },
    <>
      <h1>{title}</h1>
      <p>{words.lead}</p>
      <p>
        {words.keep} <a href={link}>{words.page(order.number)}</a>
      </p>
      <dl class="facts">
        <dt>{ownOrders.placed}</dt>
        <dd>
          <Moment frame={frame} at={order.placedAt} />
        </dd>
        <dt>{ownOrders.total}</dt>
        <dd>{formatMoney(money(order.totalMinor, order.currency), frame.shop.language)}</dd>
      </dl>
      <form action={`${PATH}/${order.number}/removal`} method="post">
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
          <a href={PATH}>{ownOrders.join.not}</a>
        </div>
      </form>
      <p class="quiet small">{words.held}</p>
      <p class="quiet small">{data.times}</p>
    </>,
  )
}
