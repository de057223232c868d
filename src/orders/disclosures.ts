/** Every disclosure of an order: who received which fields, what for, when, how, with what outcome. */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import type { Told } from '../privacy/holdings.ts'

export type OrderDisclosure = Omit<Told, 'subject'>

/** Oldest first. */
export async function disclosuresOf(on: Queries, orderId: Id): Promise<readonly OrderDisclosure[]> {
  return on.many<OrderDisclosure>(sql`
    select id, recipient, purpose, company, fields, channel, revision, clause, because,
      granted_at as "grantedAt", outcome, outcome_at as "outcomeAt"
    from disclosure where subject = ${orderId} order by id`)
}

/**
 * Titles and article numbers of an order: what only a customs declaration tells a carrier (C8.2). A product's name is
 * the content too, without the words of its variant, which follow a comma.
 */
export async function contentOf(on: Queries, orderId: Id): Promise<readonly string[]> {
  const lines = await on.many<{ sku: string; title: string }>(
    sql`select sku, title from order_line where order_id = ${orderId}`,
  )
  return lines.flatMap(({ sku, title }) => [title, title.split(', ', 1)[0] ?? title, sku])
}
