/**
 * The processor's API: who may call it, and which route does what.
 */

import { timingSafeEqual } from 'node:crypto'
import { type Answer, json, Refused } from '../base/answer.ts'
import type { Form } from '../base/form.ts'
import { formOf, type Handler, type Request, type Route } from '../base/server.ts'
import { once } from './idempotency.ts'
import { listed } from './list.ts'
import { expire, lapse, type Processor } from './processor.ts'
import { createRefund } from './refunds.ts'
import { createSession } from './sessions.ts'
import { failure, invalid, noSuch, type Session } from './wire.ts'

export function apiRoutes(processor: Processor): readonly Route[] {
  const get = (path: string, handle: Handler) => guarded(processor, 'GET', path, handle)
  const post = (path: string, work: (request: Request, form: Form) => object) =>
    guarded(processor, 'POST', path, (request) =>
      once(processor.answers, processor.clock, request, () => work(request, formOf(request))),
    )
  return [
    post('/v1/checkout/sessions', (_request, form) => createSession(processor, form)),
    get('/v1/checkout/sessions', (request) => sessionsOf(processor, request.query)),
    get('/v1/checkout/sessions/:id', ({ id, query }) =>
      json(expanded(processor, current(processor, id), query)),
    ),
    post('/v1/checkout/sessions/:id/expire', ({ id }) => expireOpen(processor, id)),
    get('/v1/payment_intents/:id', ({ id }) =>
      json(processor.intents.get(id) ?? unknown('payment_intent', id, 'intent')),
    ),
    get('/v1/charges/:id', ({ id }) =>
      json(processor.charges.get(id) ?? unknown('charge', id, 'charge')),
    ),
    get('/v1/refunds', ({ query }) => refundsOf(processor, query)),
    post('/v1/refunds', (_request, form) => createRefund(processor, form)),
    get('/v1/refunds/:id', ({ id }) =>
      json(processor.refunds.get(id) ?? unknown('refund', id, 'refund')),
    ),
  ]
}

/** A session as it is now: one whose time is up has lapsed. @throws {Refused} 404 */
export function current(processor: Processor, id: string): Session {
  const session = processor.sessions.get(id)
  if (session === undefined) throw noSuch('checkout.session', id, 'session')
  return lapse(processor, session) ? (processor.sessions.get(id) ?? session) : session
}

function expireOpen(processor: Processor, id: string): Session {
  const session = current(processor, id)
  if (session.status === 'open') return expire(processor, session)
  throw invalid(
    `Only Checkout Sessions with a status in ["open"] can be expired. ` +
      `This Checkout Session has a status of ${session.status}.`,
  )
}

/** The sessions that led to a payment, or all. */
function sessionsOf(processor: Processor, query: URLSearchParams): Answer {
  const intent = query.get('payment_intent')
  const all = [...processor.sessions.values()]
  const found = intent === null ? all : all.filter((one) => one.payment_intent === intent)
  return listed(found, { url: '/v1/checkout/sessions', kind: 'checkout.session', query })
}

/** The refunds of a payment, or all. @throws {Refused} 404 for a payment that is unknown. */
function refundsOf(processor: Processor, query: URLSearchParams): Answer {
  const intent = query.get('payment_intent')
  const charge = query.get('charge')
  if (intent !== null && processor.intents.get(intent) === undefined) {
    throw noSuch('payment_intent', intent, 'payment_intent')
  }
  if (charge !== null && processor.charges.get(charge) === undefined) {
    throw noSuch('charge', charge, 'charge')
  }
  const found = [...processor.refunds.values()].filter(
    (one) =>
      (intent === null || one.payment_intent === intent) &&
      (charge === null || one.charge === charge),
  )
  return listed(found, { url: '/v1/refunds', kind: 'refund', query })
}

function expanded(processor: Processor, session: Session, query: URLSearchParams): object {
  const asked = [...query].some(
    ([name, value]) => name.startsWith('expand[') && value === 'payment_intent',
  )
  if (!asked || session.payment_intent === null) return session
  return { ...session, payment_intent: processor.intents.get(session.payment_intent) ?? null }
}

function unknown(kind: string, id: string, param: string): never {
  throw noSuch(kind, id, param)
}

function guarded(
  processor: Processor,
  method: 'GET' | 'POST',
  path: string,
  handle: Handler,
): Route {
  return {
    method,
    path,
    service: 'processor',
    handle(request) {
      checkKey(processor.key, request)
      return handle(request)
    },
  }
}

/** @throws {Refused} 401 */
function checkKey(key: string, request: Request): void {
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ', 2)
  const given =
    scheme.toLowerCase() === 'basic'
      ? (Buffer.from(value, 'base64').toString().split(':', 1)[0] ?? '')
      : value
  if (same(given, key)) return
  const message =
    given === ''
      ? 'You did not provide an API key. You need to provide your API key in the ' +
        'Authorization header, using Bearer auth.'
      : 'Invalid API Key provided.'
  throw new Refused(failure({ type: 'invalid_request_error', message }, 401))
}

function same(given: string, key: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(key)
  return a.length === b.length && timingSafeEqual(a, b)
}
