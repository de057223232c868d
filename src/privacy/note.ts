/**
 * Signed notes and checkpoints (C2SP: signed-note, tlog-checkpoint), with Ed25519.
 *
 * A note is a text with signatures below it; a checkpoint is a note that says how large a log is and what its root is.
 * Published vectors: `test/vectors/checkpoint.json`.
 *
 * Invariant: a note that is not exactly of the form is refused: nothing is trimmed, repaired or guessed.
 */

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { Fault } from '../base/failure.ts'
import { HASH_BYTES, type Hash, parseSize } from './merkle.ts'

/** Whom a note may be from: a key with its name. */
export type Verifier = {
  readonly name: string
  /** The key as it is published: `name+key id+key`. */
  readonly text: string
  readonly id: Buffer
  readonly key: KeyObject
}

export type Signer = Verifier & { readonly secret: KeyObject }

export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Hash }

const ED25519 = 1
const KEY_BYTES = 32
const ID_BYTES = 4
const SIGNATURE_BYTES = 64
const MOST_SIGNATURES = 64
const MOST_CHARACTERS = 1_000_000
/** How a seed and a public key of Ed25519 begin in PKCS #8 and SPKI (RFC 8410). */
const SECRET_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
const NAME = /^[^\s+\p{Z}\p{Cc}]+$/u

/** The signer with a seed of 32 bytes. */
export function signerOf(name: string, seed: Buffer): Signer {
  const der = Buffer.concat([SECRET_HEAD, seed])
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  return { ...verifierOf(name, spki.subarray(PUBLIC_HEAD.length)), secret }
}

/** Reads a published key. @throws {Fault} `invalid`. */
export function parseKey(text: string): Verifier {
  const [, name = '', id, encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text) ?? []
  const bytes = fromBase64(encoded)
  if (bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) throw noKey()
  const verifier = verifierOf(name, bytes.subarray(1))
  if (!NAME.test(name) || verifier.id.toString('hex') !== id) throw noKey()
  return verifier
}

/** Signs a text, which must end its last line. */
export function signNote(text: string, { name, id, secret }: Signer): string {
  const signature = sign(null, Buffer.from(text), secret)
  return `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`
}

/**
 * The text of a note that a key has signed.
 *
 * @throws {Fault} `forged` when the note is not of the form, or not signed by it.
 */
export function openNote(note: string, verifier: Verifier): string {
  const { text, signatures } = signaturesIn(note, verifier)
  const data = Buffer.from(text)
  if (!signatures.every((signature) => verify(null, data, verifier.key, signature)))
    throw unsigned()
  return text
}

/** As `openNote`, many at once: the signatures are checked beside this thread. */
export async function openNoteAside(note: string, verifier: Verifier): Promise<string> {
  const { text, signatures } = signaturesIn(note, verifier)
  const data = Buffer.from(text)
  const good = await Promise.all(
    signatures.map(
      (signature) =>
        new Promise<boolean>((resolve, reject) =>
          verify(null, data, verifier.key, signature, (error, result) =>
            error === null ? resolve(result) : reject(error),
          ),
        ),
    ),
  )
  if (!good.every(Boolean)) throw unsigned()
  return text
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/** Reads the text of a checkpoint. @throws {Fault} `forged` when it is none, or of another log. */
export function parseCheckpoint(text: string, origin: string): Checkpoint {
  const [first = '', second = '', third = '', ...rest] = text.split('\n')
  const extensions = rest.slice(0, -1)
  if (rest.at(-1) !== '' || extensions.includes('')) throw noCheckpoint('it is no checkpoint')
  const size = parseSize(second)
  const root = fromBase64(third)
  if (size === undefined || root?.length !== HASH_BYTES)
    throw noCheckpoint('it has no size or root')
  if (first !== origin) throw noCheckpoint(`it is of another log than "${origin}"`)
  return { origin, size, root }
}

/** Base64 in its one form; undefined for every other text. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

function verifierOf(name: string, bytes: Buffer): Verifier {
  const typed = Buffer.concat([Buffer.of(ED25519), bytes])
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, ID_BYTES)
  const der = Buffer.concat([PUBLIC_HEAD, bytes])
  return {
    name,
    id,
    text: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    key: createPublicKey({ key: der, format: 'der', type: 'spki' }),
  }
}

/** The text of a note, and the signatures below it that claim to be by a key; at least one. */
function signaturesIn(note: string, { name, id }: Verifier) {
  const end = note.lastIndexOf('\n\n') + 1
  const isForm = note.length <= MOST_CHARACTERS && note.isWellFormed() && !/[^\n\P{Cc}]/u.test(note)
  if (end === 0 || !isForm || !note.endsWith('\n')) throw malformed()
  const lines = note.slice(end + 1, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) throw malformed()
  const signatures = lines.map(signatureIn).filter((by) => by.name === name && by.id.equals(id))
  const own = signatures.map(({ signature }) => signature)
  if (own.length === 0 || own.some(({ length }) => length !== SIGNATURE_BYTES)) throw unsigned()
  return { text: note.slice(0, end), signatures: own }
}

function signatureIn(line: string) {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (!NAME.test(name) || bytes === undefined || bytes.length <= ID_BYTES) throw malformed()
  return { name, id: bytes.subarray(0, ID_BYTES), signature: bytes.subarray(ID_BYTES) }
}

function malformed(): Fault {
  return noCheckpoint('it is not of the form of a signed note')
}

function unsigned(): Fault {
  return noCheckpoint('the key that is trusted has not signed it')
}

function noCheckpoint(why: string): Fault {
  return new Fault('forged', `Cannot trust this note: ${why}`, {
    remedy: 'Fetch it again from the store, or look at who could have changed it',
  })
}

function noKey(): Fault {
  return new Fault('invalid', 'This is no key of a ledger', {
    remedy: 'Give it as the store publishes it: name+key id+key, in one line',
  })
}
