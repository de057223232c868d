/**
 * A payment's part of what is held about a person: payment, refunds, accounting record (C3.2: at most five years).
 *
 * All of it stays with the books. What ends is the way from it to the cart that it came from, and to the ledger.
 */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow, type Known } from '../privacy/holdings.ts'

export const paymentHolding: Holding = {
  rule: 'accounting-record',
  tables: ['payment', 'refund', 'accounting_record', 'accounting_period'],
  async show(on, subjects) {
    const [payments, refunds, records] = await Promise.all([
      on.many<JsonRow>(sql`
        select order_id as subject, started_at as since, to_jsonb(payment) - 'order_id' as row
        from payment where order_id = any(${subjects}::uuid[]) order by order_id desc`),
      on.many<JsonRow>(sql`
        select order_id as subject, requested_at as since, to_jsonb(refund) - 'order_id' as row
        from refund where order_id = any(${subjects}::uuid[]) order by id`),
      on.many<JsonRow>(sql`
        select order_id as subject, paid_at as since, to_jsonb(accounting_record) - 'order_id' as row
        from accounting_record where order_id = any(${subjects}::uuid[]) order by order_id desc`),
    ])
    const rule = 'accounting-record'
    return {
      fields: [
        ...columnsOf(rule, 'payment', payments),
        ...columnsOf(rule, 'refund', refunds),
        ...columnsOf(rule, 'accounting_record', records),
      ],
    }
  },
  /** A refund that is under way, or may have been made, is still announced to its customer. */
  async open(on, subjects) {
    const rows = await on.many<{ id: Id }>(sql`
      select distinct order_id as id from refund
      where order_id = any(${subjects}::uuid[]) and state in ('requested', 'unclear')`)
    return rows.map(({ id }) => id)
  },
  async aside(on, mailbox) {
    const rows = await on.many<{ id: Id }>(sql`
      select r.order_id as id
      from refund r, lateral (select mailbox from data_key where id = r.order_id limit 1) k
      where r.state not in ('done', 'failed') and k.mailbox = ${mailbox}`)
    return rows.map(({ id }) => id)
  },
  async newest(on, subjects) {
    const { at } = await on.one<{ at: Temporal.Instant | null }>(sql`
      select max(paid_at) as at from accounting_record
      where order_id = any(${subjects}::uuid[])`)
    return at
  },
  async known(on, subjects) {
    return on.many<Known>(sql`
      select 'payment processor' as recipient, company,
        array_agg(coalesce(intent_id, session_id)) as references
      from payment where order_id = any(${subjects}::uuid[])
        and coalesce(intent_id, session_id) is not null group by company`)
  },
  end: (tx, subjects) =>
    tx.run(sql`
      with cut as (
        update refund set disclosure_id = id where order_id = any(${subjects}::uuid[])
      )
      update payment set cart_id = null
      where order_id = any(${subjects}::uuid[]) and cart_id is not null`),
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(sql`
      select (select count(*) from payment
          where order_id = any(${subjects}::uuid[]) and cart_id is not null)
        + (select count(*) from refund
          where order_id = any(${subjects}::uuid[]) and disclosure_id <> id) as n`)
    return n
  },
}

/** When orders were paid: since then their invoice is kept. */
export async function paidSince(
  on: Queries,
  subjects: readonly Id[],
): Promise<ReadonlyMap<Id, Temporal.Instant>> {
  const rows = await on.many<{ id: Id; at: Temporal.Instant }>(sql`
    select order_id as id, paid_at as at from accounting_record
    where order_id = any(${subjects}::uuid[])`)
  return new Map(rows.map(({ id, at }) => [id, at]))
}
