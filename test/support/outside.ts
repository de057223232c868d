/**
 * The outside world of a test's store: makes the sandbox misbehave, reads what it was told, and speaks in its name.
 */

import { createHmac } from 'node:crypto'
import { systemClock } from '../../src/base/clock.ts'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import type { TestStore } from './store.ts'

type ThirdParty = 'processor' | 'carrier' | 'mail'

export type Entry = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Mail = {
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
}

type Sandboxed = Pick<TestStore, 'sandbox'>

/** `/control/…` of the sandbox, as `sandbox/control.ts` lists it. */
export async function control<T>({ sandbox }: Sandboxed, what: string, body: object): Promise<T> {
  const url = new URL(`/control/${what}`, sandbox)
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  return JSON.parse(await answer.text())
}

/** Everything that a service was sent, oldest first. */
export async function journal(
  { sandbox }: Sandboxed,
  service: ThirdParty,
): Promise<readonly Entry[]> {
  const answer = await fetch(new URL(`/journal.json?service=${service}`, sandbox))
  return JSON.parse(await answer.text())
}

/** The mails to an address, newest first. */
export async function inbox({ sandbox }: Sandboxed, to: string): Promise<readonly Mail[]> {
  const answer = await fetch(new URL(`/inbox.json?to=${encodeURIComponent(to)}`, sandbox))
  return JSON.parse(await answer.text())
}

/** Pays without a browser: the redirect is never made. The sandbox answers with what the webhook got. */
export async function payAway(
  store: TestStore,
  orderId: Id,
): Promise<{ readonly paid: boolean; readonly webhook: number }> {
  return control(store, 'pay', { session: await sessionOf(store, orderId) })
}

/** The order that was placed last. */
export async function newestOrder({ database }: TestStore): Promise<Id> {
  return (await database.one<{ id: Id }>(sql`select id from orders order by id desc limit 1`)).id
}

export async function sessionOf({ database }: TestStore, orderId: Id): Promise<string> {
  const row = await database.one<{ session: string | null }>(
    sql`select session_id as session from payment where order_id = ${orderId}`,
  )
  return row.session ?? ''
}

/** The processor's notice that a session was paid, as it would be of an order. */
export async function paidNotice(store: TestStore, orderId: Id, changes: object = {}) {
  const { totalMinor } = await store.database.one<{ totalMinor: number }>(
    sql`select total_minor as "totalMinor" from orders where id = ${orderId}`,
  )
  const session = {
    ...{ id: 'cs_test_notice', object: 'checkout.session', status: 'complete' },
    ...{ payment_status: 'paid', payment_intent: 'pi_notice', client_reference_id: orderId },
    ...{ amount_total: totalMinor, currency: 'eur' },
    ...changes,
  }
  return { id: 'evt_1', type: 'checkout.session.completed', data: { object: session } }
}

type Signing = { readonly secret?: string; readonly ageSeconds?: number; readonly header?: string }

/** Sends a webhook as the processor would; returns the store's status. */
export async function notify(store: TestStore, event: object, how: Signing = {}): Promise<number> {
  const body = JSON.stringify({ object: 'event', ...event })
  const at = Math.floor(systemClock().epochMilliseconds / 1000) - (how.ageSeconds ?? 0)
  const secret = how.secret ?? store.access.stripe.webhookSecret
  const digest = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  const signature = how.header ?? `t=${at},v1=${digest}`
  const headers = {
    'content-type': 'application/json',
    ...(signature === '' ? {} : { 'stripe-signature': signature }),
  }
  const url = new URL('/webhooks/stripe', store.url)
  return (await fetch(url, { method: 'POST', headers, body })).status
}
