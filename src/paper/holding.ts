/**
 * The papers' part of what is held about a person (C3.1, C4.1): which there are about their orders.
 *
 * An erasure ends what leads from the person to them, and notes that it did; the papers stay (C4.1), until staff
 * destroy them.
 */

import { sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow } from '../privacy/holdings.ts'

const RULE = 'paper-register'

export const paperHolding: Holding = {
  rule: RULE,
  tables: ['paper_document', 'paper_move'],
  async show(on, subjects) {
    const [papers, moves] = await Promise.all([
      on.many<JsonRow>(sql`
        select d.subject, d.registered_at as since,
          to_jsonb(d) - 'subject' - 'place' || jsonb_build_object('secured_by', p.secured_by) as row
        from paper_document d join paper_place p on p.id = d.place
        where d.subject = any(${subjects}::uuid[]) order by d.number`),
      on.many<JsonRow>(sql`
        select d.subject, m.moved_at as since,
          to_jsonb(m) - 'document' - 'from_place' - 'to_place' as row
        from paper_move m join paper_document d on d.id = m.document
        where d.subject = any(${subjects}::uuid[]) order by m.id`),
    ])
    return {
      fields: [
        ...columnsOf(RULE, 'paper_document', papers),
        ...columnsOf(RULE, 'paper_move', moves),
      ],
    }
  },
  /** A receipt says of each that it stays. */
  async aside(on, mailbox) {
    const rows = await on.many<{ id: Id }>(sql`
      select d.subject as id
      from paper_document d, lateral (select mailbox from data_key where id = d.subject limit 1) k
      where d.subject is not null and k.mailbox = ${mailbox}`)
    return rows.map(({ id }) => id)
  },
  async newest(on, subjects) {
    const { at } = await on.one<{ at: Temporal.Instant | null }>(sql`
      select max(registered_at) as at from paper_document
      where subject = any(${subjects}::uuid[]) and destroyed_at is null`)
    return at
  },
  end: (tx, subjects) =>
    tx.run(sql`
      update paper_document set subject = null, data_ended_at = now()
      where subject = any(${subjects}::uuid[])`),
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(sql`
      select count(*) as n from paper_document where subject = any(${subjects}::uuid[])`)
    return n
  },
}
