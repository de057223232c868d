/**
 * The pages around the payment: on the way to the processor, and back without having paid or an order to show.
 *
 * The way there is a page of ours that goes on by itself, and says what the processor is told (decision 0006).
 */

import { formatMoney, money } from '../../base/money.ts'
import type { Placed } from '../../checkout/place.ts'
import { PAYMENT_TIME } from '../../payments/payment.ts'
import { page } from '../../web/layout.tsx'
import type { Counter } from '../counter.ts'

export function payPage({ frame, checkout }: Counter, placed: Placed, totalMinor: number): string {
  const { pay } = frame.words.checkout
  const { currency, language } = frame.shop
  const { name } = checkout.payments.processor
  const { url } = placed.session
  return page(
    frame,
    { title: pay.title, unlisted: true, goesOnTo: url },
    <>
      <h1>{pay.title}</h1>
      <p>{pay.going(name)}</p>
      <p>{pay.told(name)}</p>
      <dl class="facts">
        <dt>{pay.reference}</dt>
        <dd>{placed.orderId}</dd>
        <dt>{pay.amount}</dt>
        <dd>{formatMoney(money(totalMinor, currency), language)}</dd>
        <dt>{pay.currency}</dt>
        <dd>{currency}</dd>
      </dl>
      <p>{pay.nothingElse}</p>
      <p class="actions">
        <a class="button" href={url} rel="noreferrer">
          {pay.go}
        </a>
      </p>
    </>,
  )
}

/** The form goes by itself where scripts run (`public/store.js`): opening the page alone ends nothing. */
export function unpaidPage({ frame }: Counter): string {
  const { unpaid } = frame.words.checkout
  return page(
    frame,
    { title: unpaid.title, unlisted: true },
    <>
      <h1>{unpaid.title}</h1>
      <p>{unpaid.text}</p>
      <form class="actions" action="/checkout/cancelled" method="post" data-goes-by-itself>
        <button class="button" type="submit">
          {unpaid.end}
        </button>
      </form>
      <p class="quiet">{unpaid.otherwise(PAYMENT_TIME.total('minutes'))}</p>
    </>,
  )
}

export function cancelledPage({ frame }: Counter): string {
  const { cancelled } = frame.words.checkout
  return page(
    frame,
    { title: cancelled.title, unlisted: true },
    <>
      <h1>{cancelled.title}</h1>
      <p>{cancelled.text}</p>
      <p class="actions">
        <a class="button" href="/cart">
          {cancelled.toCart}
        </a>
      </p>
    </>,
  )
}

export function returnedPage({ frame }: Counter): string {
  const { returned } = frame.words.checkout
  return page(
    frame,
    { title: returned.title, unlisted: true },
    <>
      <h1>{returned.title}</h1>
      <p>{returned.text}</p>
      <p class="actions">
        <a class="button" href="/">
          {returned.toShop}
        </a>
      </p>
    </>,
  )
}
