/**
 * Tracking: what a carrier tells about a parcel that it has.
 *
 * Its webhooks come twice, late and in any order; the last place counts only when it is an end. A parcel that was
 * delivered stays delivered, whatever comes after.
 *
 * Invariant: an event about an order that is not on its way changes nothing but the order's timeline.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import {
  addEvent,
  changeState,
  type OrderEvent,
  type OrderState,
  timeline,
} from '../orders/order.ts'
import { lockByCompanyReference, recordDelivery, type ShipmentRow } from './_rows.ts'
import type { TrackingEvent } from './carrier.ts'

export type Tracking = { readonly database: Database; readonly clock: Clock }

/**
 * Records what a carrier said; `unknown` when no parcel of ours has that reference: it may be that its booking has not
 * been written yet, so the carrier should say it again.
 */
export async function recordTracking(
  { database, clock }: Tracking,
  event: TrackingEvent,
): Promise<'recorded' | 'unknown'> {
  return database.transaction(async (tx) => {
    const parcel = await lockByCompanyReference(tx, event.company, event.companyReference)
    if (parcel === undefined) return 'unknown'
    if (event.status === 'delivered') await delivered(tx, parcel, event, clock())
    else if (event.status !== 'on its way') await mishap(tx, parcel, event, clock())
    return 'recorded'
  })
}

type Parcel = Pick<ShipmentRow, 'orderId' | 'id' | 'state'>

async function delivered(
  tx: Transaction,
  parcel: Parcel,
  { company }: TrackingEvent,
  at: Temporal.Instant,
): Promise<void> {
  if (parcel.state !== 'booked') return
  const details = { id: parcel.id }
  if ((await stateOf(tx, parcel.orderId)) !== 'shipped') {
    return addOnce(tx, parcel, { kind: 'delivery ignored', by: company, details }, at)
  }
  await recordDelivery(tx, parcel, at)
  const event = { kind: 'delivered', by: company, details }
  await changeState(tx, parcel.orderId, ['shipped'], 'delivered', event, at)
}

/** A parcel that comes back or is lost: staff decide what follows. */
async function mishap(
  tx: Transaction,
  parcel: Parcel,
  { company, status }: TrackingEvent,
  at: Temporal.Instant,
): Promise<void> {
  if (parcel.state !== 'booked') return
  const kind = status === 'returned' ? 'parcel returned' : 'delivery failed'
  await addOnce(tx, parcel, { kind, by: company, details: { id: parcel.id } }, at)
}

/** The parcel's row is locked, so that two of the same event come one after the other. */
async function addOnce(
  tx: Transaction,
  { orderId, id }: Parcel,
  event: OrderEvent,
  at: Temporal.Instant,
): Promise<void> {
  const before = await timeline(tx, orderId)
  if (before.some(({ kind, details }) => kind === event.kind && details.id === id)) return
  await addEvent(tx, orderId, event, at)
}

async function stateOf(tx: Transaction, orderId: Id): Promise<OrderState> {
  const { state } = await tx.one<{ state: OrderState }>(
    sql`select state from orders where id = ${orderId} for update`,
  )
  return state
}
