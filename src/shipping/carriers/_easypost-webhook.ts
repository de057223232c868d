/**
 * EasyPost's webhooks: `X-Hmac-Signature: hmac-sha256-hex=…`, HMAC-SHA256 of the raw body under the webhook's secret in
 * Unicode's NFKD form.
 *
 * Invariant: nothing of a body is read before its signature is right; without a secret none is.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import { Fault } from '../../base/failure.ts'
import type { TrackingEvent } from '../carrier.ts'
import { fieldsIn, isFields, textOf } from './_easypost-answer.ts'

/** Statuses of a tracker that mean something to an order; the others say that it is on its way. */
const STATUSES: ReadonlyMap<string, TrackingEvent['status']> = new Map([
  ['delivered', 'delivered'],
  ['return_to_sender', 'returned'],
  ['failure', 'failed'],
])

/** @throws {Fault} `forged`. Undefined for an event that is not about where a parcel is. */
export function verifyEvent(
  company: string,
  secret: string,
  rawBody: Buffer,
  signature: string | readonly string[] | undefined,
): TrackingEvent | undefined {
  checkSignature(secret, rawBody, signature)
  const { description, result } = fieldsIn(rawBody)
  if (!isFields(result) || !/^tracker\./.test(textOf(description) ?? '')) return undefined
  const companyReference = textOf(result.shipment_id)
  if (companyReference === undefined) return undefined
  const status = STATUSES.get(textOf(result.status) ?? '') ?? 'on its way'
  return { company, companyReference, status }
}

function checkSignature(
  secret: string,
  rawBody: Buffer,
  signature: string | readonly string[] | undefined,
): void {
  if (secret === '') {
    throw new Fault('forged', 'Cannot trust a webhook of EasyPost: no secret is set for it', {
      remedy: "Set the webhook's secret here and at EasyPost",
    })
  }
  const key = Buffer.from(secret.normalize('NFKD'), 'utf8')
  const expected = createHmac('sha256', key).update(rawBody).digest()
  const hex = typeof signature === 'string' ? signature.replace(/^hmac-sha256-hex=/, '') : ''
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(hex) ? hex : '', 'hex')
  if (given.length === expected.length && timingSafeEqual(given, expected)) return
  throw new Fault('forged', 'A webhook of EasyPost has a wrong signature')
}
