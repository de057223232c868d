/** What is held of a change of address that waits: since when. The address itself lies in the vault (C3.1). */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow } from '../privacy/holdings.ts'

export const emailChangeHolding: Holding = {
  rule: 'email-change',
  tables: ['account_email_change'],
  async show(on, subjects) {
    const rows = await on.many<JsonRow>(sql`
      select account_id as subject, asked_at as since,
        to_jsonb(account_email_change) - 'account_id' as row
      from account_email_change where account_id = any(${subjects}::uuid[]) order by account_id`)
    return { fields: columnsOf('email-change', 'account_email_change', rows) }
  },
  async end(tx, subjects) {
    // The account first, as whoever changes it does: so that neither waits for the other in a circle.
    await tx.run(sql`
      select 1 from account where id = any(${subjects}::uuid[]) order by id for update`)
    return tx.run(sql`delete from account_email_change where account_id = any(${subjects}::uuid[])`)
  },
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(sql`
      select count(*) as n from account_email_change
      where account_id = any(${subjects}::uuid[])`)
    return n
  },
}

/** Since when the address that an account is to have is held. */
export async function addressAskedSince(
  on: Queries,
  subjects: readonly Id[],
): Promise<ReadonlyMap<Id, Temporal.Instant>> {
  const rows = await on.many<{ id: Id; at: Temporal.Instant }>(sql`
    select account_id as id, asked_at as at from account_email_change
    where account_id = any(${subjects}::uuid[])`)
  return new Map(rows.map(({ id, at }) => [id, at]))
}
