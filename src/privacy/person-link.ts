/**
 * The links that a person gets from us: to all that is held about them, and to a receipt.
 *
 * A link to the data is proof of the mailbox that it was sent to: the look-up value of the address, a time at which it
 * ends, and a code that only this store can make. Nothing about it is stored, and no address is in it (C7). A receipt
 * says nothing about anybody, so its link does not end.
 *
 * Invariant: a link opens what it was made for and nothing else; one bit changed, it opens nothing.
 */

import { timingSafeEqual } from 'node:crypto'
import { type Id, idFromBytes, idToBytes, isId } from '../base/ids.ts'
import type { Keys } from './keys.ts'

/** How long a link opens the data, from the moment that its mail is written. */
export const LINK_MINUTES = 30

const DIGEST_BYTES = 16
const TIME_BYTES = 6
const CODE_BYTES = 16

/** 51 URL-safe characters. */
export function dataToken(
  keys: Pick<Keys, 'link'>,
  digest: Buffer,
  endsAt: Temporal.Instant,
): string {
  const time = Buffer.alloc(TIME_BYTES)
  time.writeUIntBE(endsAt.epochMilliseconds, 0, TIME_BYTES)
  return signed(keys, 'data', Buffer.concat([digest, time]))
}

/** The look-up value of the address that a link was sent to, and when it ends; undefined for one that opens nothing. */
export function openDataToken(
  keys: Pick<Keys, 'link'>,
  token: string,
  now: Temporal.Instant,
): { readonly digest: Buffer; readonly endsAt: Temporal.Instant } | undefined {
  const bytes = verified(keys, 'data', token)
  if (bytes?.length !== DIGEST_BYTES + TIME_BYTES) return undefined
  const ends = bytes.readUIntBE(DIGEST_BYTES, TIME_BYTES)
  if (ends <= now.epochMilliseconds) return undefined
  const endsAt = Temporal.Instant.fromEpochMilliseconds(ends)
  return { digest: bytes.subarray(0, DIGEST_BYTES), endsAt }
}

/** 43 URL-safe characters. */
export function receiptToken(keys: Pick<Keys, 'link'>, entry: Id): string {
  return signed(keys, 'receipt', idToBytes(entry))
}

/** The ledger's entry that a receipt is about. */
export function entryOfReceipt(keys: Pick<Keys, 'link'>, token: string): Id | undefined {
  return entryOf(verified(keys, 'receipt', token))
}

/** 43 URL-safe characters: the way back from a deletion that waits. */
export function deletionToken(keys: Pick<Keys, 'link'>, entry: Id): string {
  return signed(keys, 'deletion', idToBytes(entry))
}

/** The entry that a waiting deletion will have. */
export function entryOfDeletion(keys: Pick<Keys, 'link'>, token: string): Id | undefined {
  return entryOf(verified(keys, 'deletion', token))
}

function entryOf(bytes: Buffer | undefined): Id | undefined {
  if (bytes?.length !== 16) return undefined
  const entry = idFromBytes(bytes)
  return isId(entry) ? entry : undefined
}

/** Bytes that say something, with the code that makes them ours. */
export function signed(keys: Pick<Keys, 'link'>, purpose: string, bytes: Buffer): string {
  return Buffer.concat([bytes, keys.link(purpose, bytes)]).toString('base64url')
}

/** What a token of ours says; undefined for any other. */
export function verified(
  keys: Pick<Keys, 'link'>,
  purpose: string,
  token: string,
): Buffer | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length <= CODE_BYTES || bytes.toString('base64url') !== token) return undefined
  const said = bytes.subarray(0, -CODE_BYTES)
  const isOurs = timingSafeEqual(bytes.subarray(-CODE_BYTES), keys.link(purpose, said))
  return isOurs ? said : undefined
}
