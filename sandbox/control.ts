/**
 * Controls: how tests and demonstrations make the outside world misbehave.
 * All are POST with a JSON body.
 *
 *     /control/webhooks {"webhooks": "normal" | "hold" | "duplicate"}
 *     /control/release  {"reverse": true}         sends what is held; answers the store's statuses
 *     /control/outage   {"service": "processor" | "carrier" | "mail",
 *                        "mode": "none" | "refuse" | "hang" | "500" | "lost"}
 *     /control/pay      {"session": "cs_…", "card": "4242…"}   pays without a browser
 *     /control/expire   {"session": "cs_…"}       lets a session lapse, as if its time were up
 *     /control/forget   {}                        lets idempotency keys lapse, as if their day were over
 *     /control/bounce   {"refund": "re_…"}        lets a refund fail, as the customer's bank may
 *     /control/track    {"shipment": "shp_…" | tracking code, "status": "delivered"}
 *     /control/store    {"url": "http://localhost:3000"}       where webhooks go
 */

import { type Answer, json, Refused } from './base/answer.ts'
import { serviceNamed } from './base/journal.ts'
import { OUTAGES, type Outages } from './base/outage.ts'
import { jsonOf, type Route } from './base/server.ts'
import { WEBHOOK_MODES, type Webhooks } from './base/webhooks.ts'
import { type Carrier, statusNamed, track } from './carrier/carrier.ts'
import { shipmentNamed } from './carrier/shipments.ts'
import { current } from './processor/api.ts'
import { forget } from './processor/idempotency.ts'
import { patiently, successUrl } from './processor/paypage.ts'
import { expire, type Processor, pay } from './processor/processor.ts'
import { fail } from './processor/refunds.ts'
import { noSuch } from './processor/wire.ts'

export type Controlled = {
  readonly processor: Processor
  readonly carrier: Carrier
  readonly webhooks: Webhooks
  readonly outages: Outages
}

type Body = Readonly<Record<string, unknown>>

export function controlRoutes(controlled: Controlled): readonly Route[] {
  const { webhooks } = controlled
  const post = (path: string, work: (body: Body) => Answer | Promise<Answer>): Route => ({
    method: 'POST',
    path: `/control/${path}`,
    handle: (request) => work(jsonOf(request)),
  })
  return [
    post('webhooks', (body) => {
      webhooks.setMode(oneOf(WEBHOOK_MODES, body.webhooks, 'webhooks'))
      return done()
    }),
    post('release', async (body) => {
      const statuses = await webhooks.release(body.reverse === true)
      return json({ released: statuses.length, statuses })
    }),
    post('outage', (body) => setOutage(controlled.outages, body)),
    post('pay', (body) => payWithout(controlled.processor, body)),
    post('expire', (body) => {
      const session = current(controlled.processor, text(body, 'session'))
      return json(session.status === 'open' ? expire(controlled.processor, session) : session)
    }),
    post('forget', () => {
      forget(controlled.processor.answers)
      return done()
    }),
    post('bounce', (body) => {
      const id = text(body, 'refund')
      const refund = controlled.processor.refunds.get(id)
      if (refund === undefined) throw noSuch('refund', id, 'refund')
      return json(fail(controlled.processor, refund))
    }),
    post('track', (body) => trackTo(controlled.carrier, body)),
    post('store', (body) => {
      webhooks.setStore(text(body, 'url'))
      return done()
    }),
  ]
}

async function payWithout(processor: Processor, body: Body): Promise<Answer> {
  const card = typeof body.card === 'string' ? body.card : '4242424242424242'
  const paid = pay(processor, current(processor, text(body, 'session')), card)
  if (!paid.done) return json({ paid: false, why: paid.why, session: paid.session }, 402)
  const webhook = await patiently(paid.webhook)
  return json({ paid: true, webhook, redirect: successUrl(paid.session), session: paid.session })
}

async function trackTo(carrier: Carrier, body: Body): Promise<Answer> {
  const shipment = shipmentNamed(carrier, text(body, 'shipment'))
  const status = statusNamed(text(body, 'status'))
  if (status === undefined) throw wrong('"status" is none that a tracker can have')
  const webhook = await track(carrier, shipment, status)
  return json({ webhook })
}

function setOutage(outages: Outages, body: Body): Answer {
  const service = serviceNamed(text(body, 'service'))
  if (service === undefined) throw wrong('"service" must be processor, carrier or mail')
  outages.set(service, oneOf(OUTAGES, body.mode, 'mode'))
  return done()
}

function text(body: Body, name: string): string {
  const value = body[name]
  if (typeof value !== 'string' || value === '') throw wrong(`"${name}" must be a text`)
  return value
}

function oneOf<T extends string>(values: readonly T[], value: unknown, name: string): T {
  const found = values.find((one) => one === value)
  if (found === undefined) throw wrong(`"${name}" must be one of ${values.join(', ')}`)
  return found
}

function wrong(message: string): Refused {
  return new Refused(json({ error: { message } }, 400))
}

function done(): Answer {
  return json({ done: true })
}
