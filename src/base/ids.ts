/**
 * Identifiers: UUIDs of version 7 (RFC 9562, section 5.7), whose first 48 bits are the time in milliseconds.
 *
 * Tables of orders, disclosures and ledger entries are partitioned by ranges of such ids, one range a month, so that
 * an id alone finds its partition. Lists are in the order of their ids: what happened together is told in its order.
 */

import { randomUUID } from 'node:crypto'
import { check } from './failure.ts'

/** A lower-case UUID of version 7. */
export type Id = string

/** What a millisecond may be counted to; it begins below the half of it. */
const COUNTED = 0x1000

let last = { milliseconds: Number.NaN, count: 0 }

/**
 * A new id whose time is `at`. Those of one process and one millisecond sort as they were made, 2,048 of them at least
 * (section 6.2, method 1); 62 of its bits are random.
 */
export function newId(at: Temporal.Instant): Id {
  const milliseconds = at.epochMilliseconds
  const random = randomUUID()
  const count =
    milliseconds === last.milliseconds
      ? (last.count + 1) % COUNTED
      : Number.parseInt(random.slice(15, 18), 16) % (COUNTED / 2)
  last = { milliseconds, count }
  const time = milliseconds.toString(16).padStart(12, '0')
  // A random UUID has the variant and the random bits after it where these have theirs.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}${random.slice(18)}`
}

/** The lowest id of an instant: the boundary between two partitions. */
export function lowestId(at: Temporal.Instant): Id {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(at.epochMilliseconds, 0, 6)
  return idFromBytes(bytes)
}

/** The instant that is written in an id, in whole milliseconds. */
export function instantOf(id: Id): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(idToBytes(id).readUIntBE(0, 6))
}

/** The 16 bytes of an id. */
export function idToBytes(id: Id): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  check(bytes.length === 16, 'An id must have 16 bytes')
  return bytes
}

export function idFromBytes(bytes: Uint8Array): Id {
  const hex = Buffer.from(bytes).toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

/** Whether a text from outside has the form of an id. */
export function isId(text: string): text is Id {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text)
}
