/**
 * The desk's page of payments: what was asked for, what was paid, what went back.
 */

import { stampOf } from '../base/clock.ts'
import { amount, desk, html, moment } from '../base/page.ts'
import type { Route } from '../base/server.ts'
import type { Processor } from './processor.ts'
import type { Session } from './wire.ts'

const SHOWN = 100

export function paymentDeskRoutes(processor: Processor): readonly Route[] {
  return [{ method: 'GET', path: '/payments', handle: () => desk('Payments', list(processor)) }]
}

function list(processor: Processor) {
  const sessions = [...processor.sessions.values()].slice(-SHOWN).reverse()
  if (sessions.length === 0) return html`<p>Nobody has paid yet.</p>`
  return html`<div class="scroll"><table>
<thead><tr><th>Started</th><th>The shop's reference</th>
<th>Amount</th><th>State</th><th>Refunded</th></tr></thead>
<tbody>${sessions.map((session) => row(processor, session))}</tbody></table></div>`
}

function row(processor: Processor, session: Session) {
  const intent = processor.intents.get(session.payment_intent ?? '')
  const charge = processor.charges.get(intent?.latest_charge ?? '')
  const refunded =
    charge === undefined || charge.amount_refunded === 0
      ? ''
      : amount(charge.amount_refunded, charge.currency)
  const state =
    session.url === null ? html`${session.status}` : html`<a href="${session.url}">open</a>`
  return html`<tr><td>${moment(stampOf(session.created * 1000))}</td>
<td>${session.client_reference_id}</td><td>${amount(session.amount_total, session.currency)}</td>
<td>${state}</td><td>${refunded}</td></tr>`
}
