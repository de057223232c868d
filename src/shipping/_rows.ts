/**
 * Rows of shipments. Names nobody: tracking number and label lie in the vault.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'

export type ShipmentState = 'requested' | 'booked' | 'delivered' | 'failed' | 'cancelled'

export type ShipmentRow = {
  readonly orderId: Id
  readonly id: Id
  /** Random: what the carrier is told names neither the order nor the customer. */
  readonly reference: string
  readonly company: string
  readonly state: ShipmentState
  readonly weightGrams: number
  readonly disclosureId: Id
  readonly customsDisclosureId: Id | null
  /** A member of staff's reference. */
  readonly by: string
  readonly requestedAt: Temporal.Instant
  readonly bookedAt: Temporal.Instant | null
  readonly deliveredAt: Temporal.Instant | null
}

/** Oldest first. */
export async function shipmentRows(on: Queries, orderId: Id): Promise<readonly ShipmentRow[]> {
  return on.many<ShipmentRow>(sql`
    select order_id as "orderId", id, reference, company, state, weight_grams as "weightGrams",
      disclosure_id as "disclosureId", customs_disclosure_id as "customsDisclosureId", by,
      requested_at as "requestedAt", booked_at as "bookedAt", delivered_at as "deliveredAt"
    from shipment where order_id = ${orderId} order by id`)
}

export async function insertShipment(
  tx: Transaction,
  row: Omit<ShipmentRow, 'state' | 'bookedAt' | 'deliveredAt'>,
): Promise<void> {
  await tx.run(sql`
    insert into shipment (order_id, id, reference, company, state, weight_grams, disclosure_id,
      customs_disclosure_id, by, requested_at)
    values (${row.orderId}, ${row.id}, ${row.reference}, ${row.company}, 'requested',
      ${row.weightGrams}, ${row.disclosureId}, ${row.customsDisclosureId}, ${row.by},
      ${row.requestedAt})`)
}

/** Moves a requested shipment on; whether it was still requested. */
export async function concludeRequest(
  tx: Transaction,
  { orderId, id }: Pick<ShipmentRow, 'orderId' | 'id'>,
  to:
    | { readonly state: 'booked'; readonly companyReference: string; readonly at: Temporal.Instant }
    | { readonly state: 'failed' | 'cancelled' },
): Promise<boolean> {
  const booked = to.state === 'booked' ? to : undefined
  const changed = await tx.run(sql`
    update shipment set state = ${to.state}, booked_at = ${booked?.at ?? null},
      company_reference = ${booked?.companyReference ?? null}
    where order_id = ${orderId} and id = ${id} and state = 'requested'`)
  return changed === 1
}

/** Names the disclosures that took the place of those already used. */
export async function renameDisclosures(
  tx: Transaction,
  { orderId, id }: Pick<ShipmentRow, 'orderId' | 'id'>,
  disclosureId: Id,
  customsDisclosureId: Id | null,
): Promise<void> {
  await tx.run(sql`
    update shipment set disclosure_id = ${disclosureId},
      customs_disclosure_id = ${customsDisclosureId}
    where order_id = ${orderId} and id = ${id}`)
}

/** The parcel that a carrier speaks of, held until the transaction ends. */
export async function lockByCompanyReference(
  tx: Transaction,
  company: string,
  companyReference: string,
): Promise<Pick<ShipmentRow, 'orderId' | 'id' | 'state'> | undefined> {
  return tx.first(sql`
    select order_id as "orderId", id, state from shipment
    where company_reference = ${companyReference} and company = ${company} for update`)
}

export async function recordDelivery(
  tx: Transaction,
  { orderId, id }: Pick<ShipmentRow, 'orderId' | 'id'>,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    update shipment set state = 'delivered', delivered_at = ${at}
    where order_id = ${orderId} and id = ${id} and state = 'booked'`)
}
