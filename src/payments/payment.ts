/**
 * A payment: from the moment a customer goes to the processor's page until the money is there, or the time is up.
 *
 * Whatever arrives (a webhook once, twice, late, before the redirect, out of order; the redirect alone; nothing at all)
 * an order is paid once, because one row changes its state once, in the transaction that does all that follows from it.
 *
 * Invariant: amounts come from the store's own rows. What the processor says is compared with them, never taken over.
 * Invariant: an order lapses only after the processor has said that its session is expired: no paid order is lost.
 */

import { monthOf } from '../base/clock.ts'
import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, isId } from '../base/ids.ts'
import { endCart } from '../cart/cart.ts'
import { putBack } from '../catalogue/stock.ts'
import { announce } from '../orders/announce.ts'
import { addEvent, changeState } from '../orders/order.ts'
import {
  type Ask,
  type Disclosure,
  deliver,
  type Gateway,
  giveUp,
  grant,
  inquire,
} from '../privacy/gateway.ts'
import { append } from '../privacy/ledger.ts'
import { destroyKeys, sealInvoice } from '../privacy/vault.ts'
import { dueOf, orderItems, type PaymentRow, startedPayment } from './_rows.ts'
import type { PaidSession, Processor, ReturnUrls, Session, SessionState } from './processor.ts'

export type Payments = {
  readonly gateway: Gateway
  readonly processor: Processor
  readonly urls: ReturnUrls
}

export type StartedPayment = Disclosure<'payment processor', 'payment'> & {
  readonly amountMinor: number
  readonly currency: string
  readonly lapsesAt: Temporal.Instant
}

/** How long stock waits for its payment. Stripe lets a session live 30 minutes at least. */
export const PAYMENT_TIME = Temporal.Duration.from({ minutes: 35 })

/**
 * In the transaction that places the order: the payment's row, and leave to tell the processor of it.
 *
 * @param beside writes what goes with it last.
 */
export async function beginPayment(
  { gateway, processor }: Payments,
  tx: Transaction,
  order: { readonly id: Id; readonly totalMinor: number; readonly currency: string },
  cartId: Id,
  beside: () => Promise<unknown>,
): Promise<StartedPayment> {
  const startedAt = gateway.clock()
  const lapsesAt = startedAt.add(PAYMENT_TIME)
  // Asked for together and answered in this order: the payment is open when the rule asks whether it is.
  const [, disclosure] = await Promise.all([
    tx.run(sql`
      insert into payment (order_id, company, state, amount_minor, currency, started_at, lapses_at,
        cart_id)
      values (${order.id}, ${processor.name}, 'started', ${order.totalMinor}, ${order.currency},
        ${startedAt}, ${lapsesAt}, ${cartId})`),
    grant(gateway, tx, askAbout(processor, order.id, 'order placed'), beside),
  ])
  return { ...disclosure, amountMinor: order.totalMinor, currency: order.currency, lapsesAt }
}

/**
 * After that transaction: opens the processor's page for the payment.
 *
 * @throws {Fault} `payment_refused`: the order is taken back, and its stock is free. `unreachable`: the same, but only
 * once the processor can be asked, since it may have opened a page whose answer was lost.
 */
export async function openSession(payments: Payments, payment: StartedPayment): Promise<Session> {
  const { gateway } = payments
  try {
    return await startSession(payments, payment)
  } catch (error) {
    // An answer that was lost may have left a session behind: then the order lapses by the rules, later.
    if (error instanceof Fault && error.code === 'unreachable')
      await hasten(payments, payment.subject)
    else await takeBack(payments, payment.subject)
    await giveUp(gateway, payment)
    throw error
  }
}

/**
 * The processor says that a session was paid. Returns whether it was this call that made the order paid.
 *
 * An amount or a currency other than ours makes nothing paid; it is written down for the merchant.
 */
export async function recordPaid(payments: Payments, session: PaidSession): Promise<boolean> {
  const { gateway, processor } = payments
  const { database, vault, clock } = gateway
  const orderId = session.orderReference
  // Whoever shares an account at the processor hears of payments that are not ours.
  if (!isId(orderId)) return false
  return database.transaction(async (tx) => {
    const at = clock()
    const payment = await tx.first<{ cartId: Id | null; totalMinor: number }>(sql`
      update payment set state = 'paid', paid_at = ${at}, intent_id = ${session.intentId},
        session_id = ${session.sessionId}
      where order_id = ${orderId} and state = 'started' and company = ${processor.name}
        and amount_minor = ${session.amountMinor} and currency = ${session.currency}
      returning cart_id as "cartId", amount_minor as "totalMinor"`)
    if (payment === undefined) {
      await noteDifference(tx, processor, session, at)
      return false
    }
    const details = { amountMinor: session.amountMinor }
    const event = { kind: 'paid', by: processor.name, details }
    await Promise.all([
      changeState(tx, orderId, ['awaiting payment'], 'paid', event, at),
      sealInvoice(vault, tx, orderId, at),
      tx.run(sql`
        insert into accounting_record (order_id, month, paid_at, currency, total_minor, taxes)
        select id, ${monthOf(at)}, ${at}, currency, total_minor, taxes
        from orders where id = ${orderId}`),
      announce(gateway, tx, orderId, 'order paid'),
      payment.cartId === null ? undefined : endCart(tx, payment.cartId),
    ])
    return true
  })
}

/**
 * Asks the processor about a payment that has not been heard of: when the customer comes back before the webhook.
 * Returns whether the order is paid.
 */
export async function askProcessor(payments: Payments, orderId: Id): Promise<boolean> {
  const { gateway, processor } = payments
  const payment = await startedPayment(gateway.database, orderId)
  if (payment === undefined || payment.sessionId === null) return false
  const { sessionId } = payment
  const found = await inquireAbout(payments, payment, (way) => processor.state(sessionId, way))
  if (found.state !== 'paid') return false
  await recordPaid(payments, found)
  return true
}

/**
 * Takes back orders whose time is up, one by one; an order that turns out to be paid is paid. One that fails, or was
 * paid with another amount than ours, is asked about again an hour later and keeps no other waiting.
 *
 * While our clock is not trusted the processor's decides: nobody's page is ended, and what it has not ended waits.
 */
export async function lapsePayments(
  payments: Payments,
  { isClockTrusted = true, limit = 50 } = {},
): Promise<number> {
  const { gateway } = payments
  const due = await gateway.database.many<{ orderId: Id }>(sql`
    select order_id as "orderId" from payment
    where state = 'started' and lapses_at < ${gateway.clock()} order by lapses_at limit ${limit}`)
  let lapsed = 0
  let failure: unknown
  for (const { orderId } of due) {
    try {
      const state = await lapse(payments, orderId, isClockTrusted ? 'expire' : 'state')
      if (state === 'expired') lapsed += 1
      if (state === 'paid') await putOff(payments, orderId)
    } catch (error) {
      if (error instanceof Fault && error.code === 'unreachable') continue
      failure ??= error
      await putOff(payments, orderId)
    }
  }
  if (failure !== undefined) throw failure
  return lapsed
}

/**
 * The customer came back without paying: the session is ended, and the stock is free at once.
 *
 * @throws {Fault} `unreachable`: then the processor is asked again within a minute, as if the time were up.
 */
export async function cancelPayment(
  payments: Payments,
  orderId: Id,
): Promise<'cancelled' | 'paid'> {
  const payment = await startedPayment(payments.gateway.database, orderId)
  if (payment === undefined) return 'paid'
  const found = await askAboutSession(payments, payment, 'expire').catch(async (error) => {
    if (error instanceof Fault && error.code === 'unreachable') await hasten(payments, orderId)
    throw error
  })
  if (found.state === 'expired') {
    await takeBack(payments, orderId)
    return 'cancelled'
  }
  if (found.state === 'paid') await recordPaid(payments, found)
  return 'paid'
}

/** The gateway's condition "the payment is open": started for a payment, paid for a refund. */
export async function paymentIsOpen(on: Queries, ask: Ask): Promise<boolean> {
  const state = ask.for === 'refund' ? 'paid' : 'started'
  const found = await on.first(
    sql`select 1 from payment where order_id = ${ask.subject} and state = ${state}`,
  )
  return found !== undefined
}

async function lapse(
  payments: Payments,
  orderId: Id,
  how: Asking,
): Promise<SessionState['state'] | undefined> {
  const payment = await startedPayment(payments.gateway.database, orderId)
  if (payment === undefined) return undefined
  const found = await askAboutSession(payments, payment, how)
  if (found.state === 'paid') await recordPaid(payments, found)
  if (found.state === 'expired') await takeBack(payments, orderId)
  return found.state
}

/** Whether the session is ended by being asked about. */
type Asking = 'expire' | 'state'

async function askAboutSession(
  payments: Payments,
  payment: PaymentRow,
  how: Asking,
): Promise<SessionState> {
  const sessionId = payment.sessionId ?? (await findSession(payments, payment))
  if (sessionId === undefined) return { state: 'expired' }
  return inquireAbout(payments, { ...payment, sessionId }, (way) =>
    payments.processor[how](sessionId, way),
  )
}

function startSession(payments: Payments, payment: StartedPayment): Promise<Session> {
  const { gateway, processor, urls } = payments
  return deliver(
    gateway,
    payment,
    dueOf(payment),
    (due, way) => processor.start(due, urls, payment.lapsesAt, way),
    String(Math.floor(payment.lapsesAt.epochMilliseconds / 1000)),
    (on, { id }) =>
      on.run(sql`update payment set session_id = ${id} where order_id = ${payment.subject}`),
  )
}

/**
 * The session whose answer was lost, or never asked for because the store stopped: the same question gets the same one.
 * Undefined when the processor has none and makes none any more.
 */
async function findSession(payments: Payments, payment: PaymentRow): Promise<string | undefined> {
  const { gateway, processor } = payments
  const disclosure = await gateway.database.transaction((tx) =>
    grant(gateway, tx, askAbout(processor, payment.orderId, 'payment lapsed')),
  )
  const lapsesAt = payment.startedAt.add(PAYMENT_TIME)
  try {
    return (await startSession(payments, { ...disclosure, ...payment, lapsesAt })).id
  } catch (error) {
    await giveUp(gateway, disclosure)
    if (error instanceof Fault && error.code === 'payment_refused') return undefined
    throw error
  }
}

function inquireAbout<R>(
  { gateway, processor }: Payments,
  { orderId, sessionId }: Pick<PaymentRow, 'orderId' | 'sessionId'>,
  adapter: Parameters<typeof inquire<R>>[3],
): Promise<R> {
  const about = askAbout(processor, orderId, 'inquiry')
  return inquire(gateway, about, `${orderId} ${sessionId ?? ''}`, adapter)
}

function askAbout({ name }: Processor, subject: Id, because: string) {
  return { to: 'payment processor', for: 'payment', company: name, subject, because } as const
}

async function putOff({ gateway }: Payments, orderId: Id): Promise<void> {
  const { database, clock } = gateway
  await database.run(sql`
    update payment set lapses_at = ${clock().add({ hours: 1 })}
    where order_id = ${orderId} and state = 'started'`)
}

/** Its time is up now: the next look at lapsed payments asks the processor, and frees the stock. */
async function hasten(payments: Payments, orderId: Id): Promise<void> {
  const { database, clock } = payments.gateway
  await database.run(
    sql`update payment set lapses_at = ${clock()} where order_id = ${orderId} and state = 'started'`,
  )
}

/** Ends an order that was not paid: key, rows and reservation, in one transaction. */
async function takeBack({ gateway }: Payments, orderId: Id): Promise<void> {
  const { database, clock } = gateway
  await database.transaction(async (tx) => {
    const ended = await tx.run(
      sql`delete from payment where order_id = ${orderId} and state = 'started'`,
    )
    if (ended === 0) return
    await putBack(tx, await orderItems(tx, orderId))
    await tx.run(sql`
      with lines as (delete from order_line where order_id = ${orderId}),
        events as (delete from order_event where order_id = ${orderId}),
        belonging as (delete from account_order where order_id = ${orderId})
      delete from orders where id = ${orderId} and state = 'awaiting payment'`)
    await destroyKeys(gateway.vault, tx, [orderId])
    const because = 'payment lapsed'
    await append(
      tx,
      { kind: 'key destroyed', reference: orderId, clause: 'C3.1', because },
      clock(),
    )
  })
}

async function noteDifference(
  tx: Transaction,
  processor: Processor,
  session: PaidSession,
  at: Temporal.Instant,
): Promise<void> {
  const started = await startedPayment(tx, session.orderReference)
  if (started === undefined) return
  const { amountMinor, currency } = session
  const details = { amountMinor, currency }
  const noted = await tx.first(sql`
    select 1 from order_event where order_id = ${started.orderId} and kind = 'payment differs'
      and details = ${JSON.stringify(details)}::jsonb`)
  if (noted !== undefined) return
  await addEvent(tx, started.orderId, { kind: 'payment differs', by: processor.name, details }, at)
}
