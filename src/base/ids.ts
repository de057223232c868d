/**
 * Identifiers: UUIDs of version 7 (RFC 9562, section 5.7), whose first 48 bits are the time in milliseconds.
 *
 * Tables of orders, disclosures and ledger entries are partitioned by ranges of such ids, one range a month, so that
 * an id alone finds its partition.
 */

import { randomUUID } from 'node:crypto'
import { check } from './failure.ts'

/** A lower-case UUID of version 7. */
export type Id = string

/** A new id whose time is `at`. 74 of its bits are random. */
export function newId(at: Temporal.Instant): Id {
  const time = at.epochMilliseconds.toString(16).padStart(12, '0')
  // A random UUID has its random bits where these have theirs, and the same variant.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
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
