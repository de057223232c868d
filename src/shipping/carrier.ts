/**
 * Carriers: the companies that move our parcels, and everything that they may learn from us.
 *
 * C8.1 gives a carrier five fields about a person, for transport only; C8.2 nothing of what is in the box unless a
 * customs declaration strictly needs it. Both halves are types here: `Consignee` is computed from the policy's own
 * table, and only a `Parcel` that crosses a border has room for its content.
 *
 * Invariant: an adapter never holds an order, a customer or the database. It is handed one `Consignment` and the way
 * out, after the gateway has written the disclosure to the ledger.
 */

import type { Way } from '../base/egress.ts'
import { Fault } from '../base/failure.ts'
import type { Declaration } from '../customs/declaration.ts'
import type { Disclosed } from '../privacy/policy.ts'

/** What a carrier knows of a person: C8.1, word for word. */
export type Consignee = Disclosed<'carrier', 'transport'>

/** What a carrier knows of a box. */
export type Parcel = {
  /** Random; names neither the order nor the customer. */
  readonly reference: string
  readonly weightGrams: number
  /** What the customer chose: speed, not content. */
  readonly method: string
} & (
  | { readonly crossesBorder: false; readonly declaration: null }
  | { readonly crossesBorder: true; readonly declaration: Declaration }
)

export type Consignment = { readonly consignee: Consignee; readonly parcel: Parcel }

/** A booked parcel. */
export type Label = {
  readonly trackingNumber: string
  /** Bears the address: it is sealed as soon as it is here. */
  readonly pdf: Buffer
  /** By which the carrier names the parcel when it tells where it is. */
  readonly companyReference: string
}

/** Where a carrier says that a parcel is. */
export type TrackingEvent = {
  readonly company: string
  readonly companyReference: string
  readonly status: 'on its way' | 'delivered' | 'returned' | 'failed'
}

/** Headers of a webhook, by their names in lower case. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** To add a carrier, write an adapter in `shipping/carriers/` and name it in `src/_parties.ts`. */
export interface Carrier {
  /** As the gateway knows the company. */
  readonly name: string

  /** The label of a parcel that was booked before: its answer may have been lost. Tells the carrier nothing new. */
  find(reference: string, way: Way): Promise<Label | undefined>

  /**
   * @throws {Fault} `carrier_refused` with the carrier's reason, `unreachable` when it is worth another try.
   */
  book(consignment: Consignment, way: Way): Promise<Label>

  /**
   * Undefined for an event that is not about where a parcel is.
   *
   * @throws {Fault} `forged` when the signature is not right, or no secret is set.
   */
  verifyWebhook(rawBody: Buffer, headers: WebhookHeaders): TrackingEvent | undefined
}

/** A carrier's no. The reason is a code of its protocol; its text could repeat an address and is not kept. */
export function carrierRefused(company: string, reason: string): Fault {
  const code = /^[\w.-]{1,80}$/.test(reason) ? reason : 'UNKNOWN'
  return new Fault('carrier_refused', `${company} refused the parcel: ${code}`, {
    remedy: 'Look at the reason, mend the order or the settings, and book again',
    cause: code,
  })
}

/** The carrier's reason inside a fault that `carrierRefused` made. */
export function reasonOf(fault: Fault): string {
  return typeof fault.cause === 'string' ? fault.cause : 'UNKNOWN'
}
