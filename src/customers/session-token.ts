/**
 * What a page carries from one step of a signed-in person to the next: some bytes, bound to their session and a time,
 * with a code that only this store can make. Nothing about it is stored.
 *
 * Invariant: it opens in the session that it was made in, for the purpose that it was made for, and nowhere else.
 */

import { type Id, idToBytes } from '../base/ids.ts'
import { signed, verified } from '../privacy/person-link.ts'
import type { Customers } from './session.ts'

const MINUTES = 15
const ID_BYTES = 16
const TIME_BYTES = 6

export function sessionToken(
  { vault, clock }: Customers,
  purpose: string,
  session: Id,
  bytes: Buffer,
): string {
  const time = Buffer.alloc(TIME_BYTES)
  time.writeUIntBE(clock().add({ minutes: MINUTES }).epochMilliseconds, 0, TIME_BYTES)
  return signed(vault.keys, purpose, Buffer.concat([idToBytes(session), time, bytes]))
}

/** The bytes of a token; undefined for one that is too late, of another session, or none of ours. */
export function openSessionToken(
  { vault, clock }: Customers,
  purpose: string,
  session: Id,
  token: string,
): Buffer | undefined {
  const said = verified(vault.keys, purpose, token)
  if (said === undefined || said.length <= ID_BYTES + TIME_BYTES) return undefined
  if (!said.subarray(0, ID_BYTES).equals(idToBytes(session))) return undefined
  if (said.readUIntBE(ID_BYTES, TIME_BYTES) <= clock().epochMilliseconds) return undefined
  return said.subarray(ID_BYTES + TIME_BYTES)
}
