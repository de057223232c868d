/**
 * What an erasure does, for whoever carries it out, in two columns: what goes now; what stays, until when, on what
 * ground (C3.1, C3.2). In kinds and numbers: no value about the person is opened for it.
 */

import type { Id } from '../../base/ids.ts'
import type { OrderSummary } from '../../orders/order.ts'
import type { Preview } from '../../privacy/erasure.ts'
import { policy, retention } from '../../privacy/policy.ts'
import type { Frame } from '../../web/frame.ts'
import { dayText } from '../../web/moment.tsx'

export type Foreseen = Preview & {
  readonly hasAccount: boolean
  /** The first of the orders that end at once, and of those that end when they close. */
  readonly going: readonly OrderSummary[]
  readonly waiting: readonly OrderSummary[]
  /** Of the open ones those whose use is restricted. */
  readonly restricted: ReadonlyMap<Id, Temporal.Instant>
}

type Props = { readonly frame: Frame; readonly foreseen: Foreseen }

export function ErasurePreview(props: Props) {
  return (
    <>
      <div class="columns columns-even">
        <GoesNow {...props} />
        <Stays {...props} />
      </div>
      <Had {...props} />
    </>
  )
}

function GoesNow({ frame, foreseen: { hasAccount, closed, going } }: Props) {
  const { words } = frame
  const { preview: text } = words.requests
  const { inWords } = words.data
  const closedOrders = closed.length - (hasAccount ? 1 : 0)
  return (
    <section aria-labelledby="now">
      <h3 id="now">{text.now}</h3>
      <ul>
        {hasAccount && (
          <li>
            <strong>{text.account}</strong> {text.accountHolds}
          </li>
        )}
        {going.length > 0 && (
          <li>
            <strong>{text.orders(numbersOf(going))}</strong>{' '}
            {closedOrders > going.length && `${text.more(closedOrders - going.length)} `}
            {inWords(retention['order-contact'].holds)}
          </li>
        )}
        <li>{inWords(retention['look-up'].holds)}</li>
        <li>{text.link}</li>
      </ul>
    </section>
  )
}

function Stays({ frame, foreseen: { stays, open, waiting, holds, restricted } }: Props) {
  const { words } = frame
  const { preview: text } = words.requests
  const { states } = words.checkout.order
  const { inWords } = words.data
  const staying = Object.keys(policy.retention).flatMap((name) =>
    [...stays].filter(([rule]) => rule === name),
  )
  return (
    <section aria-labelledby="stays">
      <h3 id="stays">{text.stays}</h3>
      <ul>
        {staying.length === 0 && open.length === 0 && <li>{text.nothingStays}</li>}
        {staying.map(([rule, until]) => (
          <li key={rule}>
            {inWords(retention[rule].holds)},{' '}
            <strong>{text.until(until && dayText(frame, until))}</strong>, {text.ground(rule)}{' '}
            <a href={`/privacy#${retention[rule].clause}`}>{retention[rule].clause}</a>
          </li>
        ))}
        {waiting.map(({ id, number, state }) => {
          const hold = holds.get(id)
          return (
            <li key={id}>
              <strong>{text.orders(String(number))}</strong>{' '}
              {hold === undefined
                ? text.open(states[state])
                : text.held(dayText(frame, hold.until), hold.ground)}
              {hold === undefined && restricted.has(id) && ` ${text.restricted}`}
            </li>
          )
        })}
        {open.length > waiting.length && <li>{text.moreWait(open.length - waiting.length)}</li>}
      </ul>
    </section>
  )
}

function Had({ frame, foreseen: { had } }: Props) {
  const { preview: text } = frame.words.requests
  return <p>{had.length === 0 ? text.hadNone : text.had(had.join(', '))}</p>
}

function numbersOf(orders: readonly OrderSummary[]): string {
  return orders.map(({ number }) => number).join(', ')
}
