/**
 * The papers' part of what is held about a person (C3.1, C4.1): which there are about their orders, what is sealed of
 * whose they are, and who of us looked at that.
 *
 * An erasure ends what leads from the person to them, and notes that it did; the papers stay (C4.1), until staff
 * destroy them.
 */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import {
  columnsOf,
  type HeldField,
  type Holding,
  type JsonRow,
  type Shown,
} from '../privacy/holdings.ts'
import { openAll, type Vault } from '../privacy/vault.ts'
import { toldAbout } from '../privacy/vault-holdings.ts'

const RULE = 'paper-register'
type Paper = { readonly id: Id; readonly subject: Id; readonly since: Temporal.Instant }

const OWNER = ['firstName', 'lastName', 'email'] as const

export function paperHolding(vault: Vault): Holding {
  return { ...unsealed, show: (on, subjects) => show(vault, on, subjects) }
}

const unsealed: Omit<Holding, 'show'> = {
  rule: RULE,
  tables: ['paper_document', 'paper_move'],
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

async function show(vault: Vault, on: Queries, subjects: readonly Id[]): Promise<Partial<Shown>> {
  const papers = await on.many<Paper>(sql`
    select id, subject, registered_at as since from paper_document
    where subject = any(${subjects}::uuid[]) order by number`)
  if (papers.length === 0) return {}
  const byId = new Map(papers.map((paper) => [paper.id, paper]))
  const [rows, moves, sealed, told] = await Promise.all([
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
    openAll(vault, on, [...byId.keys()], OWNER),
    toldAbout(on, [...byId.keys()]),
  ])
  const owners = sealed.flatMap(({ subject: paper, field, value }): readonly HeldField[] => {
    const { subject, since } = byId.get(paper) ?? {}
    if (subject === undefined || since === undefined || typeof value !== 'string') return []
    return [{ subject, name: field, value, rule: RULE, since }]
  })
  return {
    fields: [
      ...owners,
      ...columnsOf(RULE, 'paper_document', rows),
      ...columnsOf(RULE, 'paper_move', moves),
    ],
    told: told.map((one) => ({ ...one, subject: byId.get(one.subject)?.subject ?? one.subject })),
  }
}
