/**
 * An account's part of what is held about a person (C3.1): that there is one, its open sessions, its second factor and
 * passkeys, and that somebody has asked about it.
 */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow } from '../privacy/holdings.ts'

export const accountHolding: Holding = {
  rule: 'account',
  tables: ['account', 'account_session', 'account_factor', 'account_passkey', 'request_account'],
  async show(on, subjects) {
    const [accounts, sessions, factors, passkeys, requests] = await Promise.all([
      on.many<JsonRow>(sql`
        select id as subject, created_at as since, to_jsonb(account) - 'id' as row
        from account where id = any(${subjects}::uuid[]) order by id`),
      on.many<JsonRow>(sql`
        select account_id as subject, created_at as since,
          to_jsonb(account_session) - 'account_id' as row
        from account_session where account_id = any(${subjects}::uuid[]) order by id`),
      on.many<JsonRow>(sql`
        select account_id as subject, created_at as since,
          to_jsonb(account_factor) - 'account_id' as row
        from account_factor where account_id = any(${subjects}::uuid[]) order by account_id`),
      on.many<JsonRow>(sql`
        select account_id as subject, created_at as since,
          to_jsonb(account_passkey) - 'account_id' as row
        from account_passkey where account_id = any(${subjects}::uuid[]) order by id`),
      on.many<JsonRow>(sql`
        select a.account_id as subject, r.received_at as since,
          jsonb_build_object('request', a.request, 'kind', r.kind) as row
        from request_account a join request r on r.id = a.request
        where a.account_id = any(${subjects}::uuid[]) order by r.id`),
    ])
    return {
      fields: [
        ...columnsOf('account', 'account', accounts),
        ...columnsOf('account', 'account_session', sessions),
        ...columnsOf('account', 'account_factor', factors),
        ...columnsOf('account', 'account_passkey', passkeys),
        ...columnsOf('account', 'request_account', requests),
      ],
    }
  },
  /** All else goes with it. */
  end: (tx, subjects) => tx.run(sql`delete from account where id = any(${subjects}::uuid[])`),
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(sql`
      select (select count(*) from account where id = any(${subjects}::uuid[])) +
        (select count(*) from account_session where account_id = any(${subjects}::uuid[])) +
        (select count(*) from account_factor where account_id = any(${subjects}::uuid[])) +
        (select count(*) from account_passkey where account_id = any(${subjects}::uuid[])) +
        (select count(*) from request_account where account_id = any(${subjects}::uuid[])) as n`)
    return n
  },
}

/** Since when an account has a password: its first is chosen by the link that confirms its address. */
export function passwordSince(on: Queries, subjects: readonly Id[]): Promise<Since> {
  return timesOf(
    on,
    sql`select id, confirmed_at as at from account
      where id = any(${subjects}::uuid[]) and confirmed_at is not null`,
  )
}

/** Since when its second factor is held, with the recovery codes. */
export function factorSince(on: Queries, subjects: readonly Id[]): Promise<Since> {
  return timesOf(
    on,
    sql`select account_id as id, created_at as at from account_factor
      where account_id = any(${subjects}::uuid[])`,
  )
}

type Since = ReadonlyMap<Id, Temporal.Instant>

async function timesOf(on: Queries, query: ReturnType<typeof sql>): Promise<Since> {
  const rows = await on.many<{ id: Id; at: Temporal.Instant }>(query)
  return new Map(rows.map(({ id, at }) => [id, at]))
}
