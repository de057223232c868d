/**
 * The secret link to an order's page: the order's id and a code that only this store can make.
 *
 * Nothing about it is stored, so a copy of the database holds no way in; it ends with the order. 128 bits of the code
 * are checked in constant time.
 */

import { timingSafeEqual } from 'node:crypto'
import { type Id, idFromBytes, idToBytes, isId } from '../base/ids.ts'
import type { Keys } from '../privacy/keys.ts'

/** 43 URL-safe characters. */
export function linkToken(keys: Pick<Keys, 'link'>, orderId: Id): string {
  const id = idToBytes(orderId)
  return Buffer.concat([id, keys.link('order', id)]).toString('base64url')
}

/** The order that a token opens, or undefined when it opens none. */
export function orderOfToken(keys: Pick<Keys, 'link'>, token: string): Id | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 32 || bytes.toString('base64url') !== token) return undefined
  const id = bytes.subarray(0, 16)
  if (!timingSafeEqual(bytes.subarray(16), keys.link('order', id))) return undefined
  const orderId = idFromBytes(id)
  return isId(orderId) ? orderId : undefined
}
