/**
 * Stock: how many of each variant can still be sold.
 *
 * Reservations and returns are one statement each. They lock their rows in the order of variant ids, so buyers whose
 * carts overlap wait for each other and never deadlock; what is left is read after the lock, so it is never oversold.
 * Variants that are not tracked are not counted; backorderable ones are never short, and what they owe is counted in
 * `backordered`, to be filled first when goods come back.
 *
 * Invariant: `available` never falls below zero, and a cart is reserved whole or not at all.
 */

import { sql, type Transaction } from '../base/database.ts'
import { check } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'

export type Item = { readonly variantId: Id; readonly quantity: number }

/** Takes items out of stock. Returns the variants that are short, and takes nothing when there is one. */
export async function reserve(tx: Transaction, items: readonly Item[]): Promise<readonly Id[]> {
  const { ids, quantities } = columns(items)
  const rows = await tx.many<{ readonly id: Id; readonly short: boolean }>(sql`
    with wanted as materialized (
      select w.id, sum(w.quantity)::int as quantity, v.tracked, v.backorderable
      from unnest(${ids}::uuid[], ${quantities}::int[]) as w (id, quantity)
      left join variant v on v.id = w.id
      group by w.id, v.tracked, v.backorderable
    ), held as materialized (
      select s.variant_id as id, s.available, s.backordered
      from stock s join wanted w on w.id = s.variant_id
      where w.tracked
      order by s.variant_id
      for update of s
    ), short as materialized (
      select w.id from wanted w left join held h using (id)
      where w.tracked is not false and w.backorderable is not true
        and coalesce(h.available, 0) < w.quantity
    ), taken as (
      update stock s set
        available = h.available - least(h.available, w.quantity),
        backordered = h.backordered + w.quantity - least(h.available, w.quantity)
      from held h join wanted w using (id)
      where s.variant_id = h.id and not exists (select from short)
      returning s.variant_id as id, h.available as before, s.available as after
    )
    select id, true as short, null as told from short
    union all
    select id, false, pg_notify('stock', id::text)::text from taken where before > 0 and after = 0`)
  return rows.filter(({ short }) => short).map(({ id }) => id)
}

/** Puts items back: a payment failed or lapsed, an order was cancelled, goods were returned. */
export async function putBack(tx: Transaction, items: readonly Item[]): Promise<void> {
  const { ids, quantities } = columns(items)
  await tx.many(sql`
    with given as materialized (
      select w.id, sum(w.quantity)::int as quantity
      from unnest(${ids}::uuid[], ${quantities}::int[]) as w (id, quantity)
      join variant v on v.id = w.id and v.tracked
      group by w.id
    ), held as materialized (
      select s.variant_id as id, s.available, s.backordered
      from stock s join given g on g.id = s.variant_id
      order by s.variant_id
      for update of s
    ), filled as (
      update stock s set
        available = h.available + g.quantity - least(h.backordered, g.quantity),
        backordered = h.backordered - least(h.backordered, g.quantity)
      from held h join given g using (id)
      where s.variant_id = h.id
      returning s.variant_id as id, h.available as before, s.available as after
    )
    select pg_notify('stock', id::text)::text from filled where before = 0 and after > 0`)
}

function columns(items: readonly Item[]) {
  for (const { quantity } of items)
    check(
      Number.isSafeInteger(quantity) && quantity > 0,
      'A quantity must be a whole number above 0',
    )
  return {
    ids: items.map(({ variantId }) => variantId),
    quantities: items.map(({ quantity }) => quantity),
  }
}
