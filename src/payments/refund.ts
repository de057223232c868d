/**
 * Refunds and cancellations: money goes back by the processor, in full or in part.
 *
 * A refund is reserved against the order's total in the transaction that asks for it, so that two at once cannot give
 * back more than was paid; a job carries it out, and the processor knows it by its id, so that it happens once.
 *
 * Invariant: what was refunded and what is being refunded never exceed what was paid.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Way } from '../base/egress.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { type Attempt, enqueue, type Payload } from '../base/jobs.ts'
import { putBack } from '../catalogue/stock.ts'
import { announce } from '../orders/announce.ts'
import { addEvent, changeState } from '../orders/order.ts'
import { deliver, giveUp, grant, resume } from '../privacy/gateway.ts'
import { orderItems } from './_rows.ts'
import type { Payments } from './payment.ts'
import type { Refunded } from './processor.ts'

export type RefundState = 'requested' | 'done' | 'failed'

export type Refund = {
  readonly id: Id
  readonly state: RefundState
  readonly amountMinor: number
  readonly by: string
  readonly requestedAt: Temporal.Instant
  readonly concludedAt: Temporal.Instant | null
}

export type RefundAsked = {
  readonly orderId: Id
  readonly amountMinor: number
  /** A member of staff's reference. */
  readonly by: string
  /** What had been refunded when it was asked for: a form that is sent twice refunds once. */
  readonly seenRefundedMinor: number
}

/**
 * Asks for a refund; a job carries it out.
 *
 * @throws {Fault} `conflict` when the order is not paid, or the amount is more than what is left of it.
 */
export async function requestRefund(payments: Payments, asked: RefundAsked): Promise<void> {
  await payments.gateway.database.transaction((tx) => refundIn(payments, tx, asked))
}

/**
 * Cancels an order that has not left the house: the stock comes back, and so does the money.
 *
 * @param alsoCheck is asked in the transaction, with the order locked: it throws where others know of a hindrance.
 * @throws {Fault} `conflict` when it has been shipped or cancelled already.
 */
export async function cancelOrder(
  payments: Payments,
  { orderId, by }: { readonly orderId: Id; readonly by: string },
  alsoCheck: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const { gateway } = payments
  await gateway.database.transaction(async (tx) => {
    const event = { kind: 'cancelled', by }
    await changeState(tx, orderId, ['paid', 'packed'], 'cancelled', event, gateway.clock())
    await alsoCheck(tx)
    await putBack(tx, await orderItems(tx, orderId))
    await announce(gateway, tx, orderId, 'order cancelled')
    const { totalMinor, seenRefundedMinor } = await tx.one<Amounts>(sql`
      select total_minor as "totalMinor", refunded_minor as "seenRefundedMinor"
      from orders where id = ${orderId}`)
    const amountMinor = totalMinor - seenRefundedMinor
    if (amountMinor > 0) {
      await refundIn(payments, tx, { orderId, amountMinor, by, seenRefundedMinor })
    }
  })
}

/**
 * The job 'refund': tells the processor. Throws to be tried again while it does not answer; at last the refund fails,
 * and its amount can be refunded again.
 */
export async function carryOutRefund(
  payments: Payments,
  { order, id }: Payload,
  { isLast }: Attempt,
): Promise<void> {
  const row = await requestedRefund(payments.gateway.database, order, id)
  if (row === undefined) return
  try {
    const reference = await tellProcessor(payments, row)
    await conclude(payments, row, reference === undefined ? 'failed' : 'done', reference ?? null)
  } catch (error) {
    const isUnreachable = error instanceof Fault && error.code === 'unreachable'
    const isAnswered = error instanceof Refusal || (error instanceof Fault && !isUnreachable)
    if (!isLast && !isAnswered) throw error
    // Nothing is left open: where it was refused or delivered, that stays.
    await giveUp(payments.gateway, granted(payments, row))
    await conclude(payments, row, 'failed', null)
  }
}

/** The processor's reference of the refund; undefined when the disclosure was given up or stopped before. */
async function tellProcessor(
  payments: Payments,
  row: RequestedRefund,
): Promise<string | undefined> {
  const { gateway, processor } = payments
  const { orderId, id, amountMinor, currency, intentId } = row
  const { id: disclosureId, to, for: purpose } = granted(payments, row)
  const disclosure = await resume(gateway, disclosureId, to, purpose, 'open or delivered')
  if (disclosure === undefined) return undefined
  const facts = { orderReference: orderId, amountMinor, currency }
  const refund = (refunded: Refunded, way: Way) => processor.refund(refunded, intentId, id, way)
  return deliver(gateway, disclosure, facts, refund, `${intentId} ${id}`)
}

function granted({ processor }: Payments, { orderId, disclosureId }: RequestedRefund) {
  const about = { company: processor.name, subject: orderId, because: 'refund asked for' }
  return { ...about, id: disclosureId, to: 'payment processor', for: 'refund' } as const
}

/** An order's refunds, oldest first. */
export async function refundsOf(on: Queries, orderId: Id): Promise<readonly Refund[]> {
  return on.many<Refund>(sql`
    select id, state, amount_minor as "amountMinor", by, requested_at as "requestedAt",
      concluded_at as "concludedAt"
    from refund where order_id = ${orderId} order by id`)
}

async function refundIn(
  { gateway, processor }: Payments,
  tx: Transaction,
  { orderId, amountMinor, by, seenRefundedMinor }: RefundAsked,
): Promise<void> {
  const at = gateway.clock()
  const reserved = await tx.run(sql`
    update orders set refunded_minor = refunded_minor + ${amountMinor}
    where id = ${orderId} and state <> 'awaiting payment' and ${amountMinor}::bigint > 0
      and refunded_minor = ${seenRefundedMinor}
      and refunded_minor + ${amountMinor} <= total_minor`)
  if (reserved === 0) {
    throw new Fault(
      'conflict',
      'Cannot refund that: more is asked than is left, or another refund came first',
      {
        remedy: 'Load the order again, and refund at most what is left',
      },
    )
  }
  const id = newId(at)
  const disclosure = await grant(gateway, tx, {
    to: 'payment processor',
    for: 'refund',
    company: processor.name,
    subject: orderId,
    because: 'refund asked for',
  })
  await tx.run(sql`
    insert into refund (order_id, id, state, amount_minor, by, disclosure_id, requested_at)
    values (${orderId}, ${id}, 'requested', ${amountMinor}, ${by}, ${disclosure.id}, ${at})`)
  await addEvent(tx, orderId, { kind: 'refund asked for', by, details: { amountMinor } }, at)
  await enqueue(tx, 'refund', { order: orderId, id })
}

type Amounts = { readonly totalMinor: number; readonly seenRefundedMinor: number }

type RequestedRefund = {
  readonly orderId: Id
  readonly id: Id
  readonly disclosureId: Id
  readonly amountMinor: number
  readonly currency: string
  readonly intentId: string
}

async function requestedRefund(
  on: Queries,
  orderId: Id,
  id: Id,
): Promise<RequestedRefund | undefined> {
  return on.first<RequestedRefund>(sql`
    select r.order_id as "orderId", r.id, r.disclosure_id as "disclosureId",
      r.amount_minor as "amountMinor", p.currency, p.intent_id as "intentId"
    from refund r join payment p using (order_id)
    where r.order_id = ${orderId} and r.id = ${id} and r.state = 'requested'`)
}

async function conclude(
  { gateway, processor }: Payments,
  { orderId, id, amountMinor }: RequestedRefund,
  state: 'done' | 'failed',
  reference: string | null,
): Promise<void> {
  const at = gateway.clock()
  await gateway.database.transaction(async (tx) => {
    const concluded = await tx.run(sql`
      update refund set state = ${state}, concluded_at = ${at}, company_reference = ${reference}
      where order_id = ${orderId} and id = ${id} and state = 'requested'`)
    if (concluded === 0) return
    const details = { amountMinor }
    const kind = state === 'done' ? 'refunded' : 'refund failed'
    await addEvent(tx, orderId, { kind, by: processor.name, details }, at)
    if (state === 'done') await announce(gateway, tx, orderId, 'refund made')
    else {
      await tx.run(sql`
        update orders set refunded_minor = refunded_minor - ${amountMinor} where id = ${orderId}`)
    }
  })
}
