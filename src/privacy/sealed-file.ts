/**
 * A sealed file: bytes of any length, encrypted and authenticated in chunks (AES-256-GCM), so that it is made and
 * opened as it streams by.
 *
 * `header ‖ chunk ‖ chunk …`. The header is 15 bytes `tacet backup 1` with a line end, and a random salt of 32. The key
 * of the file is HKDF-SHA-256 (RFC 5869) of the secret with that salt, so no key is used for two files. A chunk holds
 * 65,536 bytes, the last one at most that; its nonce is its number (11 bytes, big-endian) and a byte that is 1 for the
 * last; the header is its associated data. Published vectors: `test/vectors/sealed-file.json`.
 *
 * Invariant: a file that was flipped, cut, extended, put together anew or made under another secret is refused. What
 * was opened of it before that is known must not be used: read it once to the end first.
 */

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Fault } from '../base/failure.ts'

const MAGIC = Buffer.from('tacet backup 1\n')
const SALT = 32
const HEADER = MAGIC.length + SALT
const CHUNK = 65_536
const TAG = 16

/** Seals under a secret of 32 bytes. The salt is handed in by tests of the published vectors alone. */
export async function* sealFile(
  secret: Buffer,
  plain: AsyncIterable<Buffer>,
  salt = randomBytes(SALT),
): AsyncGenerator<Buffer> {
  const header = Buffer.concat([MAGIC, salt])
  const key = fileKey(secret, salt)
  yield header
  let number = 0
  for await (const { bytes, isLast } of inPieces(plain, CHUNK)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, isLast))
    cipher.setAAD(header)
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    number += 1
  }
}

/** Opens what `sealFile` made. @throws {Fault} `forged` when it is not whole, or not under this secret. */
export async function* openFile(
  secret: Buffer,
  sealed: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let header: Buffer | undefined
  let key: Buffer = Buffer.alloc(0)
  let number = 0
  for await (const { bytes, isLast } of inPieces(sealed, CHUNK + TAG, HEADER)) {
    if (header === undefined) {
      if (isLast || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw notOurs()
      header = bytes
      key = fileKey(secret, header.subarray(MAGIC.length))
    } else {
      yield openChunk(key, header, bytes, nonceOf(number, isLast))
      number += 1
    }
  }
}

function openChunk(key: Buffer, header: Buffer, bytes: Buffer, nonce: Buffer): Buffer {
  if (bytes.length < TAG) throw changed()
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
  decipher.setAAD(header)
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG))
  const plain = decipher.update(bytes.subarray(0, bytes.length - TAG))
  try {
    decipher.final()
  } catch {
    throw changed()
  }
  return plain
}

type Piece = { readonly bytes: Buffer; readonly isLast: boolean }

/** Pieces of one size, after a first of its own where that is given. The last may be shorter; there is always one. */
async function* inPieces(
  source: AsyncIterable<Buffer>,
  size: number,
  first = size,
): AsyncGenerator<Piece> {
  let waiting: Buffer[] = []
  let length = 0
  let wanted = first
  for await (const bytes of source) {
    waiting.push(bytes)
    length += bytes.length
    if (length <= wanted) continue
    let rest = Buffer.concat(waiting)
    // A piece that is full may be the last: it waits for the first byte after it.
    for (; rest.length > wanted; wanted = size) {
      const piece = rest.subarray(0, wanted)
      rest = rest.subarray(wanted)
      yield { bytes: piece, isLast: false }
    }
    waiting = [rest]
    length = rest.length
  }
  yield { bytes: Buffer.concat(waiting), isLast: true }
}

function fileKey(secret: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, 'tacet:backup:v1', 32))
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

function notOurs(): Fault {
  return new Fault('forged', 'This is no backup of a Tacet store, or it was cut off', {
    remedy: 'Name a file that `npm run tacet -- backup` has made',
  })
}

function changed(): Fault {
  return new Fault(
    'forged',
    'This backup was changed or cut off, or belongs to other keys; nothing was restored',
    { remedy: 'Take another copy of it, or put back the keys folder of the store that made it' },
  )
}
