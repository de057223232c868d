/**
 * Payment processors: the companies that take our customers' money, and everything that they may learn from us.
 *
 * The policy's table gives a processor an order reference, an amount and a currency, and nothing of a person (C5). The
 * person pays on the processor's own page; no card data and no script of theirs ever comes here (PCI DSS 4.0.1, SAQ A).
 *
 * Invariant: an adapter holds what was disclosed and a way out, never an order or the database.
 */

import type { Way } from '../base/egress.ts'
import type { Disclosed } from '../privacy/policy.ts'

/** What a processor knows of a payment. */
export type Due = Disclosed<'payment processor', 'payment'>

/** What a processor knows of a refund. */
export type Refunded = Disclosed<'payment processor', 'refund'>

/** A payment page of the processor. */
export type Session = { readonly id: string; readonly url: string }

/** What a processor says of a session. */
export type SessionState =
  | { readonly state: 'open' }
  | { readonly state: 'expired' }
  | ({ readonly state: 'paid' } & PaidSession)

export type PaidSession = {
  readonly sessionId: string
  /** The order reference that we gave it. */
  readonly orderReference: string
  /** The processor's own reference of the payment, for refunds. */
  readonly intentId: string
  readonly amountMinor: number
  readonly currency: string
}

/** A refund as the processor has it. */
export type MadeRefund = {
  /** The processor's own. */
  readonly id: string
  /** Ours, with which we asked for it; null when it was not us. */
  readonly reference: string | null
  readonly amountMinor: number
  /** Whether it failed by itself: the money is still, or again, with the processor. */
  readonly hasFailed: boolean
}

/** What a processor tells by itself, by a webhook. */
export type Notice =
  | { readonly of: 'payment'; readonly session: PaidSession }
  /** A refund has failed, perhaps long after it was made; `reference` as in `MadeRefund`. */
  | { readonly of: 'failed refund'; readonly reference: string }

export type ReturnUrls = { readonly paid: string; readonly cancelled: string }

export interface Processor {
  readonly name: string

  /** Must be idempotent on the order reference: a start whose answer was lost is tried again. */
  start(due: Due, urls: ReturnUrls, lapsesAt: Temporal.Instant, way: Way): Promise<Session>

  state(sessionId: string, way: Way): Promise<SessionState>

  /** Ends a session so that it can no longer be paid; tells what it was by then. */
  expire(sessionId: string, way: Way): Promise<SessionState>

  /**
   * Must be idempotent on `reference` for as long as a request can be under way, and leave it with the refund, so that
   * `refunds` tells it. It is random, and names neither the order nor anybody.
   */
  refund(refunded: Refunded, intentId: string, reference: string, way: Way): Promise<MadeRefund>

  /** All refunds of a payment, whoever asked for them. */
  refunds(intentId: string, currency: string, way: Way): Promise<readonly MadeRefund[]>

  /**
   * Reads a webhook: what it gives notice of, or undefined for an event that does not concern us.
   *
   * @throws {Fault} `forged` when it was not signed by the processor, too long ago, or no secret is configured.
   */
  readWebhook(body: Buffer, signature: string | undefined): Notice | undefined
}
