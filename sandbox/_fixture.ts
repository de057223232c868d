/**
 * What the sandbox's tests share: a sandbox on free ports, a store that hears its webhooks, and
 * ways to speak to it.
 */

import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { TestContext } from 'node:test'
import Stripe from 'stripe'
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts'

export const STRIPE_KEY = 'sk_test_sandbox'
export const STRIPE_SECRET = 'whsec_sandbox'
export const EASYPOST_KEY = 'EZTK_sandbox'
/** With a letter that NFKD takes apart. */
export const EASYPOST_SECRET = 'geheimniß-é'

export type Heard = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type HearingStore = {
  readonly url: string
  readonly heard: Heard[]
  /** The statuses that it answers next; 200 after them. */
  readonly answers: number[]
  /** Resolves once it has heard that many in all. */
  hears(count: number): Promise<void>
}

/** A store that writes down the webhooks it gets. */
export async function hearingStore(t: TestContext): Promise<HearingStore> {
  const heard: Heard[] = []
  const answers: number[] = []
  let told = () => {}
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      heard.push({ path: request.url ?? '', headers: request.headers, body })
      response.writeHead(answers.shift() ?? 200).end('heard')
      told()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    answers,
    hears: (count) =>
      new Promise((resolve) => {
        told = () => {
          if (heard.length >= count) resolve()
        }
        told()
      }),
  }
}

/** A sandbox that ends with the test. */
export async function sandbox(
  t: TestContext,
  more: Partial<SandboxOptions> = {},
): Promise<Sandbox> {
  const started = await startSandbox({
    port: 0,
    smtpPort: 0,
    folder: null,
    storeUrl: 'http://127.0.0.1:9',
    stripe: { key: STRIPE_KEY, webhookSecret: STRIPE_SECRET },
    easypost: { key: EASYPOST_KEY, webhookSecret: EASYPOST_SECRET },
    firstPauseMilliseconds: 5,
    ...more,
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= started.close()
    return closed
  }
  t.after(close)
  return { ...started, close }
}

/** The official SDK, pointed at the sandbox. */
export function stripeOf(url: string, key = STRIPE_KEY): Stripe {
  const { hostname, port } = new URL(url)
  return new Stripe(key, {
    host: hostname,
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
  })
}

/** What a store asks for when an order of €25.00 is to be paid. */
export function order(reference: string): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    line_items: [
      {
        price_data: { currency: 'eur', unit_amount: 1250, product_data: { name: 'An order' } },
        quantity: 2,
      },
    ],
    client_reference_id: reference,
    success_url: 'http://localhost:3000/paid?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://localhost:3000/cart',
    metadata: { order: reference },
  }
}

export async function control(url: string, what: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/control/${what}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  return response.json()
}
