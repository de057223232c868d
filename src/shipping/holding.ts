/**
 * A shipment's part of what is held about a person (C3.1): which carrier had the parcel, under which references.
 *
 * Tracking number and label lie in the vault. The carrier's references would lead to the person in its books, so the
 * rows end with the contact.
 */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow, type Known } from '../privacy/holdings.ts'

export const shipmentHolding: Holding = {
  rule: 'order-contact',
  tables: ['shipment'],
  async show(on, subjects) {
    const rows = await on.many<JsonRow>(sql`
      select order_id as subject, requested_at as since, to_jsonb(shipment) - 'order_id' as row
      from shipment where order_id = any(${subjects}::uuid[]) order by id`)
    return { fields: columnsOf('order-contact', 'shipment', rows) }
  },
  async known(on, subjects) {
    return on.many<Known>(sql`
      select 'carrier' as recipient, company,
        array_agg(coalesce(company_reference, reference)) as references
      from shipment where order_id = any(${subjects}::uuid[]) group by company`)
  },
  end: (tx, subjects) =>
    tx.run(sql`delete from shipment where order_id = any(${subjects}::uuid[])`),
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(
      sql`select count(*) as n from shipment where order_id = any(${subjects}::uuid[])`,
    )
    return n
  },
}

/** When parcels were booked: since then their label is kept. */
export async function bookedSince(
  on: Queries,
  subjects: readonly Id[],
): Promise<ReadonlyMap<Id, Temporal.Instant>> {
  const rows = await on.many<{ id: Id; at: Temporal.Instant }>(sql`
    select order_id as id, max(booked_at) as at from shipment
    where order_id = any(${subjects}::uuid[]) and booked_at is not null group by order_id`)
  return new Map(rows.map(({ id, at }) => [id, at]))
}
