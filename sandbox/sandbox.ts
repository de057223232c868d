/**
 * The sandbox: the outside world of a store, for demonstrations and tests. A payment processor that
 * speaks Stripe's protocol, a carrier that speaks EasyPost's, a mail relay, and a journal of all
 * that they were told.
 *
 * Invariants: it listens on the loopback address alone; it imports nothing of the store's, so that
 * what the store may tell a third party is never decided here.
 */

import type { Server } from 'node:http'
import { type Answer, plain } from './base/answer.ts'
import { type Clock, systemClock } from './base/clock.ts'
import { type Journal, newJournal, type Party } from './base/journal.ts'
import { newOutages, type Outages } from './base/outage.ts'
import { listen, portOf, type Route, serveRoutes } from './base/server.ts'
import { openState, type State } from './base/state.ts'
import { newWebhooks, type Webhooks } from './base/webhooks.ts'
import { carrierApiRoutes } from './carrier/api.ts'
import { newCarrier } from './carrier/carrier.ts'
import { carrierDeskRoutes } from './carrier/desk.ts'
import { carrierSigner } from './carrier/signature.ts'
import { carrierRefused } from './carrier/wire.ts'
import { controlRoutes } from './control.ts'
import { inboxRoutes } from './mail/inbox.ts'
import { type Login, type Mail, openRelay } from './mail/relay.ts'
import { homeRoutes } from './pages/home.ts'
import { journalRoutes } from './pages/journal.ts'
import { apiRoutes } from './processor/api.ts'
import { paymentDeskRoutes } from './processor/desk.ts'
import { payRoutes } from './processor/paypage.ts'
import { lapseAll, newProcessor, type Processor } from './processor/processor.ts'
import { processorSigner } from './processor/signature.ts'
import { failure } from './processor/wire.ts'

/**
 * What a store and a third party share: its API key, and the secret under which its webhooks are
 * signed.
 */
export type Credentials = { readonly key: string; readonly webhookSecret: string }

export type SandboxOptions = {
  /** 0 is any free port. */
  readonly port: number
  /** 0 is any free port. */
  readonly smtpPort: number
  /** Where its state is kept; null: in memory alone. */
  readonly folder: string | null
  /** Webhooks go to its `/webhooks/stripe` and `/webhooks/easypost`. */
  readonly storeUrl: string
  readonly stripe: Credentials
  readonly easypost: Credentials
  /** The types of event that the processor tells the store, `refund.*` among them; all unless told. */
  readonly stripeEvents?: readonly string[]
  /** Who may send mail; null: anyone on this machine. */
  readonly mailLogin?: Login | null
  readonly clock?: Clock
  /** The pause before a webhook is tried again; each later one is twice as long. */
  readonly firstPauseMilliseconds?: number
}

export interface Sandbox {
  readonly url: string
  readonly smtpPort: number
  close(): Promise<void>
}

const LAPSE_MILLISECONDS = 1000

/** Starts it. Rejects with the system's error when a port is busy. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const clock = options.clock ?? systemClock
  const server = await listen(options.port)
  try {
    const state = openState(options.folder)
    const journal = newJournal(clock)
    const outages = newOutages()
    const url = `http://localhost:${portOf(server)}`
    const webhooks = webhooksOf(options, clock, state, journal)
    const world: World = { options, clock, state, journal, outages, webhooks, url }
    return await open(world, server)
  } catch (error) {
    server.close()
    throw error
  }
}

type World = {
  readonly options: SandboxOptions
  readonly clock: Clock
  readonly state: State
  readonly journal: Journal
  readonly outages: Outages
  readonly webhooks: Webhooks
  readonly url: string
}

async function open(world: World, server: Server): Promise<Sandbox> {
  const { options, clock, state, journal, outages, webhooks, url } = world
  const { key } = options.stripe
  const subscribed = options.stripeEvents ?? ['*']
  const processor = newProcessor(state, { webhooks, clock, key, url, subscribed })
  const mails = state.collection<Mail>('mail')
  const routes = routesOf(world, processor, mails)
  serveRoutes(server, { routes, journal, outages, broken })
  const login = options.mailLogin ?? null
  const port = options.smtpPort
  const relay = await openRelay({ port, login, mails, journal, outages, clock })
  const timer = setInterval(() => lapseAll(processor), LAPSE_MILLISECONDS)
  webhooks.resume()
  return {
    url,
    smtpPort: relay.port,
    async close() {
      clearInterval(timer)
      webhooks.close()
      outages.close()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await Promise.all([closed, relay.close()])
      await state.close()
    },
  }
}

function routesOf(
  { options, clock, state, journal, outages, webhooks, url }: World,
  processor: Processor,
  mails: ReturnType<typeof state.collection<Mail>>,
): readonly Route[] {
  const carrier = newCarrier(state, { webhooks, clock, key: options.easypost.key, url })
  return [
    ...apiRoutes(processor),
    ...payRoutes(processor),
    ...carrierApiRoutes(carrier),
    ...homeRoutes(),
    ...paymentDeskRoutes(processor),
    ...carrierDeskRoutes(carrier),
    ...inboxRoutes(mails),
    ...journalRoutes(journal),
    ...controlRoutes({ processor, carrier, webhooks, outages }),
  ]
}

function webhooksOf(
  options: SandboxOptions,
  clock: Clock,
  state: State,
  journal: Journal,
): Webhooks {
  return newWebhooks({
    storeUrl: options.storeUrl,
    signers: {
      processor: processorSigner(options.stripe.webhookSecret),
      carrier: carrierSigner(options.easypost.webhookSecret),
    },
    events: state.collection('event'),
    journal,
    clock,
    firstPauseMilliseconds: options.firstPauseMilliseconds ?? 1000,
  })
}

/** What a service says while it is out with `500`. */
function broken(service: Party): Answer {
  const message = 'The sandbox was told to fail'
  switch (service) {
    case 'processor':
      return failure({ type: 'api_error', message }, 500)
    case 'carrier':
      return carrierRefused(500, 'INTERNAL_SERVER_ERROR', message).answer
    case 'mail':
      return plain(message, 500)
  }
}
