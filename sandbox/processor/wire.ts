/**
 * What the payment processor's API says: the objects of Stripe's wire format, with the fields that
 * a store reads, and its errors.
 *
 * Source: the type declarations of the official SDK, version 2026-10-28.endive of the API.
 */

import { type Answer, json, Refused } from '../base/answer.ts'

export const API_VERSION = '2026-10-28.endive'

export type Metadata = Readonly<Record<string, string>>

export type Session = {
  readonly id: string
  readonly object: 'checkout.session'
  readonly amount_subtotal: number
  readonly amount_total: number
  readonly automatic_tax: { readonly enabled: false; readonly status: null }
  readonly cancel_url: string | null
  readonly client_reference_id: string | null
  readonly created: number
  readonly currency: string
  readonly customer: null
  readonly customer_details: null
  readonly customer_email: null
  readonly expires_at: number
  readonly livemode: false
  readonly locale: string | null
  readonly metadata: Metadata
  readonly mode: 'payment'
  readonly payment_intent: string | null
  readonly payment_method_types: readonly ['card']
  readonly payment_status: 'paid' | 'unpaid'
  readonly shipping_options: readonly never[]
  readonly status: 'open' | 'complete' | 'expired'
  readonly success_url: string
  readonly total_details: {
    readonly amount_discount: 0
    readonly amount_shipping: 0
    readonly amount_tax: 0
  }
  readonly ui_mode: 'hosted_page'
  /** Only while the session is open. */
  readonly url: string | null
}

export type Intent = {
  readonly id: string
  readonly object: 'payment_intent'
  readonly amount: number
  readonly amount_capturable: 0
  readonly amount_received: number
  readonly canceled_at: number | null
  readonly capture_method: 'automatic'
  readonly created: number
  readonly currency: string
  readonly customer: null
  readonly description: string | null
  readonly last_payment_error: CardError | null
  readonly latest_charge: string | null
  readonly livemode: false
  readonly metadata: Metadata
  readonly payment_method_types: readonly ['card']
  readonly receipt_email: null
  readonly status: 'requires_payment_method' | 'succeeded' | 'canceled'
}

export type Charge = {
  readonly id: string
  readonly object: 'charge'
  readonly amount: number
  readonly amount_captured: number
  readonly amount_refunded: number
  readonly captured: true
  readonly created: number
  readonly currency: string
  readonly disputed: false
  readonly livemode: false
  readonly metadata: Metadata
  readonly paid: true
  readonly payment_intent: string
  readonly refunded: boolean
  readonly status: 'succeeded'
}

export type Refund = {
  readonly id: string
  readonly object: 'refund'
  readonly amount: number
  readonly charge: string
  readonly created: number
  readonly currency: string
  readonly metadata: Metadata
  readonly payment_intent: string
  readonly reason: string | null
  readonly status: 'succeeded' | 'failed'
}

export type CardError = {
  readonly type: 'card_error'
  readonly code: string
  readonly decline_code: string
  readonly message: string
}

export type StripeError = {
  readonly type: 'invalid_request_error' | 'idempotency_error' | 'api_error'
  readonly message: string
  readonly code?: string
  readonly param?: string
}

export function failure(error: StripeError, status = 400): Answer {
  return json({ error }, status)
}

/** A request that the processor finds wrong, to be thrown. */
export function invalid(message: string, more: { code?: string; param?: string } = {}): Refused {
  return new Refused(failure({ type: 'invalid_request_error', message, ...more }))
}

export function missing(param: string): Refused {
  return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
}

/** What the processor says to an id that it does not know. */
export function noSuch(kind: string, id: string, param: string): Refused {
  const message = `No such ${kind}: '${id}'`
  const code = 'resource_missing'
  return new Refused(failure({ type: 'invalid_request_error', code, message, param }, 404))
}
