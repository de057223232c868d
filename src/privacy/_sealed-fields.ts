/** A record's fields as they lie in the vault: each sealed by itself, bound to its record and its name. */

import type { Id } from '../base/ids.ts'
import { open, seal } from './_aead.ts'
import type { Personal } from './personal.ts'
import type { PersonalField, PersonalValues } from './table.ts'

/** What a record of the vault is about. */
export type RecordKind =
  | 'contact'
  | 'former'
  | 'shipment'
  | 'invoice'
  | 'account'
  | 'change'
  | 'credentials'
  | 'addresses'
  | 'factor'
  | `passkey ${Id}`
  | 'paper'

export type SealedFields = {
  readonly names: readonly PersonalField[]
  readonly sealed: readonly Buffer[]
}

export function sealFields(
  key: Buffer,
  subject: Id,
  kind: RecordKind,
  values: readonly Personal[],
): SealedFields {
  return {
    names: values.map(({ field }) => field),
    sealed: values.map((value) =>
      seal(key, encode(value.reveal()), place(subject, kind, value.field)),
    ),
  }
}

/** @throws {Fault} `storage` when it was sealed under another key, or for another place. */
export function openField<F extends PersonalField>(
  key: Buffer,
  subject: Id,
  kind: RecordKind,
  field: F,
  sealed: Buffer,
): PersonalValues[F] {
  return decode(open(key, sealed, place(subject, kind, field))) as PersonalValues[F]
}

function place(subject: Id, kind: RecordKind, field: PersonalField): string {
  return `tacet:record:v1:${subject}:${kind}:${field}`
}

function encode(value: PersonalValues[PersonalField]): Buffer {
  const plain = Buffer.from(JSON.stringify(value), 'utf8')
  const padded = Buffer.alloc(Math.ceil((plain.length + 1) / 32) * 32)
  plain.copy(padded)
  padded[plain.length] = 0x80
  return padded
}

function decode(padded: Buffer): unknown {
  return JSON.parse(padded.toString('utf8', 0, padded.lastIndexOf(0x80)))
}
