/**
 * What a store's books say: of an order, of the stock, and of what is left of somebody.
 */

import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import type { TestStore } from './store.ts'

type Books = Pick<TestStore, 'database'>

export type Account = {
  /** `gone` when there is no such order. */
  readonly state: string
  readonly paidEvents: number
  readonly records: number
  readonly mails: number
  readonly refundedMinor: number
}

/** An order in one line: its state, and how often it was made paid, booked and announced. */
export async function accountOf({ database }: Books, id: Id): Promise<Account> {
  return database.one<Account>(sql`
    select coalesce((select state from orders where id = ${id}), 'gone') as state,
      (select count(*) from order_event where order_id = ${id} and kind = 'paid') as "paidEvents",
      (select count(*) from accounting_record where order_id = ${id}) as records,
      (select count(*) from disclosure where subject = ${id} and because = 'order paid') as mails,
      coalesce((select refunded_minor from orders where id = ${id}), 0) as "refundedMinor"`)
}

export const PAID_ONCE = { state: 'paid', paidEvents: 1, records: 1, mails: 1, refundedMinor: 0 }
export const UNPAID = {
  ...{ state: 'awaiting payment', paidEvents: 0, records: 0, mails: 0, refundedMinor: 0 },
}

/** Pieces that can be sold, of all articles together. */
export async function stockOf({ database }: Books): Promise<number> {
  const row = await database.one<{ pieces: number }>(
    sql`select sum(available)::bigint as pieces from stock`,
  )
  return row.pieces
}

/** Rows that are left of an order where personal data lies, by table; empty when nothing is. */
export async function leftOf(
  { database }: Books,
  id: Id,
): Promise<Readonly<Record<string, number>>> {
  const counts = await database.one<Record<string, number>>(sql`
    select (select count(*) from data_key where id = ${id}) as key,
      (select count(*) from sealed_record where subject = ${id}) as sealed,
      (select count(*) from blind_index where subject = ${id}) as look_up,
      (select count(*) from orders where id = ${id}) as orders,
      (select count(*) from order_line where order_id = ${id}) as line,
      (select count(*) from order_event where order_id = ${id}) as event,
      (select count(*) from payment where order_id = ${id}) as payment`)
  return Object.fromEntries(Object.entries(counts).filter(([, rows]) => rows > 0))
}

/** Kinds and reasons of what happened to an order, oldest first. */
export async function eventsOf({ database }: Books, id: Id): Promise<readonly string[]> {
  const rows = await database.many<{ kind: string }>(
    sql`select kind from order_event where order_id = ${id} order by id`,
  )
  return rows.map(({ kind }) => kind)
}
