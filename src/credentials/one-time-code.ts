/**
 * One-time codes: TOTP (RFC 6238) with HMAC-SHA-1, steps of 30 seconds and 6 digits, as every authenticator app has.
 *
 * Invariant: a code is taken in its own step and the one on either side of it, and in no other.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6
/** Steps on either side, for clocks that are not quite right (RFC 6238, section 6). */
const DRIFT = 1
/** RFC 4648, section 6. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** As long as the hash, as RFC 4226 recommends: 20 bytes. */
export function newSecret(): Buffer {
  return randomBytes(20)
}

/** The number of the time step that an instant is in. */
export function stepAt(at: Temporal.Instant): number {
  return Math.floor(at.epochMilliseconds / STEP_MS)
}

/** The code of a step (RFC 4226, section 5.3). */
export function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const code = createHmac('sha1', secret).update(counter).digest()
  const offset = code.readUInt8(code.length - 1) & 0xf
  const number = code.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** The step whose code was typed, later than `after`; undefined for a wrong code, one too old, or one used before. */
export function stepOf(
  secret: Buffer,
  code: string,
  { at, after }: { readonly at: Temporal.Instant; readonly after: number },
): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const now = stepAt(at)
  return [now - DRIFT, now, now + DRIFT].find(
    (step) => step > after && timingSafeEqual(Buffer.from(codeOf(secret, step)), Buffer.from(code)),
  )
}

/** Where an authenticator app takes the secret from: a QR code or a link holds this. */
export function keyUri(secret: Buffer, issuer: string): string {
  const name = encodeURIComponent(issuer)
  return `otpauth://totp/${name}?secret=${base32(secret)}&issuer=${name}`
}

/** Without padding, as apps show and take it. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const digits = bits.match(/.{1,5}/g) ?? []
  return digits.map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** The bytes of what `base32` has written. */
export function fromBase32(text: string): Buffer {
  const bits = [...text].map((digit) => ALPHABET.indexOf(digit).toString(2).padStart(5, '0'))
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((eight) => Number.parseInt(eight, 2)))
}
