/** A table of disclosures, or of looks by staff: who, what for, which fields, for which order, when, how it went. */

import type { OrderSummary } from '../../orders/order.ts'
import type { Told as Disclosure } from '../../privacy/holdings.ts'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../../web/moment.tsx'
import { Heads } from '../../web/table.tsx'

type Props = {
  readonly frame: Frame
  readonly orders: readonly OrderSummary[]
  readonly id: string
  readonly title: string
  readonly none: string
  readonly told: readonly Disclosure[]
}

export function Told({ frame, orders, id, title, none, told }: Props) {
  const { told: words } = frame.words.data
  const heads = [words.to, words.for, words.what, words.order, words.when, words.how]
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {told.length === 0 ? (
        <p>{none}</p>
      ) : (
        <div class="table-frame">
          <table class="table table-stacked">
            <Heads heads={heads} />
            <tbody>
              {told.map((one) => (
                <Row key={one.id} frame={frame} orders={orders} disclosure={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

type RowProps = Pick<Props, 'frame' | 'orders'> & { readonly disclosure: Disclosure }

function Row({ frame, orders, disclosure: one }: RowProps) {
  const { told: words } = frame.words.data
  const { fields, channels, outcomes, seen } = frame.words.checkout.order
  const isLook = one.recipient.startsWith('staff: ')
  const order = orders.find(({ id }) => id === one.subject)
  const outcome = outcomes[one.outcome ?? 'open']
  return (
    <tr>
      <th scope="row" class="capital">
        {isLook ? one.recipient : `${one.recipient}: ${one.company}`}
      </th>
      <td data-label={words.for}>
        {one.purpose}: {one.because} <a href={`/privacy#${one.clause}`}>{one.clause}</a>
      </td>
      <td data-label={words.what}>{one.fields.map((name) => fields[name] ?? name).join(', ')}</td>
      <td data-label={words.order}>{order?.number ?? words.account}</td>
      <td data-label={words.when}>
        <Moment frame={frame} at={one.grantedAt} />
      </td>
      <td data-label={words.how}>
        {isLook ? seen : `${outcome}, ${channels[one.channel] ?? one.channel}`}
      </td>
    </tr>
  )
}
