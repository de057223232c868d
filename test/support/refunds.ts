/**
 * What the processor of a test's store has of refunds, and what goes wrong on the way to it.
 */

import { sql } from '../../src/base/database.ts'
import { Bug } from '../../src/base/failure.ts'
import type { Id } from '../../src/base/ids.ts'
import type { Payments } from '../../src/payments/payment.ts'
import { control, journal } from './outside.ts'
import type { TestStore } from './store.ts'

/** The requests for refunds of an order that reached the processor. */
export async function postedRefunds(
  store: TestStore,
  order: Id,
): Promise<readonly { readonly amount: string; readonly reference: string }[]> {
  const intent = await intentOf(store, order)
  const entries = await journal(store, 'processor')
  return entries
    .filter(({ method, path }) => method === 'POST' && path === '/v1/refunds')
    .map(({ body }) => new URLSearchParams(body))
    .filter((form) => form.get('payment_intent') === intent && form.has('metadata[reference]'))
    .map((form) => ({
      amount: form.get('amount') ?? '',
      reference: form.get('metadata[reference]') ?? '',
    }))
}

export type Made = {
  readonly id: string
  readonly amount: number
  readonly status: string
  readonly metadata: Readonly<Record<string, string>>
}

/** The refunds that the processor really has of an order, oldest first. */
export async function madeRefunds(store: TestStore, order: Id): Promise<readonly Made[]> {
  const query = new URLSearchParams({ payment_intent: await intentOf(store, order), limit: '100' })
  const { data } = await askProcessor<{ data: Made[] }>(store, `/v1/refunds?${query}`)
  return data.reverse()
}

/** What somebody does on the processor's own pages: the store hears nothing of it. */
export async function payBackByHand(
  store: TestStore,
  order: Id,
  amountMinor: number,
): Promise<void> {
  const payment_intent = await intentOf(store, order)
  const body = new URLSearchParams({ payment_intent, amount: String(amountMinor) })
  await askProcessor(store, '/v1/refunds', { method: 'POST', body })
}

type Outage = 'none' | 'refuse' | '500' | 'lost'

/** The processor misbehaves while `work` is done. */
export async function during<T>(
  store: TestStore,
  mode: Outage,
  work: () => Promise<T>,
): Promise<T> {
  await control(store, 'outage', { service: 'processor', mode })
  try {
    return await work()
  } finally {
    await control(store, 'outage', { service: 'processor', mode: 'none' })
  }
}

/** Payments whose processor is out for what it is asked to do, and not for questions. */
export function losing(store: TestStore, mode: 'lost' | 'refuse'): Payments {
  const { processor } = store.payments
  const refund: typeof processor.refund = (...asked) =>
    during(store, mode, () => processor.refund(...asked))
  return { ...store.payments, processor: { ...processor, refund } }
}

/** Payments of a store that is no more once its processor has answered. */
export function killed({ payments }: TestStore): Payments {
  const { processor } = payments
  const refund: typeof processor.refund = async (...asked) => {
    await processor.refund(...asked)
    throw new Bug('killed')
  }
  return { ...payments, processor: { ...processor, refund } }
}

async function askProcessor<T>(store: TestStore, path: string, init?: RequestInit): Promise<T> {
  const headers = { authorization: `Bearer ${store.access.stripe.apiKey}` }
  const answer = await fetch(new URL(path, store.sandbox), { ...init, headers })
  return JSON.parse(await answer.text())
}

async function intentOf({ database }: TestStore, order: Id): Promise<string> {
  const { intent } = await database.one<{ intent: string }>(
    sql`select intent_id as intent from payment where order_id = ${order}`,
  )
  return intent
}
