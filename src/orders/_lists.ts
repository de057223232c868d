/** The queries for lists of orders, newest first; one for each index that finds them. */

import { type Query, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'

/** Above every id. */
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export function ordersNamed(
  ids: readonly Id[],
  states: readonly string[] | undefined,
  before: Id | undefined,
  limit: number,
): Query {
  return sql`
    select id, number, state, placed_at as "placedAt", country, currency,
      total_minor as "totalMinor", refunded_minor as "refundedMinor",
      paid_back_minor as "paidBackMinor"
    from orders where id = any(${ids}::uuid[]) and id < ${before ?? LAST}
      and (${states ?? null}::text[] is null or state = any(${states ?? null}))
    order by id desc limit ${limit}`
}

export function ordersIn(state: string, before: Id | undefined, limit: number): Query {
  return sql`
    select id, number, state, placed_at as "placedAt", country, currency,
      total_minor as "totalMinor", refunded_minor as "refundedMinor",
      paid_back_minor as "paidBackMinor"
    from orders where state = ${state} and id < ${before ?? LAST} order by id desc limit ${limit}`
}

/** All but those that await their payment. */
export function ordersBefore(before: Id | undefined, limit: number): Query {
  return sql`
    select id, number, state, placed_at as "placedAt", country, currency,
      total_minor as "totalMinor", refunded_minor as "refundedMinor",
      paid_back_minor as "paidBackMinor"
    from orders where state <> 'awaiting payment' and id < ${before ?? LAST}
    order by id desc limit ${limit}`
}
