/**
 * Webhooks: what the payment processor and the carrier tell us, each proved by its signature.
 *
 * `POST /webhooks/stripe`, `POST /webhooks/easypost`. An event that is not ours, or that comes twice, is answered with
 * 200, so that its sender stops; one that is not signed gets 400 and is counted in the log.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../base/failure.ts'
import type { Log } from '../base/log.ts'
import { recordFailedRefund } from '../payments/failed-refund.ts'
import { type Payments, recordPaid } from '../payments/payment.ts'
import type { Shipping } from '../shipping/shipment.ts'
import { recordTracking } from '../shipping/tracking.ts'

export type Webhooks = {
  readonly payments: Payments
  readonly shipping: Shipping
  readonly log: Log
}

export function webhookRoutes(server: FastifyInstance, webhooks: Webhooks): void {
  const { payments, shipping } = webhooks
  const config = { webhook: true }
  server.post('/webhooks/stripe', { config }, (request, reply) =>
    answered(webhooks, 'Stripe', reply, async () => {
      const signature = header(request, 'stripe-signature')
      const notice = payments.processor.readWebhook(bodyOf(request), signature)
      if (notice?.of === 'payment') await recordPaid(payments, notice.session)
      if (notice?.of === 'failed refund') await recordFailedRefund(payments, notice.reference)
    }),
  )
  for (const carrier of shipping.carriers) {
    server.post(`/webhooks/${carrier.name.toLowerCase()}`, { config }, (request, reply) =>
      answered(webhooks, carrier.name, reply, async () => {
        const event = carrier.verifyWebhook(bodyOf(request), request.headers)
        // Not known yet, perhaps: the carrier may be quicker than its own answer. It asks again.
        if (event !== undefined && (await recordTracking(shipping, event)) === 'unknown') {
          throw new Fault('not_found', 'There is no such parcel')
        }
      }),
    )
  }
}

async function answered(
  { log }: Webhooks,
  company: string,
  reply: FastifyReply,
  work: () => Promise<void>,
): Promise<FastifyReply> {
  try {
    await work()
    return reply.code(200).send({ received: true })
  } catch (error) {
    if (error instanceof Fault) log('webhook refused', { company, reason: error.code })
    throw error
  }
}

function bodyOf({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body)) return body
  throw new Fault('invalid', 'A webhook must have a body')
}

function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
