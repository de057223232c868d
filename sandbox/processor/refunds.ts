/**
 * Refunds, in full or in part.
 *
 * Invariant: the refunds of a charge never add up to more than the charge.
 */

import { seconds } from '../base/clock.ts'
import { type Form, formAt, textAt, texts } from '../base/form.ts'
import { newId } from '../base/ids.ts'
import { amount } from '../base/page.ts'
import { announce, type Processor } from './processor.ts'
import { checkStep, readInteger } from './sessions.ts'
import { type Charge, invalid, missing, noSuch, type Refund } from './wire.ts'

/**
 * @throws {Refused} 400 `charge_already_refunded` or `amount_too_large`; 404 for an unknown
 * payment.
 */
export function createRefund(processor: Processor, form: Form): Refund {
  const charge = chargeOf(processor, form)
  const left = charge.amount - charge.amount_refunded
  if (left === 0) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    })
  }
  const asked = textAt(form, 'amount')
  const amountMinor = asked === undefined ? left : readInteger(asked, 'amount')
  checkAmount(charge, amountMinor, left)
  checkStep(amountMinor, charge.currency, 'amount')
  const refund: Refund = {
    id: newId('re_'),
    object: 'refund',
    amount: amountMinor,
    charge: charge.id,
    created: seconds(processor.clock),
    currency: charge.currency,
    metadata: texts(formAt(form, 'metadata')),
    payment_intent: charge.payment_intent,
    reason: readReason(form),
    status: 'succeeded',
  }
  const refunded: Charge = {
    ...charge,
    amount_refunded: charge.amount_refunded + amountMinor,
    refunded: left === amountMinor,
  }
  processor.refunds.put(refund.id, refund)
  processor.charges.put(charge.id, refunded)
  announce(processor, 'refund.created', refund)
  announce(processor, 'charge.refunded', refunded)
  return refund
}

/** A refund that the customer's bank sends back, as it may days later. Done once. */
export function fail(processor: Processor, refund: Refund): Refund {
  const charge = processor.charges.get(refund.charge)
  if (refund.status === 'failed' || charge === undefined) return refund
  const failed: Refund = { ...refund, status: 'failed' }
  processor.refunds.put(refund.id, failed)
  processor.charges.put(charge.id, {
    ...charge,
    amount_refunded: charge.amount_refunded - refund.amount,
    refunded: false,
  })
  announce(processor, 'refund.updated', failed)
  announce(processor, 'refund.failed', failed)
  return failed
}

function chargeOf(processor: Processor, form: Form): Charge {
  const id = textAt(form, 'payment_intent')
  if (id === undefined || id === '') throw missing('payment_intent')
  const intent = processor.intents.get(id)
  if (intent === undefined) throw noSuch('payment_intent', id, 'payment_intent')
  const charge = processor.charges.get(intent.latest_charge ?? '')
  if (charge === undefined) {
    throw invalid(`This PaymentIntent (${id}) does not have a successful charge to refund.`, {
      code: 'payment_intent_unexpected_state',
      param: 'payment_intent',
    })
  }
  return charge
}

function checkAmount(charge: Charge, amountMinor: number, left: number): void {
  if (amountMinor < 1) {
    throw invalid('Invalid positive integer', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    })
  }
  if (amountMinor <= left) return
  const asked = amount(amountMinor, charge.currency)
  const rest = amount(left, charge.currency)
  throw invalid(`Refund amount (${asked}) is greater than unrefunded amount on charge (${rest})`, {
    code: 'amount_too_large',
    param: 'amount',
  })
}

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer']

function readReason(form: Form): string | null {
  const reason = textAt(form, 'reason')
  if (reason === undefined || reason === '') return null
  if (!REASONS.includes(reason)) {
    throw invalid(`Invalid reason: must be one of ${REASONS.join(', ')}`, { param: 'reason' })
  }
  return reason
}
