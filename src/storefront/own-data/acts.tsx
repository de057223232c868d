/** What holds an order's data back, and the way to what its person can do with it. */

import type { OrderSummary } from '../../orders/order.ts'
import type { Frame } from '../../web/frame.ts'
import { dayText, Moment } from '../../web/moment.tsx'
import type { PersonData } from './held.ts'

type Props = {
  readonly frame: Frame
  readonly place: string
  readonly data: PersonData
  readonly order: OrderSummary
}

export function Acts({ frame, place, data, order }: Props) {
  const { rights: words } = frame.words
  const hold = data.holds.get(order.id)
  return (
    <>
      {hold !== undefined && (
        <p class="notice">
          {words.hold(dayText(frame, hold.until), words.grounds[hold.ground])}{' '}
          <a href="/privacy#C3.2">C3.2</a>
        </p>
      )}
      {data.restricted.has(order.id) && <p class="notice">{words.restrict.isRestricted}</p>}
      <p>
        <a href={`${place}/orders/${order.number}`}>
          {words.link}
          <span class="unseen"> {words.ofOrder(order.number)}</span>
        </a>{' '}
        ·{' '}
        <a href={`/orders/${data.links.get(order.id)}`}>
          {words.page}
          <span class="unseen"> {words.ofOrder(order.number)}</span>
        </a>
      </p>
    </>
  )
}

/** The deletions that wait, each with the way back. */
export function Waiting({ frame, waiting }: Pick<Props, 'frame'> & Pick<PersonData, 'waiting'>) {
  const { deletion: words } = frame.words.rights
  return waiting.map(({ dueAt, token }) => (
    <p class="notice" key={token}>
      {words.planned} <Moment frame={frame} at={dueAt} />.{' '}
      <a href={`/privacy/deletions/${token}`}>{words.see}</a>
    </p>
  ))
}
