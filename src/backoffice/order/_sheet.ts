/**
 * The order's sheet: all that its page shows to every role. Nothing in it is about the person.
 */

import type { Queries } from '../../base/database.ts'
import { Fault } from '../../base/failure.ts'
import { isId } from '../../base/ids.ts'
import { formatMoney } from '../../base/money.ts'
import { disclosuresOf, type OrderDisclosure } from '../../orders/disclosures.ts'
import { findByNumber, type Order, timeline } from '../../orders/order.ts'
import { type Failure, failuresOf } from '../../payments/failed-refund.ts'
import { type Refund, refundsOf } from '../../payments/refund.ts'
import type { Taken } from '../../payments/refund-shares.ts'
import { type UnclearRefund, unclearOf } from '../../payments/unclear-refund.ts'
import { holdsOf, type LegalHold } from '../../privacy/legal-hold.ts'
import { isRestricted } from '../../privacy/restriction.ts'
import { type Shipment, shipmentsOf } from '../../shipping/shipment.ts'
import { staffNames } from '../../staff/staff.ts'

export type Sheet = {
  readonly order: Order
  readonly events: Awaited<ReturnType<typeof timeline>>
  readonly disclosures: readonly OrderDisclosure[]
  /** The state of the last parcel; undefined when none was asked for. */
  readonly parcel: Shipment['state'] | undefined
  /** Its refunds, oldest first. */
  readonly refunds: readonly Refund[]
  /** Refunds that may have been made. */
  readonly unclear: readonly UnclearRefund[]
  /** How much of its refunds failed, by how, and was not refunded again. */
  readonly failures: ReadonlyMap<Failure, number>
  /** Its person has restricted the use of the data. */
  readonly isRestricted: boolean
  readonly hold: LegalHold | undefined
  /** Sign-in names of the staff that events and disclosures name. */
  readonly names: ReadonlyMap<string, string>
}

/** @throws {Fault} `not_found` */
export async function loadSheet(on: Queries, number: string): Promise<Sheet> {
  const order = await orderNumbered(on, number)
  const [events, disclosures, parcels, refunds, unclear, failures, restricted, holds] =
    await Promise.all([
      timeline(on, order.id),
      disclosuresOf(on, order.id),
      shipmentsOf(on, order.id),
      refundsOf(on, order.id),
      unclearOf(on, order.id),
      failuresOf(on, order.id),
      isRestricted(on, order.id),
      holdsOf(on, [order.id]),
    ])
  const hold = holds.get(order.id)
  const references = [...events.map(({ by }) => by), ...disclosures.map(({ company }) => company)]
  const names = await staffNames(on, [...new Set(references)].filter(isId))
  const acts = { refunds, unclear, failures, isRestricted: restricted, hold }
  return { order, events, disclosures, parcel: parcels.at(-1)?.state, ...acts, names }
}

/** @throws {Fault} `not_found` */
export async function orderNumbered(on: Queries, number: string): Promise<Order> {
  const order = /^\d{1,15}$/.test(number) ? await findByNumber(on, Number(number)) : undefined
  if (order !== undefined) return order
  throw new Fault('not_found', 'There is no order of this number', {
    remedy: 'Look at the list of orders',
  })
}

/** What the refunds are of that have not failed. */
export function takenIn({ refunds }: Sheet): readonly Taken[] {
  return refunds.filter(({ state }) => state !== 'failed')
}

/** What can still be refunded. */
export function restOf({ totalMinor, refundedMinor }: Order): number {
  return totalMinor - refundedMinor
}

export function amountOf({ currency }: Order, amountMinor: number): string {
  return formatMoney({ amountMinor, currency })
}
