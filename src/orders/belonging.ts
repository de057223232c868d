/**
 * Which orders are an account's: those placed while signed in, and guests' orders that joined it by their own mailbox;
 * until its person takes one out.
 *
 * An order keeps its own key and its own time. What ties it to an account is one row, which ends with the erasure of
 * either (C3.1): an account that ends leaves its orders as any guest's.
 *
 * Invariant: an order is of one account at most, however many ask for it at once.
 */

import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import type { Ending, Endings } from '../privacy/endings.ts'
import { columnsOf, type Holding, type JsonRow } from '../privacy/holdings.ts'
import { findOrder, listOrders, type Order, type OrderSummary } from './order.ts'

const ORDERS_A_PAGE = 20

/** A page of an account's orders, newest first. */
export type OwnOrders = {
  readonly orders: readonly OrderSummary[]
  readonly page: number
  readonly pages: number
}

/**
 * Makes an order an account's. Whose it is already it stays; an account that ends at this moment gets none.
 *
 * The account's row is held until the transaction is over, so that nothing is tied to one that has ended.
 */
export async function belongTo(
  tx: Transaction,
  order: Id,
  account: Id,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into account_order (order_id, account_id, joined_at)
    select ${order}, id, ${at} from account where id = ${account} for key share
    on conflict do nothing`)
}

/**
 * An order that joined by a mailbox which was not its own leaves the account again. One that was placed in the account
 * stays: whoever placed it typed the address.
 */
export async function leaveJoined(tx: Transaction, order: Id): Promise<void> {
  await tx.run(sql`
    delete from account_order b using orders o
    where b.order_id = ${order} and o.id = b.order_id and b.joined_at <> o.placed_at`)
}

/**
 * Takes an order out of its account, for the account's person: nothing of the order itself changes. The tie's random
 * name is noted, so that a restore does not tie it again. Done already, it does nothing.
 */
export async function takeOut(
  database: Database,
  endings: Endings,
  order: Id,
  account: Id,
): Promise<void> {
  await database.transaction(async (tx) => {
    const untied = await tx.many<{ tie: Id }>(sql`
      delete from account_order where order_id = ${order} and account_id = ${account}
      returning tie`)
    await endings.note(
      'dropped',
      untied.map(({ tie }) => tie),
    )
  })
}

/** After a restore: what was taken out of an account since is in it no more. Done again, it does nothing. */
export async function takeOutAgain(on: Queries, endings: readonly Ending[]): Promise<void> {
  const dropped = endings.filter(({ what }) => what === 'dropped').map(({ id }) => id)
  await on.run(sql`delete from account_order where tie = any(${dropped}::uuid[])`)
}

/** The order of this number, if it is the account's. */
export async function ownOrder(
  on: Queries,
  account: Id,
  number: number,
): Promise<Order | undefined> {
  const row = await on.first<{ id: Id }>(sql`select id from orders where number = ${number}`)
  if (row === undefined || (await accountOfOrder(on, row.id)) !== account) return undefined
  return findOrder(on, row.id)
}

/** The account that an order belongs to; undefined for a guest's. */
export async function accountOfOrder(on: Queries, order: Id): Promise<Id | undefined> {
  const row = await on.first<{ account: Id }>(
    sql`select account_id as account from account_order where order_id = ${order}`,
  )
  return row?.account
}

/** Those of the orders that are in no account, as they were given. */
export async function guestsAmong(on: Queries, orders: readonly Id[]): Promise<readonly Id[]> {
  const rows = await on.many<{ id: Id }>(
    sql`select order_id as id from account_order where order_id = any(${orders}::uuid[])`,
  )
  const tied = new Set(rows.map(({ id }) => id))
  return orders.filter((id) => !tied.has(id))
}

/** Every order of an account that has not ended, newest first. */
export async function orderIdsOf(on: Queries, account: Id): Promise<readonly Id[]> {
  const rows = await on.many<{ id: Id }>(sql`
    select order_id as id from account_order where account_id = ${account}
      and (select true from living_key where id = order_id limit 1)
    order by order_id desc`)
  return rows.map(({ id }) => id)
}

/** The orders of an account, if there is one, beside those that are named; newest first. */
export async function othersInAccount(
  on: Queries,
  account: Id | undefined,
  named: readonly Id[],
): Promise<readonly Id[]> {
  if (account === undefined) return []
  const known = new Set(named)
  return (await orderIdsOf(on, account)).filter((id) => !known.has(id))
}

/** @param asked from 1 on; a page that is not there is the last one. */
export async function ordersOf(on: Queries, account: Id, asked: number): Promise<OwnOrders> {
  const all = await orderIdsOf(on, account)
  const pages = Math.max(1, Math.ceil(all.length / ORDERS_A_PAGE))
  const page = Math.min(asked, pages)
  const ids = all.slice((page - 1) * ORDERS_A_PAGE, page * ORDERS_A_PAGE)
  return { orders: await listOrders(on, { ids, limit: ORDERS_A_PAGE }), page, pages }
}

/** An order says since when it is an account's, never whose; an account says which orders are its. */
export const belongingHolding: Holding = {
  rule: 'account-order',
  tables: ['account_order'],
  async show(on, subjects) {
    const rows = await on.many<JsonRow>(sql`
      select order_id as subject, joined_at as since,
        jsonb_build_object('joined_at', joined_at) as row
      from account_order where order_id = any(${subjects}::uuid[])
      union all
      select account_id, joined_at, jsonb_build_object('order_id', order_id, 'tie', tie)
      from account_order where account_id = any(${subjects}::uuid[])
      order by subject, since`)
    return { fields: columnsOf('account-order', 'account_order', rows) }
  },
  end: (tx, subjects) =>
    tx.run(sql`
      delete from account_order
      where order_id = any(${subjects}::uuid[]) or account_id = any(${subjects}::uuid[])`),
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(sql`
      select count(*) as n from account_order
      where order_id = any(${subjects}::uuid[]) or account_id = any(${subjects}::uuid[])`)
    return n
  },
}
