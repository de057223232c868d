/**
 * The processor's own payment page, to which the store sends its customer.
 *
 * As at the real one, the customer is sent back once the store has answered the webhook, or after
 * ten seconds.
 */

import { type Answer, Refused, seeOther } from '../base/answer.ts'
import { textAt } from '../base/form.ts'
import { amount, html, page } from '../base/page.ts'
import { formOf, type Request, type Route } from '../base/server.ts'
import { current } from './api.ts'
import { type Processor, pay } from './processor.ts'
import type { Session } from './wire.ts'

const WAIT_MILLISECONDS = 10_000
const GOOD_CARD = '4242 4242 4242 4242'

export function payRoutes(processor: Processor): readonly Route[] {
  const path = '/pay/:id'
  return [
    { method: 'GET', path, service: 'processor', handle: ({ id }) => show(processor, id) },
    { method: 'POST', path, service: 'processor', handle: (request) => take(processor, request) },
  ]
}

/** Where the customer goes after paying. */
export function successUrl(session: Session): string {
  return session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id)
}

/** Waits for the store's answer to a webhook, as long as the processor does. */
export async function patiently(webhook: Promise<number>): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<number>((resolve) => {
    timer = setTimeout(() => resolve(0), WAIT_MILLISECONDS)
  })
  const status = await Promise.race([webhook, patience])
  clearTimeout(timer)
  return status
}

async function take(processor: Processor, request: Request): Promise<Answer> {
  const session = known(processor, request.id)
  const card = textAt(formOf(request), 'card') ?? ''
  const paid = pay(processor, session, card)
  if (!paid.done) {
    return paid.session.status === 'open' ? form(paid.session, paid.why, card) : over(paid.session)
  }
  await patiently(paid.webhook)
  return seeOther(successUrl(paid.session))
}

function show(processor: Processor, id: string): Answer {
  const session = known(processor, id)
  return session.status === 'open' ? form(session, null, GOOD_CARD) : over(session)
}

function known(processor: Processor, id: string): Session {
  if (processor.sessions.get(id) !== undefined) return current(processor, id)
  const text = html`<main class="narrow"><h1>No such payment</h1>
<p>Go back to the shop and start the payment again.</p></main>`
  throw new Refused(page('No such payment', text, 404))
}

function form(session: Session, error: string | null, card: string): Answer {
  const total = amount(session.amount_total, session.currency)
  const message =
    error === null
      ? null
      : html`<p class="notice bad" role="alert" id="error">${error} Try another card.</p>`
  const back =
    session.cancel_url === null ? null : html`<p><a href="${session.cancel_url}">Cancel</a></p>`
  const reference =
    session.client_reference_id === null
      ? null
      : html`<p class="quiet">The shop's reference: ${session.client_reference_id}</p>`
  const described = error === null ? null : html` aria-invalid="true" aria-describedby="error"`
  const body = html`<main class="narrow">
<p class="quiet">Sandbox payment processor</p>
<h1>Pay <span class="total">${total}</span></h1>
<p class="notice">This is a demonstration: no money moves.</p>
${reference}
${message}
<form method="post" action="/pay/${session.id}">
<label for="card">Card number</label>
<input type="text" id="card" name="card" value="${card}" inputmode="numeric"
autocomplete="off" required${described}>
<p class="quiet">4000 0000 0000 0002 is a card that is declined.</p>
<button class="main" type="submit">Pay</button>
</form>
${back}
</main>`
  return page(`Pay ${total}`, body, error === null ? 200 : 402)
}

function over(session: Session): Answer {
  if (session.status === 'complete') {
    const body = html`<main class="narrow"><h1>This payment is complete</h1>
<p><a href="${successUrl(session)}">Back to the shop</a></p></main>`
    return page('Payment complete', body)
  }
  const back =
    session.cancel_url === null
      ? null
      : html`<p><a href="${session.cancel_url}">Back to the shop</a></p>`
  const body = html`<main class="narrow"><h1>This payment has expired</h1>
<p>Nothing was paid.</p>${back}</main>`
  return page('Payment expired', body, 410)
}
