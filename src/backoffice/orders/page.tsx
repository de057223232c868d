/**
 * Lists of orders. Nothing in them is about a person.
 */

import type { Id } from '../../base/ids.ts'
import { formatMoney } from '../../base/money.ts'
import type { OrderState, OrderSummary } from '../../orders/order.ts'
import type { Failure } from '../../payments/failed-refund.ts'
import type { SignedIn } from '../../staff/session.ts'
import { ErrorSummary } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../../web/moment.tsx'
import type { Words } from '../../web/words/en.ts'
import { officePage, type Searched } from '../_layout.tsx'
import { StateBadge } from '../_state.tsx'
import type { BackOffice } from '../office.ts'

type Listed = {
  readonly orders: readonly OrderSummary[]
  readonly state: OrderState | undefined
  /** The last order of this page, when there are older ones. */
  readonly older: Id | undefined
  readonly isFirst: boolean
  /** Numbers of orders with a refund that may have been made. */
  readonly unclear: readonly number[]
  /** Numbers of orders with a refund that failed, by how. */
  readonly failures: ReadonlyMap<Failure, readonly number[]>
}

export function ordersPage(office: BackOffice, staff: SignedIn, listed: Listed): string {
  const { words } = office.frame
  const { orders: text } = words.backoffice
  const { orders, state, older, isFirst, unclear, failures } = listed
  return officePage(
    office,
    staff,
    { title: text.title, path: '/admin/orders' },
    <>
      <h1>{text.title}</h1>
      <ToLookAt text={text.unclear} numbers={unclear} />
      {[...failures].map(([failure, numbers]) => (
        <ToLookAt key={failure} text={text.failures[failure]} numbers={numbers} />
      ))}
      <States words={words} state={state} />
      <Orders frame={office.frame} orders={orders} none={text.none} />
      {(older !== undefined || !isFirst) && (
        <nav class="pages" aria-label={text.pages}>
          {!isFirst && <a href={listUrl(state)}>{text.newest}</a>}
          {older !== undefined && (
            <a href={listUrl(state, older)} rel="next">
              {text.older}
            </a>
          )}
        </nav>
      )}
      <p class="quiet small">{words.backoffice.frame.times}</p>
    </>,
  )
}

type Found = {
  readonly orders: readonly OrderSummary[]
  readonly older?: Id | undefined
  /** What was looked for, when that was a person. */
  readonly wanted?: string
  readonly searched?: Searched
  readonly error?: string
}

export function foundPage(
  office: BackOffice,
  staff: SignedIn,
  { orders, older, wanted, searched, error }: Found,
): string {
  const { words } = office.frame
  const { orders: text } = words.backoffice
  const hasErrors = error !== undefined
  return officePage(
    office,
    staff,
    { title: text.found, hasErrors, ...(searched && { searched }) },
    <>
      {error !== undefined && <ErrorSummary words={words} errors={{ q: error }} />}
      <h1>{text.found}</h1>
      {!hasErrors && <Orders frame={office.frame} orders={orders} none={text.foundNone} />}
      {older !== undefined && (
        // A form, since what is looked for must be in no address.
        <form class="actions" action="/admin/search" method="post">
          <input type="hidden" name="q" value={wanted} />
          <input type="hidden" name="before" value={older} />
          <button class="button-quiet" type="submit">
            {text.older}
          </button>
        </form>
      )}
    </>,
  )
}

/** Orders about which something has to be done, as the text says. */
function ToLookAt({
  text,
  numbers,
}: {
  readonly text: string
  readonly numbers: readonly number[]
}) {
  if (numbers.length === 0) return null
  return (
    <p class="notice">
      {text}{' '}
      {numbers.map((number, index) => (
        <span key={number}>
          {index > 0 && ', '}
          <a href={`/admin/orders/${number}`}>{number}</a>
        </span>
      ))}
    </p>
  )
}

const FILTERS: readonly OrderState[] = [
  'paid',
  'packed',
  'shipped',
  'delivered',
  'cancelled',
  'awaiting payment',
]

function States({
  words,
  state,
}: {
  readonly words: Words
  readonly state: OrderState | undefined
}) {
  const { orders: text } = words.backoffice
  return (
    <nav class="actions" aria-label={text.byState}>
      <a href={listUrl(undefined)} aria-current={state === undefined ? 'page' : undefined}>
        {text.all}
      </a>
      {FILTERS.map((name) => (
        <a key={name} href={listUrl(name)} aria-current={name === state ? 'page' : undefined}>
          {text.states[name]}
        </a>
      ))}
    </nav>
  )
}

type OrdersProps = {
  readonly frame: Frame
  readonly orders: readonly OrderSummary[]
  readonly none: string
}

export function Orders({ frame, orders, none }: OrdersProps) {
  const { orders: text } = frame.words.backoffice
  if (orders.length === 0) return <p>{none}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-frame" aria-label={text.title} tabIndex={0}>
      <table class="table table-stacked table-brief">
        <thead>
          <tr>
            <th scope="col">{text.number}</th>
            <th scope="col">{text.state}</th>
            <th scope="col" class="number">
              {text.total}
            </th>
            <th scope="col">{text.placed}</th>
            <th scope="col">{text.country}</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <OrderRow key={order.id} frame={frame} order={order} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function OrderRow({ frame, order }: { readonly frame: Frame; readonly order: OrderSummary }) {
  const { words } = frame
  const { number, placedAt, state, country, currency, totalMinor } = order
  const { refundedMinor, paidBackMinor } = order
  const { refundedOf, refundingOf } = words.backoffice.orders
  const amount = (amountMinor: number) => formatMoney({ amountMinor, currency })
  return (
    <tr>
      <th scope="row">
        <a href={`/admin/orders/${number}`}>{number}</a>
      </th>
      <td>
        <StateBadge words={words} state={state} />
      </td>
      <td class="number">
        {amount(totalMinor)}
        {paidBackMinor > 0 && <span class="quiet small">{refundedOf(amount(paidBackMinor))}</span>}
        {refundedMinor > paidBackMinor && (
          <span class="quiet small">{refundingOf(amount(refundedMinor - paidBackMinor))}</span>
        )}
      </td>
      <td>
        <Moment frame={frame} at={placedAt} />
      </td>
      <td>{country}</td>
    </tr>
  )
}

function listUrl(state: OrderState | undefined, before?: Id): string {
  const query = new URLSearchParams({ ...(state && { state }), ...(before && { before }) })
  return query.size === 0 ? '/admin/orders' : `/admin/orders?${query}`
}
