/**
 * Sealing: AES-256-GCM (NIST SP 800-38D), the one cipher of the store.
 *
 * A sealed value is `version (1 byte, 1) ‖ nonce (12, random) ‖ ciphertext ‖ tag (16)`. What it belongs to is its
 * associated data, so that a value moved to another row does not open. Published vectors: `test/vectors/sealed.json`.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault } from '../base/failure.ts'

const VERSION = 1
const NONCE = 12
const TAG = 16

/** Seals bytes under a key of 32 bytes. The nonce is handed in by tests of the published vectors alone. */
export function seal(
  key: Buffer,
  plain: Buffer,
  belongsTo: string,
  nonce = randomBytes(NONCE),
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(belongsTo, 'utf8'))
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()])
}

/** Opens what `seal` made. @throws {Fault} `storage` when key, bytes or place are not the ones it was sealed with. */
export function open(key: Buffer, sealed: Buffer, belongsTo: string): Buffer {
  if (sealed.length < 1 + NONCE + TAG || sealed[0] !== VERSION) throw unopened()
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE))
  decipher.setAAD(Buffer.from(belongsTo, 'utf8'))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  try {
    const plain = decipher.update(sealed.subarray(1 + NONCE, sealed.length - TAG))
    decipher.final()
    return plain
  } catch {
    throw unopened()
  }
}

function unopened(): Fault {
  return new Fault(
    'storage',
    'A sealed value does not open: it was changed, moved or is not under this key',
  )
}
