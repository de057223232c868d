/**
 * Refunds that fail after they were made: the customer's bank sends them back, up to weeks later, and the money is with
 * the processor again. Decision 20.
 *
 * The processor's notice only says of which refund something is to be learnt; the processor is asked what it has, so a
 * notice that comes twice, late or in the wrong order does nothing that is not so.
 *
 * Invariant: what was reserved for a refund is released once, and only when the processor itself has it as failed.
 */

import { type Queries, sql } from '../base/database.ts'
import { type Id, isId } from '../base/ids.ts'
import { addEvent } from '../orders/order.ts'
import { concludeAs, lookUp, type RefundRow, refundRow } from './_refunds.ts'
import type { Payments } from './payment.ts'

/** Stands in the timeline. */
export const SENT_BACK = 'came back after it had been made'

/** For so long staff are shown a refund that came back, unless the order was refunded again. */
const SHOWN = Temporal.Duration.from({ hours: 30 * 24 })
/** What is listed for the back office at the most. */
const MOST_LISTED = 20

/**
 * The processor says that a refund has failed. Tells whether it did.
 *
 * @throws {Fault} `unreachable` when the processor cannot be asked; it says it again.
 */
export async function recordFailedRefund(payments: Payments, reference: string): Promise<boolean> {
  // Whoever shares an account at the processor hears of refunds that are not ours, as of those made by hand.
  if (!isId(reference)) return false
  const { database } = payments.gateway
  const order = await database.first<{ id: Id }>(
    sql`select order_id as id from refund where id = ${reference}`,
  )
  const row = order && (await refundRow(database, order.id, reference))
  if (row === undefined || row.state === 'failed') return false
  const { ours, unknown } = await lookUp(payments, row)
  if (ours?.hasFailed !== true) return false
  if (row.state !== 'done' && (await concludeAs(payments, row, ours))) return true
  // What somebody has made by hand in its place stays paid, by their word.
  if (!(await isByProcessor(database, row)) && unknown.length > 0) return false
  return fail(payments, row, ours.id)
}

/**
 * Numbers of orders whose refund came back, and was not made again since, nor is under way; the oldest order first.
 * One that was refused changes nothing: the customer still does not have it.
 */
export async function ordersWithSentBack({
  database,
  clock,
}: Payments['gateway']): Promise<readonly number[]> {
  const rows = await database.many<{ number: number }>(sql`
    select distinct o.number from refund r join orders o on o.id = r.order_id
    where r.state = 'failed' and r.company_reference is not null
      and r.concluded_at > ${clock().subtract(SHOWN)}
      and not exists (
        select from refund later
        where later.order_id = r.order_id and later.requested_at > r.concluded_at
          and (later.state <> 'failed' or later.company_reference is not null))
    order by o.number limit ${MOST_LISTED}`)
  return rows.map(({ number }) => number)
}

/** What came back of an order since it was last refunded, in minor units; 0 for nothing. As `ordersWithSentBack`. */
export async function sentBackMinor(on: Queries, orderId: Id): Promise<number> {
  const { minor } = await on.one<{ minor: number }>(sql`
    select coalesce(sum(amount_minor), 0)::bigint as minor from refund r
    where order_id = ${orderId} and state = 'failed' and company_reference is not null
      and not exists (
        select from refund later
        where later.order_id = r.order_id and later.requested_at > r.concluded_at
          and (later.state <> 'failed' or later.company_reference is not null))`)
  return minor
}

/** Whether the processor said that it was made; else a member of staff did. */
async function isByProcessor(on: Queries, { orderId, id }: RefundRow): Promise<boolean> {
  const row = await on.first(sql`
    select from refund where order_id = ${orderId} and id = ${id} and company_reference is not null`)
  return row !== undefined
}

async function fail(
  { gateway, processor }: Payments,
  { orderId, id, amountMinor }: RefundRow,
  companyReference: string,
): Promise<boolean> {
  const at = gateway.clock()
  return gateway.database.transaction(async (tx) => {
    const failed = await tx.run(sql`
      update refund set state = 'failed', concluded_at = ${at},
        company_reference = ${companyReference}
      where order_id = ${orderId} and id = ${id} and state = 'done'`)
    if (failed === 0) return false
    await tx.run(sql`
      update orders set refunded_minor = refunded_minor - ${amountMinor},
        paid_back_minor = paid_back_minor - ${amountMinor}
      where id = ${orderId}`)
    const details = { amountMinor, reason: SENT_BACK }
    await addEvent(tx, orderId, { kind: 'refund failed', by: processor.name, details }, at)
    return true
  })
}
