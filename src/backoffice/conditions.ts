/**
 * The policy's conditions for the staff: while what a role may see a person.
 *
 * `src/_conditions.ts` hands them to the gateway under the names that the policy's table uses.
 */

import { type Queries, sql } from '../base/database.ts'
import type { OrderState } from '../orders/order.ts'
import type { Ask } from '../privacy/gateway.ts'
import { isReason } from '../staff/reasons.ts'

/** Packing has to do with an order from its payment until its parcel has arrived. */
export const OPEN_STATES: readonly OrderState[] = ['paid', 'packed', 'shipped']

/** "the order is open" */
export async function orderIsOpen(on: Queries, { subject }: Ask): Promise<boolean> {
  const found = await on.first(
    sql`select 1 from orders where id = ${subject} and state = any(${OPEN_STATES})`,
  )
  return found !== undefined
}

/** "a reason is stated": one of the fixed list. */
export async function reasonIsStated(_: Queries, { because }: Ask): Promise<boolean> {
  return isReason(because)
}

/** "the accounting record lives" */
export async function accountingRecordLives(on: Queries, { subject }: Ask): Promise<boolean> {
  const found = await on.first(sql`select 1 from accounting_record where order_id = ${subject}`)
  return found !== undefined
}
