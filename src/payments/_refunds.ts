/**
 * Refunds that are not concluded: their rows, what the processor has of them, and how they are concluded.
 *
 * Invariant: what a refund has reserved is released once, with the refund that failed, and never while it may be made.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { check } from '../base/failure.ts'
import { type Id, instantOf, isId } from '../base/ids.ts'
import { type AnnouncedEvent, announce } from '../orders/announce.ts'
import { addEvent, findOrder, type Order, type TaxShare } from '../orders/order.ts'
import { confirm, giveUp, inquire } from '../privacy/gateway.ts'
import { whereHeld } from '../privacy/vault.ts'
import type { Payments } from './payment.ts'
import type { MadeRefund } from './processor.ts'
import { byAmount, type Taken, taxOf } from './refund-shares.ts'

/** Of a refund that a member of staff has paid themselves; stands in the timeline. */
export const PAID_OTHERWISE = 'paid in another way, not by the processor'

/**
 * `requested`: a job carries it out. `unclear`: it may have been made, and nobody has said so yet. `done` and `failed`
 * are final.
 */
export type RefundState = 'requested' | 'unclear' | 'done' | 'failed'

export type RefundRow = {
  readonly orderId: Id
  readonly id: Id
  readonly state: RefundState
  readonly disclosureId: Id
  readonly amountMinor: number
  readonly currency: string
  readonly intentId: string
  /** How often the processor was told, perhaps in vain, and when last. */
  readonly tries: number
  readonly triedAt: Temporal.Instant | null
  /** The processor's own reference; null where nobody but a member of staff has said that it was made. */
  readonly companyReference: string | null
  /** Paid in another way than by the processor, by the word of a member of staff. */
  readonly isPaidOtherwise: boolean
  /** When the processor's own came back, after it had been made. */
  readonly sentBackAt: Temporal.Instant | null
  readonly taxes: readonly TaxShare[]
}

export async function refundRow(on: Queries, orderId: Id, id: Id): Promise<RefundRow | undefined> {
  return on.first<RefundRow>(sql`
    select r.order_id as "orderId", r.id, r.state, r.disclosure_id as "disclosureId",
      r.amount_minor as "amountMinor", p.currency, p.intent_id as "intentId", r.tries,
      r.tried_at as "triedAt", r.company_reference as "companyReference",
      r.paid_otherwise as "isPaidOtherwise", r.sent_back_at as "sentBackAt",
      r.taxes
    from refund r join payment p using (order_id)
    where r.order_id = ${orderId} and r.id = ${id}`)
}

/** The disclosure that a refund was granted. */
export function disclosureOf({ processor }: Payments, { orderId, disclosureId }: RefundRow) {
  const about = { company: processor.name, subject: orderId, because: 'refund asked for' }
  return { ...about, id: disclosureId, to: 'payment processor', for: 'refund' } as const
}

/** What the processor has of a refund, and of its payment beside it. */
export type Found = {
  readonly ours: MadeRefund | undefined
  /** Refunds that this store knows nothing of: made by hand, perhaps in the stead of ours. */
  readonly unknown: readonly MadeRefund[]
}

/**
 * Asks the processor what it has. It is told nothing but its own reference of the payment, so this may be asked
 * whatever its person has restricted.
 *
 * @throws {Fault} `unreachable`, or `payment_refused` when the processor does not know the payment.
 */
export async function lookUp(payments: Payments, row: RefundRow): Promise<Found> {
  const { gateway, processor } = payments
  const { orderId, id, currency, intentId } = row
  const all = await inquire(gateway, disclosureOf(payments, row), intentId, (way) =>
    processor.refunds(intentId, currency, way),
  )
  const ours = all.filter(({ reference }) => reference === id)
  const known = await gateway.database.many<{ id: Id; companyReference: string | null }>(sql`
    select id, company_reference as "companyReference" from refund where order_id = ${orderId}`)
  const isKnown = (one: MadeRefund) =>
    known.some(({ id, companyReference }) => id === one.reference || companyReference === one.id)
  return {
    ours: ours.find(({ hasFailed }) => !hasFailed) ?? ours[0],
    unknown: all.filter((one) => !one.hasFailed && !isKnown(one)),
  }
}

/** Whether a refund that is not in the books is this store's: made after the backup that it was restored from. */
export function isLost({ reference }: MadeRefund): boolean {
  return isId(reference ?? '')
}

/** An order that is refunded, and what its refunds are of: nobody else refunds it until the transaction ends. */
export async function lockOrder(
  tx: Transaction,
  orderId: Id,
): Promise<{ readonly order: Order; readonly taken: readonly Taken[] }> {
  await tx.run(sql`select from orders where id = ${orderId} for update`)
  const [order, taken] = await Promise.all([findOrder(tx, orderId), takenOf(tx, orderId)])
  check(order !== undefined, 'What is refunded is an order')
  return { order, taken }
}

/** What an order's refunds are of, but those that failed. */
async function takenOf(on: Queries, orderId: Id): Promise<readonly Taken[]> {
  return on.many<Taken>(sql`
    select taxes, lines, shipping_minor as "shippingMinor" from refund
    where order_id = ${orderId} and state <> 'failed' order by id`)
}

/** Enters those that a restore had lost, as far as they fit. Their customer was told when they were made. */
export async function enterLost(
  { gateway, processor }: Payments,
  { orderId }: RefundRow,
  unknown: readonly MadeRefund[],
): Promise<void> {
  const at = gateway.clock()
  for (const { id: companyReference, reference, amountMinor } of unknown) {
    const id = reference ?? ''
    if (!isId(id)) continue
    await gateway.database.transaction(async (tx) => {
      const { order, taken } = await lockOrder(tx, orderId)
      const isEntered = (await refundRow(tx, orderId, id)) !== undefined
      if (isEntered || order.refundedMinor + amountMinor > order.totalMinor) return
      const taxes = byAmount(order, taken, amountMinor)
      await tx.run(sql`
        update orders set refunded_minor = refunded_minor + ${amountMinor},
          paid_back_minor = paid_back_minor + ${amountMinor},
          paid_back_tax_minor = paid_back_tax_minor + ${taxOf(taxes)}
        where id = ${orderId}`)
      await tx.run(sql`
        insert into refund (order_id, id, state, amount_minor, taxes, by, disclosure_id,
          company_reference, requested_at, concluded_at)
        values (${orderId}, ${id}, 'done', ${amountMinor}, ${JSON.stringify(taxes)}, 'store', ${id},
          ${companyReference}, ${instantOf(id)}, ${at})`)
      const details = { amountMinor, reason: 'found after a restore' }
      await addEvent(tx, orderId, { kind: 'refunded', by: processor.name, details }, at)
    })
  }
}

/** Writes that the processor is about to be told. False when it must not be: the refund was concluded meanwhile. */
export async function noteTry(
  on: Queries,
  { orderId, id }: RefundRow,
  at: Temporal.Instant,
): Promise<boolean> {
  const noted = await on.run(sql`
    update refund set tries = tries + 1, tried_at = ${at}
    where order_id = ${orderId} and id = ${id} and state = 'requested'`)
  return noted > 0
}

/** Ends it as the processor has it. False when somebody was there first. */
export async function concludeAs(
  payments: Payments,
  row: RefundRow,
  { id: companyReference, hasFailed }: MadeRefund,
): Promise<boolean> {
  await confirm(payments.gateway, disclosureOf(payments, row))
  const state = hasFailed ? 'failed' : 'done'
  return conclude(payments, row, { state, by: payments.processor.name, companyReference })
}

export type Conclusion = {
  readonly state: 'done' | 'failed'
  /** Who says so: the processor, `store`, or a member of staff. */
  readonly by: string
  readonly companyReference?: string
  /** How they know it, in fixed words, where that is not plain. */
  readonly reason?: string
  /** Done, and not by the processor. */
  readonly isPaidOtherwise?: boolean
}

/** Ends a refund. False when somebody was there first. */
export async function conclude(
  payments: Payments,
  row: RefundRow,
  conclusion: Conclusion,
): Promise<boolean> {
  return payments.gateway.database.transaction((tx) => concludeIn(payments, tx, row, conclusion))
}

/** The same in the caller's transaction. */
export async function concludeIn(
  { gateway }: Payments,
  tx: Transaction,
  { orderId, id, amountMinor, taxes }: Pick<RefundRow, 'orderId' | 'id' | 'amountMinor' | 'taxes'>,
  { state, by, companyReference, reason, isPaidOtherwise = false }: Conclusion,
): Promise<boolean> {
  const at = gateway.clock()
  const concluded = await tx.run(sql`
    update refund set state = ${state}, concluded_at = ${at},
      company_reference = ${companyReference ?? null}, paid_otherwise = ${isPaidOtherwise}
    where order_id = ${orderId} and id = ${id} and state in ('requested', 'unclear')`)
  if (concluded === 0) return false
  const kind = state === 'done' ? 'refunded' : 'refund failed'
  const details = { amountMinor, ...(reason !== undefined && { reason }) }
  await addEvent(tx, orderId, { kind, by, details }, at)
  if (state === 'failed') await release(tx, orderId, amountMinor)
  else {
    await tx.run(sql`
      update orders set paid_back_minor = paid_back_minor + ${amountMinor},
        paid_back_tax_minor = paid_back_tax_minor + ${taxOf(taxes)}
      where id = ${orderId}`)
    const event = isPaidOtherwise ? 'refund paid otherwise' : 'refund made'
    await tellCustomer(gateway, tx, orderId, event)
  }
  return true
}

/**
 * Once their address has ended there is nobody to be told, and nothing about them goes into the ledger. The caller has
 * written the order's row, so that its person's data does not end in between.
 */
export async function tellCustomer(
  gateway: Payments['gateway'],
  tx: Transaction,
  orderId: Id,
  because: AnnouncedEvent,
): Promise<void> {
  const held = await whereHeld(tx, [orderId], ['email'])
  if (held.length > 0) await announce(gateway, tx, orderId, because)
}

/**
 * Tries a requested refund no more. It has failed if the processor was told at most `mostTries` times, and is unclear
 * otherwise; -1 where it is unclear in any case.
 */
export async function stopTrying(
  payments: Payments,
  row: RefundRow,
  { mostTries, by }: { readonly mostTries: number; readonly by: string },
): Promise<void> {
  const { gateway } = payments
  const { orderId, id, amountMinor } = row
  // Nothing is left open: where it was refused or delivered, that stays.
  await giveUp(gateway, disclosureOf(payments, row))
  const at = gateway.clock()
  await gateway.database.transaction(async (tx) => {
    const stopped = await tx.first<{ state: RefundState }>(sql`
      update refund set state = case when tries <= ${mostTries} then 'failed' else 'unclear' end,
        concluded_at = case when tries <= ${mostTries} then ${at}::timestamptz end
      where order_id = ${orderId} and id = ${id} and state = 'requested' returning state`)
    if (stopped === undefined) return
    const hasFailed = stopped.state === 'failed'
    const event = hasFailed
      ? { kind: 'refund failed', by }
      : { kind: 'refund unclear', by: 'store' }
    await addEvent(tx, orderId, { ...event, details: { amountMinor } }, at)
    if (hasFailed) await release(tx, orderId, amountMinor)
  })
}

/** What was reserved can be refunded again. */
async function release(tx: Transaction, orderId: Id, amountMinor: number): Promise<void> {
  await tx.run(sql`
    update orders set refunded_minor = refunded_minor - ${amountMinor} where id = ${orderId}`)
}
