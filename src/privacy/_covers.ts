/**
 * Covers: how a look-up value ends with its generation of keys (C3.1, decision 0029).
 *
 * A look-up value is a keyed hash, the same wherever a value is the same, under a key that does not turn. It is never
 * stored as it is, but enciphered once more by a key of its generation. So equal ones are still found, the next
 * generation covers them anew without knowing what they are of, and of a copy that holds them nothing is left to try
 * once their generation was destroyed.
 *
 * The cipher is AES-256 alone (FIPS 197; ECB in NIST SP 800-38A, 6.1). It is right here and nowhere else: each value
 * is one block, a block is the output of a keyed hash, and equal ones are to be equal.
 * Published vectors: `test/vectors/covers.json`.
 */

import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { check } from '../base/failure.ts'
import { open, seal } from './_aead.ts'

/** A look-up value as it is stored: 16 bytes. */
export type Covered = { readonly generation: number; readonly covered: Buffer }

/** What a generation does with look-up values of 16 bytes. */
export type Cover = {
  on(digest: Buffer): Buffer
  off(covered: Buffer): Buffer
  /** For a backup, where nobody searches: equal ones are not equal any more. */
  sealed(covered: Buffer, belongsTo: string): Buffer
  /** Back again. @throws {Fault} `storage` */
  unsealed(sealed: Buffer, belongsTo: string): Buffer
}

/** @param key of the generation: 32 bytes. */
export function coverOf(key: Buffer): Cover {
  const derived = (name: string) => createHmac('sha256', key).update(name).digest()
  const own = derived('tacet:look-up-cover:v1')
  const sealing = derived('tacet:look-up-in-backup:v1')
  const cipher = createCipheriv('aes-256-ecb', own, null).setAutoPadding(false)
  const decipher = createDecipheriv('aes-256-ecb', own, null).setAutoPadding(false)
  return {
    on: (digest) => cipher.update(block(digest)),
    off: (covered) => decipher.update(block(covered)),
    sealed: (covered, belongsTo) => seal(sealing, covered, belongsTo),
    unsealed: (sealed, belongsTo) => open(sealing, sealed, belongsTo),
  }
}

/** A part of a block would stay in the cipher, and be the beginning of whatever comes next. */
function block(value: Buffer): Buffer {
  check(value.length === 16, 'A look-up value must have 16 bytes')
  return value
}
