/**
 * Stripe, by its official SDK: Checkout sessions on Stripe's own page, refunds, signed webhooks.
 *
 * The SDK is given our HTTP client, so that its bytes leave by the gateway's way like all others; its telemetry is off.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import Stripe from 'stripe'
import { send, type Way } from '../../base/egress.ts'
import { check, Fault, Refusal } from '../../base/failure.ts'
import type { Company } from '../../privacy/gateway.ts'
import type { MadeRefund, Notice, PaidSession, Processor, SessionState } from '../processor.ts'

const NAME = 'Stripe'

export type StripeOptions = {
  readonly apiKey: string
  /** Empty: every webhook is refused. */
  readonly webhookSecret: string
  /** Where the API is: `https://api.stripe.com`, or the sandbox. */
  readonly origin: URL
  /** What the customer reads on Stripe's page: the shop's name, and nothing of the order. */
  readonly description: string
}

/** Words that Stripe's protocol always uses: somebody may be called Price, or Card. */
const PROTOCOL_WORDS =
  'post get v1 checkout sessions expire refunds payment intents mode client reference id line items ' +
  'quantity price data currency unit amount product name success url cancel return cancelled at ' +
  'authorization bearer sk test live user agent stripe node bindings version accept application json ' +
  'content type length x www form urlencoded idempotency key start refund host ' +
  'metadata limit 100 starting after'

/** Stripe as the gateway knows it. `ours` are words of the shop itself. */
export function stripeCompany(
  { apiKey, origin, description }: StripeOptions,
  ours: string,
): Company {
  return {
    to: 'payment processor',
    name: NAME,
    origins: [origin.origin],
    protocolWords: `${PROTOCOL_WORDS} ${apiKey} ${description} ${ours}`,
  }
}

/** A customer waits for the session: once, and once more when it is asked for again. */
const TIMEOUT_MS = 10_000

/** The most that Stripe lists at once. */
const PAGE = 100
/** The SDK wants to be told where to stop; a payment has a handful. */
const MOST_REFUNDS = 10_000

/** Stripe signs with a time: a webhook is believed this long, in seconds. */
const TOLERANCE_SECONDS = 300

export function stripe(options: StripeOptions): Processor {
  const { client, by } = clientOf(options)
  return {
    name: NAME,
    async start({ orderReference, amountMinor, currency }, urls, lapsesAt, way) {
      const session = await by(way, () =>
        client.checkout.sessions.create(
          {
            mode: 'payment',
            client_reference_id: orderReference,
            line_items: [
              {
                quantity: 1,
                price_data: {
                  currency: currency.toLowerCase(),
                  unit_amount: amountMinor * unitsOf(currency),
                  product_data: { name: options.description },
                },
              },
            ],
            success_url: urls.paid,
            cancel_url: urls.cancelled,
            expires_at: Math.floor(lapsesAt.epochMilliseconds / 1000),
          },
          { idempotencyKey: `start-${orderReference}` },
        ),
      )
      check(session.url !== null, 'A new session must have a page')
      return { id: session.id, url: session.url }
    },
    async state(sessionId, way) {
      return stateOf(await by(way, () => client.checkout.sessions.retrieve(sessionId)))
    },
    async expire(sessionId, way) {
      return stateOf(
        await by(way, () =>
          client.checkout.sessions.expire(sessionId).catch((error) => {
            if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
            return client.checkout.sessions.retrieve(sessionId)
          }),
        ),
      )
    },
    async refund({ amountMinor, currency }, intentId, reference, way) {
      const refund = await by(way, () =>
        client.refunds.create(
          {
            payment_intent: intentId,
            amount: amountMinor * unitsOf(currency),
            metadata: { reference },
          },
          { idempotencyKey: `refund-${reference}` },
        ),
      )
      return madeRefund(refund, currency)
    },
    async refunds(intentId, currency, way) {
      const all = await by(way, () =>
        client.refunds
          .list({ payment_intent: intentId, limit: PAGE })
          .autoPagingToArray({ limit: MOST_REFUNDS }),
      )
      check(all.length < MOST_REFUNDS, 'A payment cannot have so many refunds')
      return all.map((refund) => madeRefund(refund, currency))
    },
    readWebhook: (body, signature) => readWebhook(options, body, signature),
  }
}

type Client = {
  readonly client: Stripe
  /** Lets the client's requests leave by a way, and by no other: without one it sends nothing. */
  readonly by: <T>(way: Way, ask: () => Promise<T>) => Promise<T>
}

/** One client for all requests: making one takes longer than what it sends. */
function clientOf({ apiKey, origin }: StripeOptions): Client {
  const ways = new AsyncLocalStorage<Way>()
  const client = new Stripe(apiKey, {
    host: origin.hostname,
    port: origin.port === '' ? '443' : origin.port,
    protocol: origin.protocol === 'http:' ? 'http' : 'https',
    telemetry: false,
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 1,
    httpClient: new WayClient(ways),
  })
  return { client, by: (way, ask) => answered(ways.run(way, ask)) }
}

/** The SDK's requests, sent by our egress. */
class WayClient extends Stripe.HttpClient {
  readonly #ways: AsyncLocalStorage<Way>

  constructor(ways: AsyncLocalStorage<Way>) {
    super()
    this.#ways = ways
  }

  override getClientName(): string {
    return 'tacet'
  }

  override async makeRequest(
    ...[host, port, path, method, headers, body, protocol, timeoutMs]: Parameters<
      Stripe.HttpClient['makeRequest']
    >
  ) {
    const standard =
      (protocol === 'https' && port === '443') || (protocol === 'http' && port === '80')
    const url = `${protocol}://${host}${standard ? '' : `:${port}`}${path}`
    const way = this.#ways.getStore()
    check(way !== undefined, 'A request to Stripe needs a way')
    const answer = await send(way, {
      method: method === 'POST' || method === 'DELETE' ? method : 'GET',
      url,
      headers: textHeaders(headers),
      ...(body === '' || body === null ? {} : { body }),
      timeoutMs,
    })
    return new WayResponse(answer.status, answer.headers, answer.body)
  }
}

class WayResponse extends Stripe.HttpClientResponse {
  readonly #body: Buffer

  constructor(status: number, headers: object, body: Buffer) {
    super(status, Object.fromEntries(Object.entries(headers)))
    this.#body = body
  }

  override getRawResponse(): unknown {
    return this.#body
  }

  override async toJSON(): Promise<unknown> {
    return JSON.parse(this.#body.toString('utf8'))
  }
}

function textHeaders(headers: object): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined)
  // Describes this machine to Stripe: nobody needs that.
  const kept = entries.filter(([name]) => name !== 'X-Stripe-Client-User-Agent')
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]))
}

function stateOf(session: Stripe.Checkout.Session): SessionState {
  if (session.status === 'expired') return { state: 'expired' }
  const paid = paidSession(session)
  return paid === undefined ? { state: 'open' } : { state: 'paid', ...paid }
}

/** Pending, and waiting for its customer, is under way: the money is not ours any more. */
function madeRefund(refund: Stripe.Refund, currency: string): MadeRefund {
  const amountMinor = Math.floor(refund.amount / unitsOf(currency))
  return {
    id: refund.id,
    reference: referenceOf(refund),
    amountMinor,
    hasFailed: hasFailed(refund),
  }
}

/** Cancelled by its customer or by time where they had to do something to get it: the money is with Stripe again. */
function hasFailed({ status }: Stripe.Refund): boolean {
  return status === 'failed' || status === 'canceled'
}

function referenceOf({ metadata }: Stripe.Refund): string | null {
  return metadata?.reference ?? null
}

function paidSession(session: Stripe.Checkout.Session): PaidSession | undefined {
  const { payment_intent: intent, amount_total: amount } = session
  const currency = session.currency?.toUpperCase()
  if (session.status !== 'complete' || session.payment_status !== 'paid') return undefined
  const intentId = typeof intent === 'string' ? intent : intent?.id
  if (amount === null || !Number.isSafeInteger(amount)) return undefined
  if (currency === undefined || intentId === undefined) return undefined
  return {
    sessionId: session.id,
    orderReference: session.client_reference_id ?? '',
    intentId,
    amountMinor: Math.floor(amount / unitsOf(currency)),
    currency,
  }
}

/** Stripe counts in ISO 4217's minor units, but these as if they had hundredths, which must be 0. */
function unitsOf(currency: string): number {
  return currency === 'ISK' || currency === 'UGX' ? 100 : 1
}

function readWebhook(
  { webhookSecret }: StripeOptions,
  body: Buffer,
  signature: string | undefined,
): Notice | undefined {
  if (webhookSecret === '' || signature === undefined) throw forged()
  const event = verified(body, signature, webhookSecret)
  switch (event.type) {
    case 'checkout.session.completed':
    // A way of paying that takes days: completed first, paid later.
    case 'checkout.session.async_payment_succeeded': {
      const session = paidSession(event.data.object)
      return session && { of: 'payment', session }
    }
    // Which of these comes depends on the way of paying and on how the account is set up; often it is several.
    case 'refund.failed':
    case 'refund.updated':
    case 'charge.refund.updated': {
      const reference = referenceOf(event.data.object)
      if (reference === null || !hasFailed(event.data.object)) return undefined
      return { of: 'failed refund', reference }
    }
    default:
      return undefined
  }
}

function verified(body: Buffer, signature: string, webhookSecret: string): Stripe.Event {
  const event = signed(body, signature, webhookSecret)
  // A signature says who wrote it, and nothing of what it is.
  if (typeof (event?.data?.object ?? undefined) === 'object') return event
  throw new Fault('invalid', 'This webhook is signed, but it is no event of Stripe')
}

function signed(body: Buffer, signature: string, webhookSecret: string): Stripe.Event {
  try {
    return Stripe.webhooks.constructEvent(body, signature, webhookSecret, TOLERANCE_SECONDS)
  } catch (cause) {
    throw forged(cause)
  }
}

function forged(cause?: unknown): Fault {
  return new Fault('forged', 'This webhook was not signed by Stripe, or too long ago', { cause })
}

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw translated(error)
  }
}

/** Stripe's own words may hold what it was sent; its code does not. */
function translated(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error
  const refusal = refusalWithin(error)
  if (refusal !== undefined) return refusal
  // An idempotency error is not among them: the first request of that key may still be at work.
  const lasting =
    error instanceof Stripe.errors.StripeInvalidRequestError ||
    error instanceof Stripe.errors.StripeCardError
  if (!lasting)
    return new Fault('unreachable', 'The payment processor does not answer', { cause: error })
  const code = error.code ?? error.type
  return new Fault('payment_refused', `The payment processor refused the request: ${code}`, {
    cause: error,
  })
}

/** The SDK wraps what its HTTP client throws; the policy's no must come through. */
function refusalWithin(error: Stripe.errors.StripeError): Refusal | undefined {
  const inner: unknown = 'detail' in error ? error.detail : undefined
  return inner instanceof Refusal ? inner : undefined
}
