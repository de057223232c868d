/**
 * The state of an order as a badge.
 */

import type { OrderState } from '../orders/order.ts'
import type { Words } from '../web/words/en.ts'

export function StateBadge({
  words,
  state,
}: {
  readonly words: Words
  readonly state: OrderState
}) {
  const kind = state === 'delivered' ? ' badge-good' : state === 'cancelled' ? ' badge-wrong' : ''
  return <span class={`badge${kind}`}>{words.backoffice.orders.states[state]}</span>
}
