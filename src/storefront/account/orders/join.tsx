/** The pages around an order that joins: the answer to whoever asked, and what the link opens. */

import { formatMoney, money } from '../../../base/money.ts'
import type { Order } from '../../../orders/order.ts'
import type { Frame } from '../../../web/frame.ts'
import { Moment } from '../../../web/moment.tsx'
import { accountPage } from '../layout.tsx'
import { PATH } from './page.tsx'

/** The same whatever was found. */
export function sentPage(frame: Frame): string {
  const { sent } = frame.words.ownOrders
  return accountPage(
    frame,
    { title: sent.title, path: PATH },
    <>
      <h1>{sent.title}</h1>
      <p>{sent.text}</p>
      <p>{sent.same}</p>
      <p class="quiet small">
        {sent.again} <a href={PATH}>{sent.back}</a>
      </p>
    </>,
  )
}

/** Only its form joins: programs that look at mails for their reader follow links too. */
export function joinPage(frame: Frame, token: string, order: Order): string {
  const { ownOrders, data } = frame.words
  const { join: words } = ownOrders
  const title = words.title(order.number)
  return accountPage(
    frame,
    { title, path: PATH },
    <>
      <h1>{title}</h1>
      <p>{words.lead}</p>
      <dl class="facts">
        <dt>{ownOrders.placed}</dt>
        <dd>
          <Moment frame={frame} at={order.placedAt} />
        </dd>
        <dt>{ownOrders.total}</dt>
        <dd>{formatMoney(money(order.totalMinor, order.currency), frame.shop.language)}</dd>
      </dl>
      <form action={`${PATH}/join/${token}`} method="post">
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
          <a href={PATH}>{words.not}</a>
        </div>
      </form>
      <p class="quiet small">{data.times}</p>
    </>,
  )
}
