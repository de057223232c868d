/**
 * An order's part of what is held about a person: its facts, its lines, what happened to it (C3.1, C3.2).
 *
 * The books keep what was sold, for how much, when it was paid and what went back. How it was packed and sent is no
 * concern of theirs, and ends with the contact.
 */

import { sql } from '../base/database.ts'
import { type Id, instantOf } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow } from '../privacy/holdings.ts'
import { EMAIL_CORRECTED, EMAIL_LOST } from './link.ts'

type Row = Omit<JsonRow, 'since'>

/** What the books want to know of an order's history, and which of its links are void. */
const KEPT = [
  ...[EMAIL_CORRECTED, EMAIL_LOST],
  ...['placed', 'paid', 'cancelled', 'payment differs'],
  ...['refund asked for', 'refund unclear', 'refunded', 'refund failed', 'refund stays paid'],
]

export const orderHolding: Holding = {
  rule: 'accounting-record',
  tables: ['orders', 'order_line', 'order_event'],
  async show(on, subjects) {
    const [orders, lines, events] = await Promise.all([
      on.many<Row>(sql`
        select id as subject, to_jsonb(orders) - 'id' as row from orders
        where id = any(${subjects}::uuid[]) order by id desc`),
      on.many<Row>(sql`
        select order_id as subject, to_jsonb(order_line) - 'order_id' as row from order_line
        where order_id = any(${subjects}::uuid[]) order by order_id desc, position`),
      on.many<Row & { readonly id: Id }>(sql`
        select order_id as subject, id, to_jsonb(order_event) - 'order_id' as row from order_event
        where order_id = any(${subjects}::uuid[]) order by id`),
    ])
    const placed = (row: Row) => ({ ...row, since: instantOf(row.subject) })
    const rule = 'accounting-record'
    return {
      fields: [
        ...columnsOf(rule, 'orders', orders.map(placed)),
        ...columnsOf(rule, 'order_line', lines.map(placed)),
        ...columnsOf(
          rule,
          'order_event',
          events.map(({ id, ...row }) => ({ ...row, since: instantOf(id) })),
        ),
      ],
    }
  },
  /** The rows are locked, so that their state stays what it is until the transaction ends. */
  async open(on, subjects) {
    const rows = await on.many<{ id: Id; open: boolean }>(sql`
      select id, state not in ('delivered', 'cancelled') as open from orders
      where id = any(${subjects}::uuid[]) order by id for update`)
    return rows.filter(({ open }) => open).map(({ id }) => id)
  },
  end: (tx, subjects) =>
    tx.run(sql`
      delete from order_event
      where order_id = any(${subjects}::uuid[]) and kind <> all(${KEPT})`),
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(sql`
      select count(*) as n from order_event
      where order_id = any(${subjects}::uuid[]) and kind <> all(${KEPT})`)
    return n
  },
}
