/**
 * An order, as its customer sees it: state, articles, where it goes, what happened, and who was told what.
 */

import { formatMoney, money } from '../../base/money.ts'
import type { OrderDisclosure } from '../../orders/disclosures.ts'
import type { Order, timeline } from '../../orders/order.ts'
import type { showOwner } from '../../privacy/gateway.ts'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { Moment } from '../../web/moment.tsx'
import { Address } from '../address.tsx'
import type { Counter } from '../counter.ts'
import { taxWords } from '../price.tsx'

type Shown = {
  /** The page's own secret. */
  readonly token: string
  /** Whether the order is in the account of whoever looks; unknown of whoever is not signed in. */
  readonly belonging: 'own' | 'not own' | 'unknown'
  readonly order: Order
  readonly person: Awaited<ReturnType<typeof showOwner>>
  readonly events: Awaited<ReturnType<typeof timeline>>
  readonly disclosures: readonly OrderDisclosure[]
  /** Its person has restricted the use of its data. */
  readonly restricted: boolean
  /** Its deletion waits for its close. No link to the data leads to it any more: a restriction is lifted here. */
  readonly erasureAsked: boolean
}

type Props = Shown & { readonly frame: Frame }

export function orderPage({ frame }: Counter, shown: Shown): string {
  const { order: words } = frame.words.checkout
  const { number, state } = shown.order
  const { erasureAsked } = shown
  const props = { ...shown, frame }
  return page(
    frame,
    { title: words.title(number), unlisted: true },
    <>
      <h1>{words.title(number)}</h1>
      <p class="notice">
        {words.notices[state]} {state === 'awaiting payment' && <a href="?">{words.reload}</a>}
      </p>
      {shown.restricted && (
        <p class="notice">
          {words.restricted} {!erasureAsked && <a href="/privacy/data">{words.toLift}</a>}
        </p>
      )}
      {erasureAsked && (shown.restricted ? <Lift {...props} /> : <p>{words.erasureAsked}</p>)}
      <p class="quiet small">{words.keep}</p>
      <div class="columns">
        <div>
          <Facts {...props} />
          <Articles {...props} />
          <Happened {...props} />
        </div>
        <Person {...props} />
      </div>
      <Disclosed {...props} />
      {!erasureAsked && (
        <>
          <Belonging {...props} />
          <p>
            <a href="/privacy/data">{words.ownData}</a>
          </p>
        </>
      )}
      <p class="quiet small">{words.times}</p>
    </>,
  )
}

function Lift({ frame, token }: Props) {
  const { order: words } = frame.words.checkout
  return (
    <form action={`/orders/${token}/restriction/end`} method="post">
      <p class="hint">{words.liftHint}</p>
      <button class="button-quiet" type="submit">
        {frame.words.rights.restrict.lift}
      </button>
    </form>
  )
}

function Facts({ frame, order }: Props) {
  const { order: words } = frame.words.checkout
  return (
    <dl class="facts">
      <dt>{words.state}</dt>
      <dd>
        <span class="badge">{words.states[order.state]}</span>
      </dd>
      <dt>{words.placed}</dt>
      <dd>
        <Moment frame={frame} at={order.placedAt} />
      </dd>
    </dl>
  )
}

function Articles({ frame, order }: Props) {
  const { cart, order: words } = frame.words.checkout
  const text = (minor: number) => formatMoney(money(minor, order.currency), frame.shop.language)
  return (
    <div class="table-frame">
      <table class="table">
        <caption class="unseen">{words.items}</caption>
        <tbody>
          {order.lines.map(({ position, quantity, title, unitMinor }) => (
            <tr key={position}>
              <td>
                {quantity} × {title}
              </td>
              <td class="number">{text(unitMinor * quantity)}</td>
            </tr>
          ))}
          <tr>
            <td>{cart.delivery}</td>
            <td class="number">{text(order.shippingMinor)}</td>
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              {cart.total}{' '}
              <span class="quiet small">
                ({taxWords(frame, order.taxMinor, order.pricesIncludeTax)})
              </span>
            </th>
            <td class="number">{text(order.totalMinor)}</td>
          </tr>
          {order.paidBackMinor > 0 && (
            <tr>
              <th scope="row">
                {words.refunded}
                {order.taxMinor > 0 && (
                  <span class="quiet small">
                    {' '}
                    ({taxWords(frame, order.paidBackTaxMinor, true)})
                  </span>
                )}
              </th>
              <td class="number">−{text(order.paidBackMinor)}</td>
            </tr>
          )}
        </tfoot>
      </table>
    </div>
  )
}

function Person({ frame, person }: Props) {
  const { order: words } = frame.words.checkout
  const { postalAddress: address, trackingNumber, orderNote } = person
  if (address === undefined) return <p class="notice">{words.erased}</p>
  return (
    <aside class="card">
      <h2>{words.address}</h2>
      <Address name={`${person.firstName} ${person.lastName}`} address={address} />
      {person.email && (
        <>
          <h2>{words.contact}</h2>
          <p>
            {person.email}
            {person.phone && (
              <>
                <br />
                {person.phone}
              </>
            )}
          </p>
        </>
      )}
      {trackingNumber && (
        <>
          <h2>{words.tracking}</h2>
          <p>{trackingNumber}</p>
        </>
      )}
      {orderNote && (
        <>
          <h2>{words.note}</h2>
          <p class="lines">{orderNote}</p>
        </>
      )}
    </aside>
  )
}

function Happened({ frame, events }: Props) {
  const { order: words } = frame.words.checkout
  return (
    <section aria-labelledby="happened">
      <h2 id="happened">{words.happened}</h2>
      <ol class="timeline">
        {events
          .filter(({ kind }) => words.events[kind] !== undefined)
          .map(({ id, kind, at }) => (
            <li key={id}>
              {words.events[kind]} <Moment frame={frame} at={at} />
            </li>
          ))}
      </ol>
    </section>
  )
}

function Disclosed({ frame, disclosures, person }: Props) {
  const { order: words } = frame.words.checkout
  return (
    <section aria-labelledby="disclosed">
      <h2 id="disclosed">{words.disclosed}</h2>
      <p class="quiet">{words.disclosedHint}</p>
      {disclosures.length === 0 ? (
        <p>{person.postalAddress === undefined ? words.unlinked : words.none}</p>
      ) : (
        <div class="table-frame">
          <table class="table table-stacked">
            <thead>
              <tr>
                <th scope="col">{words.to}</th>
                <th scope="col">{words.why}</th>
                <th scope="col">{words.what}</th>
                <th scope="col">{words.when}</th>
                <th scope="col">{words.how}</th>
              </tr>
            </thead>
            <tbody>
              {disclosures.map((disclosure) => (
                <Disclosure key={disclosure.id} frame={frame} disclosure={disclosure} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function Disclosure({ frame, disclosure }: { frame: Frame; disclosure: OrderDisclosure }) {
  const { order: words } = frame.words.checkout
  const { recipient, company, purpose, fields, outcome, channel, clause } = disclosure
  const isStaff = recipient.startsWith('staff: ')
  const wentWell =
    isStaff && outcome === 'delivered' ? words.seen : words.outcomes[outcome ?? 'open']
  return (
    <tr>
      <th scope="row" class="capital">
        {isStaff ? recipient : `${recipient}: ${company}`}
      </th>
      <td data-label={words.why}>
        {purpose} <span class="quiet small">({clause})</span>
      </td>
      <td data-label={words.what}>
        {fields.map((field) => words.fields[field] ?? field).join(', ')}
      </td>
      <td data-label={words.when}>
        <Moment frame={frame} at={disclosure.grantedAt} />
      </td>
      <td data-label={words.how}>
        {wentWell}
        {!isStaff && `, ${words.channels[channel] ?? channel}`}
      </td>
    </tr>
  )
}

/** Of an order that was not paid, or of which the address has ended, there is nothing to add. */
function Belonging({ frame, token, order, person, belonging }: Props) {
  const { page: words } = frame.words.ownOrders
  const list = <a href="/account/orders">{belonging === 'own' ? words.see : words.signIn}</a>
  if (belonging === 'own') {
    return (
      <p>
        {words.joined} {list}.{' '}
        <a href={`/account/orders/${order.number}/removal`}>{words.takeOut}</a>
      </p>
    )
  }
  if (order.state === 'awaiting payment' || person.email === undefined) return null
  if (belonging === 'unknown') return <p>{list}</p>
  return (
    <section aria-labelledby="account">
      <h2 id="account">{words.title}</h2>
      <p>{words.hint}</p>
      <form action={`/orders/${token}/account`} method="post">
        <button class="button-quiet" type="submit">
          {words.button}
        </button>
      </form>
    </section>
  )
}
