/**
 * The secret link to an order's page: the order's id and a code that only this store can make.
 *
 * Nothing about it is stored, so a copy of the database holds no way in; it ends with the order. 128 bits of the code
 * are checked in constant time. When the order's e-mail address is corrected, or lost by a restore, the event of that
 * goes into the code: links that were sent to the former address open nothing any more.
 */

import { timingSafeEqual } from 'node:crypto'
import { type Database, type Queries, sql } from '../base/database.ts'
import { type Id, idFromBytes, idToBytes, isId } from '../base/ids.ts'
import type { Keys } from '../privacy/keys.ts'
import { type Timeline, timeline } from './order.ts'

export const EMAIL_CORRECTED = 'e-mail address corrected'
export const EMAIL_LOST = 'e-mail address lost by a restore'

/** The kinds of events that make the links before them void. */
const VOIDING: readonly string[] = [EMAIL_CORRECTED, EMAIL_LOST]

/** Of each order whose links were made void: the event that did. */
export async function renewalsOf(
  on: Queries,
  orderIds: readonly Id[],
): Promise<ReadonlyMap<Id, Id>> {
  const rows = await on.many<{ order: Id; event: Id }>(sql`
    select distinct on (order_id) order_id as order, id as event from order_event
    where order_id = any(${orderIds}::uuid[]) and kind = any(${VOIDING})
    order by order_id, id desc`)
  return new Map(rows.map(({ order, event }) => [order, event]))
}

/** The order's link as it is now. */
export async function currentLink(
  keys: Pick<Keys, 'link'>,
  on: Queries,
  orderId: Id,
): Promise<string> {
  return linkToken(keys, orderId, await renewalOf(on, orderId))
}

/** The order that a token opens now, or undefined when it opens none. */
export async function openLink(
  keys: Pick<Keys, 'link'>,
  on: Queries,
  token: string,
): Promise<Id | undefined> {
  const bytes = bytesOf(token)
  if (bytes === undefined) return undefined
  const orderId = idFromBytes(bytes.subarray(0, 16))
  return orderOfToken(keys, token, await renewalOf(on, orderId))
}

type Through<T> = { readonly orderId: Id; readonly events: Timeline; readonly found: T }

/**
 * Reads something of the order that a token opens now, and what happened to it; undefined when it opens none.
 *
 * The link of an order whose address was never corrected is genuine without a look. Whether it still opens is asked in
 * the same breath as the rest.
 */
export async function throughLink<T>(
  keys: Pick<Keys, 'link'>,
  database: Database,
  token: string,
  read: (on: Queries, orderId: Id) => Promise<T>,
): Promise<Through<T> | undefined> {
  const orderId = orderOfToken(keys, token) ?? (await openLink(keys, database, token))
  if (orderId === undefined) return undefined
  return database.together(async (on) => {
    const [events, found] = await Promise.all([timeline(on, orderId), read(on, orderId)])
    const renewal = events.findLast(({ kind }) => VOIDING.includes(kind))
    const opens = orderOfToken(keys, token, renewal?.id) !== undefined
    return opens ? { orderId, events, found } : undefined
  })
}

async function renewalOf(on: Queries, orderId: Id): Promise<Id | undefined> {
  const row = await on.first<{ event: Id }>(sql`
    select id as event from order_event
    where order_id = ${orderId} and kind = any(${VOIDING}) order by id desc limit 1`)
  return row?.event
}

/** 43 URL-safe characters. Without a renewal it is the link of an order whose address was never corrected. */
export function linkToken(keys: Pick<Keys, 'link'>, orderId: Id, renewal?: Id): string {
  return Buffer.concat([idToBytes(orderId), codeOf(keys, orderId, renewal)]).toString('base64url')
}

export function orderOfToken(
  keys: Pick<Keys, 'link'>,
  token: string,
  renewal?: Id,
): Id | undefined {
  const bytes = bytesOf(token)
  if (bytes === undefined) return undefined
  const orderId = idFromBytes(bytes.subarray(0, 16))
  if (!timingSafeEqual(bytes.subarray(16), codeOf(keys, orderId, renewal))) return undefined
  return isId(orderId) ? orderId : undefined
}

function codeOf(keys: Pick<Keys, 'link'>, orderId: Id, renewal: Id | undefined): Buffer {
  const parts = renewal === undefined ? [orderId] : [orderId, renewal]
  return keys.link('order', Buffer.concat(parts.map(idToBytes)))
}

function bytesOf(token: string): Buffer | undefined {
  const bytes = Buffer.from(token, 'base64url')
  return bytes.length === 32 && bytes.toString('base64url') === token ? bytes : undefined
}
