/**
 * The carrier's signature on its webhooks: `X-Hmac-Signature: hmac-sha256-hex=…`, HMAC-SHA256 of
 * the raw body under the secret in Unicode's NFKD form, as EasyPost's client libraries check it.
 */

import { createHmac } from 'node:crypto'
import type { Signer } from '../base/webhooks.ts'

export function carrierSigner(secret: string): Signer {
  const key = Buffer.from(secret.normalize('NFKD'), 'utf8')
  return (body) => {
    const digest = createHmac('sha256', key).update(body).digest('hex')
    return { 'x-hmac-signature': `hmac-sha256-hex=${digest}` }
  }
}
