/** The map's part of erasures asked for while an order was open: they are noted, and happen when it closes. */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow } from './holdings.ts'

/** Whether an order is to end when it closes. From then on no link to the data finds it. */
export async function isErasureAsked(on: Queries, subject: Id): Promise<boolean> {
  const row = await on.first(sql`select 1 from erasure_request where subject = ${subject}`)
  return row !== undefined
}

/** An order that is to end when it closes. */
export const requestHolding: Holding = {
  rule: 'order-contact',
  tables: ['erasure_request'],
  async show(on, subjects) {
    const rows = await on.many<JsonRow>(sql`
      select subject, requested_at as since, to_jsonb(erasure_request) - 'subject' as row
      from erasure_request where subject = any(${subjects}::uuid[]) order by subject`)
    return { fields: columnsOf('order-contact', 'erasure_request', rows) }
  },
  /** Each has an entry of its own, which its person was promised. */
  async aside(on, mailbox) {
    const rows = await on.many<{ id: Id }>(sql`
      select r.subject as id
      from erasure_request r, lateral (select mailbox from data_key where id = r.subject limit 1) k
      where k.mailbox = ${mailbox}`)
    return rows.map(({ id }) => id)
  },
  end: (tx, subjects) =>
    tx.run(sql`delete from erasure_request where subject = any(${subjects}::uuid[])`),
  left: async (on, subjects) =>
    (
      await on.one<{ n: number }>(
        sql`select count(*) as n from erasure_request where subject = any(${subjects}::uuid[])`,
      )
    ).n,
}
