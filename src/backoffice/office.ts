/**
 * What the back office works with: the gateway, through which staff see what the policy's table gives their role, and
 * what the shop's other parts do on its behalf.
 */

import type { Id } from '../base/ids.ts'
import type { Chosen } from '../payments/refund-shares.ts'
import type { Settlement } from '../payments/unclear-refund.ts'
import type { Erasing } from '../privacy/erasure.ts'
import type { Gateway } from '../privacy/gateway.ts'
import type { ClockHold } from '../privacy/steady-time.ts'
import type { Frame } from '../web/frame.ts'

/** Each function throws a Fault `conflict` when the order's state does not allow it (any more). */
export type BackOffice = {
  readonly frame: Frame
  readonly gateway: Gateway
  readonly erasing: Erasing
  /** Why nothing ends by the clock; read for each visit of whoever may say that the clock is right. */
  readonly clockHold?: ClockHold
  /** How long contact and delivery of an order are kept. */
  readonly contactMonths: number
  /** Asks for a parcel to be booked with the carrier. */
  readonly requestShipment: (orderId: Id, by: Id) => Promise<unknown>
  readonly requestRefund: (asked: RefundAsked) => Promise<void>
  /** Ends an unclear refund by the word of a member of staff who has looked at the processor's. */
  readonly settleRefund: (settled: RefundSettled) => Promise<void>
  /** Cancels an order that has not left the house, and refunds what was paid. */
  readonly cancelOrder: (asked: { readonly orderId: Id; readonly by: Id }) => Promise<void>
}

export type RefundSettled = {
  readonly orderId: Id
  readonly id: Id
  readonly by: Id
  readonly as: Settlement
}

export type RefundAsked = {
  readonly orderId: Id
  /** An amount, or articles and delivery. */
  readonly of: number | Chosen
  /** Whoever asks has paid it in another way: the processor is not told. */
  readonly isPaidOtherwise: boolean
  /** The reference of a member of staff. */
  readonly by: Id
  /**
   * What had been refunded when the form was shown. A refund must be refused when it is no longer that, so that a form
   * that is sent twice refunds once.
   */
  readonly seenRefundedMinor: number
}
