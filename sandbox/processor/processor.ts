/**
 * The payment processor: checkout sessions, the payments they lead to, and the events about them.
 *
 * Invariants: a session is paid once, whatever is pressed how often; it never goes from `complete`
 * or `expired` to another state; what is paid is the amount of the session.
 */

import { type Clock, seconds } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import type { Collection, State } from '../base/state.ts'
import type { Webhooks } from '../base/webhooks.ts'
import type { SavedAnswer } from './idempotency.ts'
import {
  API_VERSION,
  type CardError,
  type Charge,
  type Intent,
  type Metadata,
  type Refund,
  type Session,
} from './wire.ts'

/** What a session's payment carries along (`payment_intent_data`). */
export type IntentData = { readonly description: string | null; readonly metadata: Metadata }

export type Processor = {
  readonly sessions: Collection<Session>
  readonly intentData: Collection<IntentData>
  readonly intents: Collection<Intent>
  readonly charges: Collection<Charge>
  readonly refunds: Collection<Refund>
  readonly answers: Collection<SavedAnswer>
  /** Sessions that may still lapse. */
  readonly open: Set<string>
  readonly webhooks: Webhooks
  readonly clock: Clock
  readonly key: string
  /** The address of the processor's own pages, without a slash at its end. */
  readonly url: string
  /** The types of event that the store wants to hear of; `*` at an end stands for whatever follows. */
  readonly subscribed: readonly string[]
}

export type Paid =
  | { readonly done: true; readonly session: Session; readonly webhook: Promise<number> }
  | { readonly done: false; readonly session: Session; readonly why: string }

export function newProcessor(
  state: State,
  more: Pick<Processor, 'webhooks' | 'clock' | 'key' | 'url' | 'subscribed'>,
): Processor {
  const sessions = state.collection<Session>('session')
  const open = new Set<string>()
  for (const { id, status } of sessions.values()) if (status === 'open') open.add(id)
  return {
    sessions,
    intentData: state.collection('intent_data'),
    intents: state.collection('intent'),
    charges: state.collection('charge'),
    refunds: state.collection('refund'),
    answers: state.collection('answer'),
    open,
    ...more,
  }
}

/** Pays a session with a card. A card that is declined leaves it open. */
export function pay(processor: Processor, session: Session, card: string): Paid {
  if (session.status === 'complete') {
    return { done: true, session, webhook: Promise.resolve(0) }
  }
  if (session.status === 'expired' || lapse(processor, session)) {
    return { done: false, session, why: 'This payment has expired.' }
  }
  const declined = decline(card)
  if (declined !== null) return refuseCard(processor, session, declined)
  const intent = succeed(processor, intentOf(processor, session))
  const complete = change(processor, session, {
    status: 'complete',
    payment_status: 'paid',
    payment_intent: intent.id,
    url: null,
  })
  announce(processor, 'payment_intent.succeeded', intent)
  const webhook = announce(processor, 'checkout.session.completed', complete)
  return { done: true, session: complete, webhook }
}

/** Ends an open session: nobody can pay it any more. */
export function expire(processor: Processor, session: Session): Session {
  const expired = change(processor, session, { status: 'expired', url: null })
  announce(processor, 'checkout.session.expired', expired)
  return expired
}

/** Ends a session whose time is up, and says whether it was. */
export function lapse(processor: Processor, session: Session): boolean {
  if (session.status !== 'open' || session.expires_at > seconds(processor.clock)) return false
  expire(processor, session)
  return true
}

/** Ends all sessions whose time is up. */
export function lapseAll(processor: Processor): void {
  for (const id of processor.open) {
    const session = processor.sessions.get(id)
    if (session === undefined) processor.open.delete(id)
    else lapse(processor, session)
  }
}

/** Tells the store, if it wants to hear of it. Resolves with the status of its first answer. */
export async function announce(
  processor: Processor,
  type: string,
  object: object,
): Promise<number> {
  const isWanted = (pattern: string) =>
    pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
  if (!processor.subscribed.some(isWanted)) return 0
  const id = newId('evt_')
  const event = {
    id,
    object: 'event',
    api_version: API_VERSION,
    created: seconds(processor.clock),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  }
  return processor.webhooks.send(id, 'processor', JSON.stringify(event))
}

function change(processor: Processor, session: Session, to: Partial<Session>): Session {
  const changed = { ...session, ...to }
  processor.sessions.put(session.id, changed)
  if (changed.status !== 'open') {
    processor.open.delete(session.id)
    processor.intentData.delete(session.id)
  }
  return changed
}

function refuseCard(processor: Processor, session: Session, error: CardError): Paid {
  const intent = { ...intentOf(processor, session), last_payment_error: error }
  processor.intents.put(intent.id, intent)
  const tried = change(processor, session, { payment_intent: intent.id })
  announce(processor, 'payment_intent.payment_failed', intent)
  return { done: false, session: tried, why: error.message }
}

/** The session's payment, made at the first try, as the real one does. */
function intentOf(processor: Processor, session: Session): Intent {
  const known = processor.intents.get(session.payment_intent ?? '')
  if (known !== undefined) return known
  const data = processor.intentData.get(session.id)
  return {
    id: newId('pi_'),
    object: 'payment_intent',
    amount: session.amount_total,
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    capture_method: 'automatic',
    created: seconds(processor.clock),
    currency: session.currency,
    customer: null,
    description: data?.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: data?.metadata ?? {},
    payment_method_types: ['card'],
    receipt_email: null,
    status: 'requires_payment_method',
  }
}

function succeed(processor: Processor, intent: Intent): Intent {
  const charge: Charge = {
    id: newId('ch_'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: intent.amount,
    amount_refunded: 0,
    captured: true,
    created: seconds(processor.clock),
    currency: intent.currency,
    disputed: false,
    livemode: false,
    metadata: intent.metadata,
    paid: true,
    payment_intent: intent.id,
    refunded: false,
    status: 'succeeded',
  }
  const paid: Intent = {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    status: 'succeeded',
  }
  processor.charges.put(charge.id, charge)
  processor.intents.put(paid.id, paid)
  return paid
}

/**
 * The processor's published test numbers: one declines, another has no money, all other well-formed
 * ones pay.
 */
function decline(card: string): CardError | null {
  const number = card.replaceAll(/[\s-]/g, '')
  const declined = (code: string, decline_code: string, message: string): CardError => ({
    type: 'card_error',
    code,
    decline_code,
    message,
  })
  if (!/^\d{12,19}$/.test(number)) {
    return declined('incorrect_number', 'incorrect_number', 'Your card number is incorrect.')
  }
  if (number === '4000000000000002') {
    return declined('card_declined', 'generic_decline', 'Your card was declined.')
  }
  if (number === '4000000000009995') {
    return declined('card_declined', 'insufficient_funds', 'Your card has insufficient funds.')
  }
  return null
}
