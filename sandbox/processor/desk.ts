/**
 * The desk's page of payments: what was asked for, what was paid, what went back, and a button
 * by which a refund fails, as it does when the customer's bank sends it back.
 */

import { type Answer, seeOther } from '../base/answer.ts'
import { stampOf } from '../base/clock.ts'
import { amount, desk, html, type Markup, moment } from '../base/page.ts'
import type { Request, Route } from '../base/server.ts'
import type { Processor } from './processor.ts'
import { fail } from './refunds.ts'
import { noSuch, type Refund, type Session } from './wire.ts'

const SHOWN = 100

export function paymentDeskRoutes(processor: Processor): readonly Route[] {
  return [
    { method: 'GET', path: '/payments', handle: () => desk('Payments', list(processor)) },
    { method: 'POST', path: '/payments/refunds/:id', handle: (one) => sendBack(processor, one) },
  ]
}

function sendBack(processor: Processor, { id }: Request): Answer {
  const refund = processor.refunds.get(id)
  if (refund === undefined) throw noSuch('refund', id, 'refund')
  fail(processor, refund)
  return seeOther('/payments')
}

function list(processor: Processor): Markup {
  const sessions = [...processor.sessions.values()].slice(-SHOWN).reverse()
  if (sessions.length === 0) return html`<p>Nobody has paid yet.</p>`
  const refunds = Map.groupBy(processor.refunds.values(), ({ payment_intent }) => payment_intent)
  const rows = sessions.map((one) => row(one, refunds.get(one.payment_intent ?? '') ?? []))
  return html`<div class="scroll"><table>
<thead><tr><th>Started</th><th>The shop's reference</th>
<th>Amount</th><th>State</th><th>Refunds</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function row(session: Session, refunds: readonly Refund[]): Markup {
  const state =
    session.url === null ? html`${session.status}` : html`<a href="${session.url}">open</a>`
  return html`<tr><td>${moment(stampOf(session.created * 1000))}</td>
<td>${session.client_reference_id}</td><td>${amount(session.amount_total, session.currency)}</td>
<td>${state}</td><td>${refunds.map(refunded)}</td></tr>`
}

function refunded({ id, amount: minor, currency, status }: Refund): Markup {
  const text = html`${amount(minor, currency)} ${status}`
  if (status === 'failed') return html`<div>${text}</div>`
  return html`<form class="row" method="post" action="/payments/refunds/${id}">${text}
<button>Send back</button></form>`
}
