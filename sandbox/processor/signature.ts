/**
 * The processor's signature on its webhooks: `Stripe-Signature: t=…,v1=…`, HMAC-SHA256 over time
 * and body, as `webhooks.constructEvent` of the official SDK checks it.
 */

import { createHmac } from 'node:crypto'
import type { Signer } from '../base/webhooks.ts'

export function processorSigner(secret: string): Signer {
  return (body, atSeconds) => {
    const digest = createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex')
    return { 'stripe-signature': `t=${atSeconds},v1=${digest}` }
  }
}
