/** Rows of payments. */

import { type Queries, sql } from '../base/database.ts'
import { type Id, isId } from '../base/ids.ts'
import type { Due } from './processor.ts'

export type PaymentRow = {
  readonly orderId: Id
  readonly sessionId: string | null
  readonly amountMinor: number
  readonly currency: string
  readonly startedAt: Temporal.Instant
}

/** The payment of an order while it is started; undefined once it is paid, or gone. */
export async function startedPayment(
  on: Queries,
  orderId: string,
): Promise<PaymentRow | undefined> {
  if (!isId(orderId)) return undefined
  return on.first<PaymentRow>(sql`
    select order_id as "orderId", session_id as "sessionId", amount_minor as "amountMinor",
      currency, started_at as "startedAt"
    from payment where order_id = ${orderId} and state = 'started'`)
}

/** What an order takes out of stock. */
export async function orderItems(
  on: Queries,
  orderId: Id,
): Promise<readonly { readonly variantId: Id; readonly quantity: number }[]> {
  return on.many(
    sql`select variant_id as "variantId", quantity from order_line where order_id = ${orderId}`,
  )
}

/** What the processor is told of a payment: three facts, none about a person. */
export function dueOf(payment: {
  readonly subject: Id
  readonly amountMinor: number
  readonly currency: string
}): Due {
  const { subject, amountMinor, currency } = payment
  return { orderReference: subject, amountMinor, currency }
}
