/**
 * The link by which somebody shows that an account's address is theirs, and chooses its password.
 *
 * Nothing about it is stored: it is the account's id, its turn and a time, with a code that only this store can make.
 *
 * Invariant: a link opens nothing once a password was chosen after it was made.
 */

import { type Id, idFromBytes, idToBytes, isId } from '../base/ids.ts'
import type { Keys } from '../privacy/keys.ts'
import { signed, verified } from '../privacy/person-link.ts'

const ID_BYTES = 16
const TURN_BYTES = 4
const TIME_BYTES = 6

/** An account with how often its password has been chosen. */
export type Turn = { readonly id: Id; readonly turn: number }

/** 56 URL-safe characters. */
export function accountToken(
  keys: Pick<Keys, 'link'>,
  turn: Turn,
  endsAt: Temporal.Instant,
): string {
  return signTurn(keys, 'account', turn, endsAt)
}

/** What a token says that is whole and has not ended. Whether its turn is still the account's, the account knows. */
export function openAccountToken(
  keys: Pick<Keys, 'link'>,
  token: string,
  now: Temporal.Instant,
): Turn | undefined {
  return openTurn(keys, 'account', token, now)
}

/** A token that says an account, its turn and a time, for one purpose. */
export function signTurn(
  keys: Pick<Keys, 'link'>,
  purpose: string,
  { id, turn }: Turn,
  endsAt: Temporal.Instant,
): string {
  const more = Buffer.alloc(TURN_BYTES + TIME_BYTES)
  more.writeUInt32BE(turn)
  more.writeUIntBE(endsAt.epochMilliseconds, TURN_BYTES, TIME_BYTES)
  return signed(keys, purpose, Buffer.concat([idToBytes(id), more]))
}

/** What a token of this purpose says, before its time is over. */
export function openTurn(
  keys: Pick<Keys, 'link'>,
  purpose: string,
  token: string,
  now: Temporal.Instant,
): Turn | undefined {
  const bytes = verified(keys, purpose, token)
  if (bytes?.length !== ID_BYTES + TURN_BYTES + TIME_BYTES) return undefined
  if (bytes.readUIntBE(ID_BYTES + TURN_BYTES, TIME_BYTES) <= now.epochMilliseconds) return undefined
  const id = idFromBytes(bytes.subarray(0, ID_BYTES))
  return isId(id) ? { id, turn: bytes.readUInt32BE(ID_BYTES) } : undefined
}
