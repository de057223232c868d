/**
 * Refunds and cancellations: money goes back by the processor, in full or in part.
 *
 * A refund is reserved against the order's total in the transaction that asks for it, so that two at once cannot give
 * back more than was paid; a job carries it out, and the processor knows it by its id, so that it happens once. One
 * whose answer was lost for good is unclear (`unclear-refund.ts`).
 *
 * Invariant: what was refunded, what is being refunded and what may have been never exceed what was paid.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Way } from '../base/egress.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { type Attempt, enqueue, type Payload } from '../base/jobs.ts'
import { putBack } from '../catalogue/stock.ts'
import { announce } from '../orders/announce.ts'
import { addEvent, changeState, type Order, type TaxShare } from '../orders/order.ts'
import { deliver, grant, resume } from '../privacy/gateway.ts'
import {
  concludeAs,
  concludeIn,
  disclosureOf,
  enterLost,
  isLost,
  lockOrder,
  lookUp,
  noteTry,
  PAID_OTHERWISE,
  type RefundRow,
  type RefundState,
  refundRow,
  stopTrying,
} from './_refunds.ts'
import { orderItems } from './_rows.ts'
import type { Payments } from './payment.ts'
import type { MadeRefund, Refunded } from './processor.ts'
import {
  byAmount,
  byArticles,
  type Chosen,
  deliveryLeft,
  grossOf,
  type Pieces,
  type Taken,
} from './refund-shares.ts'

export type Refund = {
  readonly id: Id
  readonly state: RefundState
  readonly amountMinor: number
  /** The tax of each rate in it. */
  readonly taxes: readonly TaxShare[]
  /** Of which articles it is; null for an amount. */
  readonly lines: readonly Pieces[] | null
  /** What of the delivery is in it as such, as it was shown. */
  readonly shippingMinor: number
  /** Paid in another way than by the processor. */
  readonly isPaidOtherwise: boolean
  readonly by: string
  readonly requestedAt: Temporal.Instant
  readonly concludedAt: Temporal.Instant | null
}

export type RefundAsked = {
  readonly orderId: Id
  /** An amount, or articles and delivery. */
  readonly of: number | Chosen
  /** A member of staff's reference. */
  readonly by: string
  /** Whoever asks has paid it, by a bank transfer say: the processor is not told, and the refund is made. */
  readonly isPaidOtherwise?: boolean
  /** What had been refunded when it was asked for: a form that is sent twice refunds once. */
  readonly seenRefundedMinor: number
}

/**
 * Asks for a refund; a job carries it out, unless it was paid in another way.
 *
 * @throws {Fault} `conflict` when the order is not paid, or more is asked for than is left of it.
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
    const rest = totalMinor - seenRefundedMinor
    if (rest > 0) await refundIn(payments, tx, { orderId, of: rest, by, seenRefundedMinor })
  })
}

/**
 * The job 'refund': tells the processor, unless it has the refund already. Throws to be tried again while it does not
 * answer. At last the refund has failed, and its amount can be refunded again; or it is unclear, where it may have been
 * made, and its amount stays reserved.
 */
export async function carryOutRefund(
  payments: Payments,
  { order, id }: Payload,
  { isLast }: Attempt,
): Promise<void> {
  const row = await refundRow(payments.gateway.database, order, id)
  if (row?.state !== 'requested') return
  let isLookedUp = false
  try {
    // Made by a try whose answer was lost, or after the backup was taken that the store was restored from.
    const { ours, unknown } = await lookUp(payments, row)
    isLookedUp = true
    if (ours === undefined && unknown.some(isLost)) {
      // Whoever asked for this one did not see those, and may have wanted one of them: they ask again if not.
      await stopTrying(payments, row, { mostTries: row.tries === 0 ? 0 : -1, by: 'store' })
      return await enterLost(payments, row, unknown)
    }
    await concludeAs(payments, row, ours ?? (await tellProcessor(payments, row)))
  } catch (error) {
    const isAnswered = isFinal(error)
    if (!isLast && !isAnswered) throw error
    // It has failed if nobody was told of it, or the only one who was said no. A no after a lost answer says little.
    const mostTries = isLookedUp && row.tries === 0 ? Number(isAnswered) : -1
    const by = error instanceof Fault ? payments.processor.name : 'store'
    await stopTrying(payments, row, { mostTries, by })
  }
}

/** Another try would not change it: the processor's no, or the policy's. */
function isFinal(error: unknown): boolean {
  return error instanceof Refusal || (error instanceof Fault && error.code !== 'unreachable')
}

/** @throws {Refusal} when the disclosure was stopped before, or must not happen any more. */
async function tellProcessor(payments: Payments, row: RefundRow): Promise<MadeRefund> {
  const { gateway, processor } = payments
  const { orderId, id, amountMinor, currency, intentId } = row
  const { id: disclosureId, to, for: purpose } = disclosureOf(payments, row)
  const disclosure = await resume(gateway, disclosureId, to, purpose, 'open or delivered')
  if (disclosure === undefined) {
    throw new Refusal('C5', `Cannot give "${to}" anything for "${purpose}": it was stopped before`)
  }
  const facts = { orderReference: orderId, amountMinor, currency }
  const refund = async (refunded: Refunded, way: Way) => {
    // Committed before a byte leaves: whatever happens now, it is known that it may have been made.
    if (!(await noteTry(gateway.database, row, gateway.clock()))) {
      throw new Fault('conflict', 'This refund was concluded meanwhile')
    }
    return processor.refund(refunded, intentId, id, way)
  }
  return deliver(gateway, disclosure, facts, refund, `${intentId} ${id}`)
}

/** An order's refunds, oldest first. */
export async function refundsOf(on: Queries, orderId: Id): Promise<readonly Refund[]> {
  return on.many<Refund>(sql`
    select id, state, amount_minor as "amountMinor", taxes, lines,
      shipping_minor as "shippingMinor", paid_otherwise as "isPaidOtherwise", by,
      requested_at as "requestedAt", concluded_at as "concludedAt"
    from refund where order_id = ${orderId} order by id`)
}

async function refundIn(payments: Payments, tx: Transaction, asked: RefundAsked): Promise<void> {
  const { orderId, of, seenRefundedMinor, isPaidOtherwise } = asked
  const { order, taken } = await lockOrder(tx, orderId)
  const { state, refundedMinor } = order
  if (state === 'awaiting payment' || refundedMinor !== seenRefundedMinor) throw notLeft()
  const shares = typeof of === 'number' ? ofAmount(order, taken, of) : ofArticles(order, taken, of)
  await tx.run(sql`
    update orders set refunded_minor = refunded_minor + ${shares.amountMinor} where id = ${orderId}`)
  await (isPaidOtherwise ? enterPaid : askProcessor)(payments, tx, asked, shares)
}

type Shares = Pick<Refund, 'amountMinor' | 'taxes' | 'lines' | 'shippingMinor'>

function ofAmount(order: Order, taken: readonly Taken[], amountMinor: number): Shares {
  if (amountMinor <= 0 || amountMinor > order.totalMinor - order.refundedMinor) throw notLeft()
  const taxes = byAmount(order, taken, amountMinor)
  return { amountMinor, taxes, lines: null, shippingMinor: 0 }
}

function ofArticles(order: Order, taken: readonly Taken[], chosen: Chosen): Shares {
  const { lines, withDelivery } = chosen
  const taxes = byArticles(order, taken, chosen)
  const amountMinor = grossOf(taxes)
  if (amountMinor === 0) throw notLeft()
  return { amountMinor, taxes, lines, shippingMinor: withDelivery ? deliveryLeft(order, taken) : 0 }
}

async function askProcessor(
  { gateway, processor }: Payments,
  tx: Transaction,
  { orderId, by }: RefundAsked,
  shares: Shares,
): Promise<void> {
  const at = gateway.clock()
  const id = newId(at)
  const disclosure = await grant(gateway, tx, {
    to: 'payment processor',
    for: 'refund',
    company: processor.name,
    subject: orderId,
    because: 'refund asked for',
  })
  await insertRefund(tx, orderId, { ...shares, id, disclosureId: disclosure.id, by, at })
  const details = { amountMinor: shares.amountMinor }
  await addEvent(tx, orderId, { kind: 'refund asked for', by, details }, at)
  await enqueue(tx, 'refund', { order: orderId, id })
}

/** Nobody is told anything for it, so no disclosure is in the ledger. */
async function enterPaid(
  payments: Payments,
  tx: Transaction,
  { orderId, by }: RefundAsked,
  shares: Shares,
): Promise<void> {
  const at = payments.gateway.clock()
  const id = newId(at)
  await insertRefund(tx, orderId, { ...shares, id, disclosureId: id, by, at })
  const paid = { state: 'done', by, reason: PAID_OTHERWISE, isPaidOtherwise: true } as const
  await concludeIn(payments, tx, { orderId, id, ...shares }, paid)
}

function insertRefund(
  tx: Transaction,
  orderId: Id,
  asked: Shares & {
    readonly id: Id
    readonly disclosureId: Id
    readonly by: string
    readonly at: Temporal.Instant
  },
): Promise<number> {
  const { id, amountMinor, taxes, lines, shippingMinor, by, disclosureId, at } = asked
  return tx.run(sql`
    insert into refund (order_id, id, state, amount_minor, taxes, lines, shipping_minor, by,
      disclosure_id, requested_at)
    values (${orderId}, ${id}, 'requested', ${amountMinor}, ${JSON.stringify(taxes)},
      ${lines === null ? null : JSON.stringify(lines)}, ${shippingMinor}, ${by}, ${disclosureId},
      ${at})`)
}

function notLeft(): Fault {
  return new Fault(
    'conflict',
    'Cannot refund that: more is asked than is left, or another refund came first',
    { remedy: 'Load the order again, and refund at most what is left' },
  )
}

type Amounts = { readonly totalMinor: number; readonly seenRefundedMinor: number }
