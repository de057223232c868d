/**
 * Refunds that fail after they were made: the customer's bank sends them back, up to weeks later, and the money is with
 * the processor again. Decision 20.
 *
 * The processor's notice only says of which refund something is to be learnt; the processor is asked what it has, so a
 * notice that comes twice, late or in the wrong order does nothing that is not so.
 *
 * Invariant: what was reserved for a refund is released once, and only when the processor itself has it as failed.
 * Invariant: what a member of staff has paid in the processor's place stays paid, whatever becomes of the processor's.
 */

import { type Queries, sql } from '../base/database.ts'
import { type Id, isId } from '../base/ids.ts'
import { addEvent } from '../orders/order.ts'
import { concludeAs, lookUp, type RefundRow, refundRow, tellCustomer } from './_refunds.ts'
import type { Payments } from './payment.ts'
import { taxOf } from './refund-shares.ts'

/** Stands in the timeline. */
export const SENT_BACK = 'came back after it had been made'
const STAYS_PAID = 'the processor’s own came back; it was paid in its place, and stays so'

/** For so long staff are shown a refund that failed, unless the order was refunded again. */
const SHOWN = Temporal.Duration.from({ hours: 30 * 24 })
/** What is listed for the back office at the most. */
const MOST_LISTED = 20

/**
 * The processor says that a refund has failed. Tells whether something came of it.
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
  if (row === undefined || row.state === 'failed' || row.sentBackAt !== null) return false
  const { ours, unknown } = await lookUp(payments, row)
  if (ours?.hasFailed !== true) return false
  if (row.state !== 'done' && (await concludeAs(payments, row, ours))) return true
  const made = (await refundRow(database, row.orderId, row.id)) ?? row
  // Somebody has made it by hand in its place: in another way, or at the processor.
  const wasReplaced = made.isPaidOtherwise || (made.companyReference === null && unknown.length > 0)
  return wasReplaced ? keepPaid(payments, made) : fail(payments, made, ours.id)
}

/** What became of a refund that did not stay with the customer, or that was made twice. */
export type Failure = 'came back' | 'failed' | 'stays paid'

/**
 * Numbers of orders by what became of their refunds, the oldest order first. A refund that failed is told of until the
 * order's next one is asked for; what becomes of that is told of in its stead.
 */
export async function ordersWithFailures({
  database,
  clock,
}: Payments['gateway']): Promise<ReadonlyMap<Failure, readonly number[]>> {
  const rows = await database.many<{ number: number; failure: Failure }>(sql`
    select distinct o.number, f.failure from refund_failure f join orders o on o.id = f.order_id
    where f.failed_at > ${clock().subtract(SHOWN)} order by o.number limit ${MOST_LISTED}`)
  const named = Map.groupBy(rows, ({ failure }) => failure)
  return new Map([...named].map(([failure, of]) => [failure, of.map(({ number }) => number)]))
}

/** The same of one order, however long ago: how much of it, in minor units. */
export async function failuresOf(on: Queries, orderId: Id): Promise<ReadonlyMap<Failure, number>> {
  const rows = await on.many<{ failure: Failure; minor: number }>(sql`
    select failure, sum(amount_minor)::bigint as minor from refund_failure
    where order_id = ${orderId} group by failure`)
  return new Map(rows.map(({ failure, minor }) => [failure, minor]))
}

/** Its customer, who was told that it was made, is told once. */
async function fail(
  { gateway, processor }: Payments,
  { orderId, id, amountMinor, taxes }: RefundRow,
  companyReference: string,
): Promise<boolean> {
  const at = gateway.clock()
  return gateway.database.transaction(async (tx) => {
    const failed = await tx.run(sql`
      update refund set state = 'failed', sent_back_at = ${at},
        company_reference = ${companyReference}
      where order_id = ${orderId} and id = ${id} and state = 'done'`)
    if (failed === 0) return false
    await tx.run(sql`
      update orders set refunded_minor = refunded_minor - ${amountMinor},
        paid_back_minor = paid_back_minor - ${amountMinor},
        paid_back_tax_minor = paid_back_tax_minor - ${taxOf(taxes)}
      where id = ${orderId}`)
    const details = { amountMinor, reason: SENT_BACK }
    await addEvent(tx, orderId, { kind: 'refund failed', by: processor.name, details }, at)
    await tellCustomer(gateway, tx, orderId, 'refund sent back')
    return true
  })
}

/** It is written down once that the processor has the amount of its own again. */
async function keepPaid(
  { gateway, processor }: Payments,
  { orderId, id, amountMinor }: RefundRow,
): Promise<boolean> {
  const at = gateway.clock()
  return gateway.database.transaction(async (tx) => {
    const noted = await tx.run(sql`
      update refund set sent_back_at = ${at}
      where order_id = ${orderId} and id = ${id} and state = 'done' and sent_back_at is null`)
    if (noted === 0) return false
    const event = { kind: 'refund stays paid', by: processor.name }
    await addEvent(tx, orderId, { ...event, details: { amountMinor, reason: STAYS_PAID } }, at)
    return true
  })
}
