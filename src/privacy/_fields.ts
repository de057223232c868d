/**
 * How each personal field is read: trimmed, NFC, without control characters, within its length, of its form.
 *
 * A problem names the rule that failed, never the value; pages have the words for it.
 */

import type { PersonalField, PersonalValues, PostalAddress } from './table.ts'

export type Problem = {
  /** The part of the field that is wrong, such as `postalCode`; the field itself where it has no parts. */
  readonly part: string
  readonly problem: 'missing' | 'too long' | 'malformed'
}

type Read<T> = { readonly value: T } | Problem

const addressParts = {
  line1: { max: 100, required: true },
  line2: { max: 100, required: false },
  postalCode: { max: 12, required: false },
  city: { max: 60, required: true },
  region: { max: 60, required: false },
  country: { max: 2, required: true },
} as const satisfies Record<keyof PostalAddress, { max: number; required: boolean }>

const EMAIL =
  /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[^\s@<>()[\]\\,;:".]{1,63}\.)+[^\s@<>()[\]\\,;:".]{2,63}$/
/** Letters (Persian, Hindi) and emoji are joined by what Unicode counts among control characters. */
const JOINERS = /\u200c|\u200d|[\u{e0020}-\u{e007f}]/gu
const PHONE = /^\+?(?:[\s()./-]*\d){5}[\d\s()./-]*$/
/** Control characters, line separators, and letters that nobody sees. */
const UNWANTED = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/u
/** The most characters that become one in the composed form (U+1F82, say). */
const COMPOSED = 4

const readers: { readonly [F in PersonalField]: (typed: unknown) => Read<PersonalValues[F]> } = {
  firstName: (typed) => text('firstName', typed, 80),
  lastName: (typed) => text('lastName', typed, 80),
  email: (typed) => matching('email', typed, 254, EMAIL),
  formerEmail: (typed) => matching('formerEmail', typed, 254, EMAIL),
  newEmail: (typed) => matching('newEmail', typed, 254, EMAIL),
  phone: (typed) => matching('phone', withoutMarks(typed), 30, PHONE),
  orderNote: (typed) => text('orderNote', typed, 1000, { required: false, lines: true }),
  trackingNumber: (typed) => text('trackingNumber', typed, 60),
  label: (typed) => text('label', typed, 4_000_000),
  invoiceName: (typed) => text('invoiceName', typed, 200),
  postalAddress: readAddress,
  invoiceAddress: readAddress,
  passwordHash: (typed) => text('passwordHash', typed, 200),
  // Never typed as a whole: it is made of addresses that were each read by itself (`address-book.ts`).
  addressBook: () => ({ part: 'addressBook', problem: 'malformed' }),
  totpSecret: (typed) => text('totpSecret', typed, 64),
  recoveryHashes: (typed) => text('recoveryHashes', typed, 400),
  passkeyName: (typed) => text('passkeyName', typed, 40),
  passkeyCredential: (typed) => text('passkeyCredential', typed, 1364),
  passkeyPublicKey: (typed) => text('passkeyPublicKey', typed, 1000),
}

export function readField<F extends PersonalField>(
  field: F,
  typed: unknown,
): Read<PersonalValues[F]> {
  return readers[field](typed)
}

function readAddress(typed: unknown): Read<PostalAddress> {
  if (typeof typed !== 'object' || typed === null) return { part: 'line1', problem: 'missing' }
  const given = new Map<string, unknown>(Object.entries(typed))
  const address = { line1: '', line2: '', postalCode: '', city: '', region: '', country: '' }
  for (const part of Object.keys(address) as (keyof PostalAddress)[]) {
    const { max, required } = addressParts[part]
    const read = text(part, given.get(part), max, { required })
    if ('problem' in read) return read
    address[part] = read.value
  }
  if (!/^[A-Z]{2}$/.test(address.country)) return { part: 'country', problem: 'malformed' }
  return { value: address }
}

/** Address books put invisible marks of direction around the numbers that people paste. */
function withoutMarks(typed: unknown): unknown {
  return typeof typed === 'string' ? typed.replace(/\p{Cf}/gu, '') : typed
}

function matching(part: string, typed: unknown, max: number, form: RegExp): Read<string> {
  const read = text(part, typed, max)
  if ('problem' in read) return read
  if (form.test(read.value) && !UNWANTED.test(read.value)) return read
  return { part, problem: 'malformed' }
}

function text(
  part: string,
  typed: unknown,
  max: number,
  { required = true, lines = false } = {},
): Read<string> {
  if (typed !== undefined && typeof typed !== 'string') return { part, problem: 'malformed' }
  const trimmed = (typed ?? '').trim()
  // Composing takes quadratic time on a long run of combining marks, so length comes first.
  if (trimmed.length > COMPOSED * max) return { part, problem: 'too long' }
  const value = trimmed.normalize('NFC')
  if (value.length > max) return { part, problem: 'too long' }
  const seen = value.replace(JOINERS, '')
  if (seen === '') return required ? { part, problem: 'missing' } : { value: '' }
  if (UNWANTED.test(lines ? seen.replace(/[\n\r\t]/g, '') : seen)) {
    return { part, problem: 'malformed' }
  }
  return { value }
}
