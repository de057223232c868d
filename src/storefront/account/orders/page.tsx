/** The orders of an account, and the form by which one that was placed without it joins. */

import { formatMoney, money } from '../../../base/money.ts'
import type { OwnOrders } from '../../../orders/belonging.ts'
import type { OrderSummary } from '../../../orders/order.ts'
import { ErrorSummary, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { Moment } from '../../../web/moment.tsx'
import { Notice } from '../../../web/notice.tsx'
import { Heads } from '../../../web/table.tsx'
import { accountPage } from '../layout.tsx'
import type { AskForm } from './form.ts'

export const PATH = '/account/orders'

type Listed = {
  readonly own: OwnOrders
  /** The address of an order's own page. */
  readonly linkTo: (order: OrderSummary) => string
  readonly form: AskForm
  /** What was just done, in words. */
  readonly done?: string | undefined
}

export function ordersPage(frame: Frame, { own, linkTo, form, done }: Listed): string {
  const { ownOrders: words, data } = frame.words
  return accountPage(
    frame,
    { title: words.title, path: PATH, hasErrors: hasErrors(form.errors) },
    <>
      <ErrorSummary words={frame.words} errors={form.errors} />
      <h1>{words.title}</h1>
      <Notice done={done} />
      {own.orders.length === 0 ? <p>{words.none}</p> : <List {...{ frame, own, linkTo }} />}
      <Pages frame={frame} own={own} />
      <Ask frame={frame} form={form} />
      <p class="quiet small">{data.times}</p>
    </>,
  )
}

type ListProps = Pick<Listed, 'own' | 'linkTo'> & { readonly frame: Frame }

function List({ frame, own, linkTo }: ListProps) {
  const { ownOrders: words, checkout } = frame.words
  return (
    <div class="table-frame">
      <table class="table table-stacked">
        <Heads heads={[words.order, words.placed, words.state, words.total]} />
        <tbody>
          {own.orders.map((order) => (
            <tr key={order.id}>
              <th scope="row">
                <a href={linkTo(order)}>{order.number}</a>
              </th>
              <td data-label={words.placed}>
                <Moment frame={frame} at={order.placedAt} />
              </td>
              <td data-label={words.state}>
                <span class="badge">{checkout.order.states[order.state]}</span>
              </td>
              <td data-label={words.total}>
                {formatMoney(money(order.totalMinor, order.currency), frame.shop.language)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Pages({ frame, own: { page, pages } }: Omit<ListProps, 'linkTo'>) {
  const { ownOrders: words } = frame.words
  if (pages === 1) return null
  return (
    <nav class="pages" aria-label={words.pages}>
      {page > 1 && <a href={`${PATH}?page=${page - 1}`}>{words.newer}</a>}
      <span>{words.pageOf(page, pages)}</span>
      {page < pages && <a href={`${PATH}?page=${page + 1}`}>{words.older}</a>}
    </nav>
  )
}

function Ask({ frame, form }: { readonly frame: Frame; readonly form: AskForm }) {
  const { ask } = frame.words.ownOrders
  const shared = { words: frame.words, errors: form.errors }
  return (
    <section aria-labelledby="ask">
      <h2 id="ask">{ask.title}</h2>
      <p>{ask.lead}</p>
      <form action={`${PATH}/join`} method="post" novalidate>
        <TextField
          {...shared}
          name="number"
          label={ask.number}
          hint={ask.numberHint}
          inputmode="numeric"
          width="medium"
          value={form.typed.number}
        />
        <TextField
          {...shared}
          name="email"
          type="email"
          autocomplete="email"
          label={ask.email}
          hint={ask.emailHint}
          value={form.typed.email}
        />
        <p class="quiet small">{ask.kept}</p>
        <div class="actions">
          <button class="button-quiet" type="submit">
            {ask.button}
          </button>
        </div>
      </form>
    </section>
  )
}
