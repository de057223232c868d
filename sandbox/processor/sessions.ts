/**
 * Making a checkout session out of the parameters of `POST /v1/checkout/sessions`.
 *
 * Limits are the real ones: a session lives between 30 minutes and 24 hours, a total is at least 50
 * and at most 99,999,999 minor units, an amount in thousandths ends in 0, an id of the store's has 200 characters.
 */

import { seconds } from '../base/clock.ts'
import { type Form, formAt, textAt, texts } from '../base/form.ts'
import { newId } from '../base/ids.ts'
import { stepOf } from '../base/page.ts'
import type { Processor } from './processor.ts'
import { invalid, missing, type Session } from './wire.ts'

const HALF_HOUR_SECONDS = 1800
const DAY_SECONDS = 86_400
/** Between the store's reading of its clock and ours. */
const SLACK_SECONDS = 60
const LEAST_MINOR = 50
const MOST_MINOR = 99_999_999
const LINES = 100

/** @throws {Refused} 400 with the parameter that is wrong. */
export function createSession(processor: Processor, form: Form): Session {
  const mode = textAt(form, 'mode')
  if (mode === undefined) throw missing('mode')
  if (mode !== 'payment') throw invalid('The sandbox knows mode=payment only.', { param: 'mode' })
  const { total, currency } = readLines(form)
  const id = newId('cs_test_', 58)
  const created = seconds(processor.clock)
  const session: Session = {
    id,
    object: 'checkout.session',
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, status: null },
    cancel_url: readUrl(form, 'cancel_url'),
    client_reference_id: readReference(form),
    created,
    currency,
    customer: null,
    customer_details: null,
    customer_email: null,
    expires_at: readExpiry(form, created),
    livemode: false,
    locale: textAt(form, 'locale') ?? null,
    metadata: texts(formAt(form, 'metadata')),
    mode: 'payment',
    payment_intent: null,
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    shipping_options: [],
    status: 'open',
    success_url: required(readUrl(form, 'success_url'), 'success_url'),
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${processor.url}/pay/${id}`,
  }
  processor.sessions.put(id, session)
  processor.open.add(id)
  keepIntentData(processor, id, formAt(form, 'payment_intent_data'))
  return session
}

function keepIntentData(processor: Processor, id: string, form: Form): void {
  if (form.size === 0) return
  const description = textAt(form, 'description') ?? null
  processor.intentData.put(id, { description, metadata: texts(formAt(form, 'metadata')) })
}

function readLines(form: Form): { readonly total: number; readonly currency: string } {
  const lines = formAt(form, 'line_items')
  if (lines.size === 0) throw missing('line_items')
  if (lines.size > LINES) throw invalid(`At most ${LINES} line items.`, { param: 'line_items' })
  let total = 0
  let currency: string | null = null
  for (const name of lines.keys()) {
    const line = readLine(formAt(lines, name), `line_items[${name}]`)
    if (currency !== null && currency !== line.currency) {
      throw invalid('All line items must have the same currency.', { param: 'line_items' })
    }
    currency = line.currency
    total += line.amountMinor
  }
  checkTotal(total)
  return { total, currency: currency ?? '' }
}

function readLine(form: Form, param: string): { amountMinor: number; currency: string } {
  const price = formAt(form, 'price_data')
  if (price.size === 0) throw missing(`${param}[price_data]`)
  const currency = (textAt(price, 'currency') ?? '').toLowerCase()
  if (!/^[a-z]{3}$/.test(currency)) {
    throw invalid(`Invalid currency: ${currency}.`, { param: `${param}[price_data][currency]` })
  }
  if ((textAt(price, 'product_data', 'name') ?? '') === '') {
    throw missing(`${param}[price_data][product_data][name]`)
  }
  const unitMinor = readInteger(textAt(price, 'unit_amount'), `${param}[price_data][unit_amount]`)
  checkStep(unitMinor, currency, `${param}[price_data][unit_amount]`)
  const quantity = readInteger(textAt(form, 'quantity') ?? '1', `${param}[quantity]`)
  if (quantity < 1) throw invalid('This value must be at least 1.', { param: `${param}[quantity]` })
  return { amountMinor: unitMinor * quantity, currency }
}

function checkTotal(total: number): void {
  if (total < LEAST_MINOR) {
    throw invalid("The Checkout Session's total amount must convert to at least 50 cents.", {
      code: 'amount_too_small',
    })
  }
  if (total > MOST_MINOR) {
    throw invalid("The Checkout Session's total amount must be no more than 99999999.", {
      code: 'amount_too_large',
    })
  }
}

function readReference(form: Form): string | null {
  const reference = textAt(form, 'client_reference_id') ?? null
  if (reference !== null && reference.length > 200) {
    throw invalid('Invalid string: at most 200 characters.', { param: 'client_reference_id' })
  }
  return reference
}

function readExpiry(form: Form, created: number): number {
  const text = textAt(form, 'expires_at')
  if (text === undefined) return created + DAY_SECONDS
  const expiry = readInteger(text, 'expires_at')
  if (expiry < created + HALF_HOUR_SECONDS - SLACK_SECONDS) {
    throw invalid(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      { param: 'expires_at' },
    )
  }
  if (expiry > created + DAY_SECONDS + SLACK_SECONDS) {
    throw invalid(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      { param: 'expires_at' },
    )
  }
  return expiry
}

function readUrl(form: Form, param: string): string | null {
  const text = textAt(form, param)
  if (text === undefined || text === '') return null
  if (!/^https?:\/\/[^\s/]/i.test(text) || /\s/.test(text)) {
    throw invalid('Not a valid URL', { code: 'url_invalid', param })
  }
  return text
}

function required<T>(value: T | null, param: string): T {
  if (value === null) throw missing(param)
  return value
}

/** @throws {Refused} 400 for an amount that nobody can pay in its currency. */
export function checkStep(amountMinor: number, currency: string, param: string): void {
  const step = stepOf(currency)
  if (amountMinor % step === 0) return
  throw invalid(`Invalid amount: in ${currency} it must be a multiple of ${step}.`, { param })
}

export function readInteger(text: string | undefined, param: string): number {
  if (text === undefined || text === '') throw missing(param)
  if (!/^\d{1,12}$/.test(text)) {
    throw invalid(`Invalid integer: ${text}`, { code: 'parameter_invalid_integer', param })
  }
  return Number(text)
}
