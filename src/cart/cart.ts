/**
 * Carts: articles and quantities under a random id in a cookie. No name, no address, nothing about a person.
 *
 * A cart ends 30 days after its last change, and when its order is paid.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'

export type CartLine = { readonly variantId: Id; readonly quantity: number }

export const MOST_OF_ONE = 99
export const MOST_LINES = 50

/**
 * Adds articles, and makes the cart when there is none of that id. Returns the cart's id.
 *
 * A cart that has ended does not come back under its id, which the payment of what was in it still names: nothing leads
 * from an order to what its buyer puts into a cart later.
 *
 * @throws {Fault} `cart_line_limit` over 50 different articles; a quantity over 99 is cut to 99.
 */
export async function addToCart(
  on: Queries,
  cartId: Id | undefined,
  line: CartLine,
  at: Temporal.Instant,
): Promise<Id> {
  const added = await on.first<{ id: Id }>(sql`
    with known as (
      update cart set changed_at = ${at} where id = ${cartId ?? null} returning id
    ), made as (
      insert into cart (id, changed_at)
      select ${newId(at)}, ${at} where not exists (select from known) returning id
    )
    insert into cart_line (cart_id, variant_id, quantity, added_at)
    select id, ${line.variantId}, least(${line.quantity}::integer, ${MOST_OF_ONE}::integer), ${at}
    from (select id from known union all select id from made) as cart
    where (select count(*) from cart_line
      where cart_id = cart.id and variant_id <> ${line.variantId}) < ${MOST_LINES}
    on conflict (cart_id, variant_id) do update
    set quantity = least(cart_line.quantity + excluded.quantity, ${MOST_OF_ONE}::integer)
    returning cart_id as id`)
  if (added !== undefined) return added.id
  throw new Fault('cart_line_limit', `A cart holds at most ${MOST_LINES} different articles`, {
    remedy: 'Order what is in it first, or take something out',
  })
}

/** Sets an article's quantity; 0 takes it out. */
export async function setQuantity(
  on: Queries,
  cartId: Id,
  { variantId, quantity }: CartLine,
  at: Temporal.Instant,
): Promise<void> {
  await on.run(sql`
    with touched as (update cart set changed_at = ${at} where id = ${cartId}),
      gone as (
        delete from cart_line
        where cart_id = ${cartId} and variant_id = ${variantId} and ${quantity}::integer < 1
      )
    update cart_line set quantity = least(${quantity}::integer, ${MOST_OF_ONE}::integer)
    where cart_id = ${cartId} and variant_id = ${variantId} and ${quantity}::integer >= 1`)
}

/** What is in a cart, in the order in which it was put there. */
export async function cartLines(on: Queries, cartId: Id): Promise<readonly CartLine[]> {
  return on.many<CartLine>(sql`
    select variant_id as "variantId", quantity from cart_line
    where cart_id = ${cartId} order by added_at, variant_id`)
}

export async function endCart(tx: Transaction, cartId: Id): Promise<void> {
  await tx.run(sql`delete from cart where id = ${cartId}`)
}

/** Ends carts that were not changed since `before`, at most `limit`. Returns how many. */
export async function endStaleCarts(
  on: Queries,
  before: Temporal.Instant,
  limit: number,
): Promise<number> {
  return on.run(sql`
    delete from cart where id in (
      select id from cart where changed_at < ${before} order by changed_at limit ${limit})`)
}
