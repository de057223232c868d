/** One request about personal data: what is asked, about which orders, until when, and what to do. */

import type { OrderSummary } from '../../orders/order.ts'
import type { PersonRequest } from '../../privacy/requests.ts'
import type { SignedIn } from '../../staff/session.ts'
import { ErrorSummary, type FieldErrors, TextField } from '../../web/form.tsx'
import { officePage } from '../_layout.tsx'
import { Moment } from '../_moment.tsx'
import type { BackOffice } from '../office.ts'
import { Clock } from '../requests/page.tsx'

type Shown = {
  readonly request: PersonRequest
  readonly orders: readonly OrderSummary[]
  /** Orders that are not listed. */
  readonly more: number
  readonly today: Temporal.PlainDate
  readonly form?: EmailForm
}

/** The address that was typed, while it is wrong. */
export type EmailForm = { readonly typed: string; readonly error: string }

export function requestPage(office: BackOffice, staff: SignedIn, shown: Shown): string {
  const { words } = office.frame
  const { requests: text, backoffice } = words
  const { request, orders, more, today, form } = shown
  const errors = form === undefined ? {} : { email: form.error }
  const { kind, channel, proof, receivedAt, done } = request
  return officePage(
    office,
    staff,
    { title: text.one(text.kinds[kind]), hasErrors: form !== undefined },
    <>
      <ErrorSummary words={words} errors={errors} />
      <h1>{text.one(text.kinds[kind])}</h1>
      <dl class="facts">
        <dt>{text.channel}</dt>
        <dd>
          {text.channels[channel]}
          {proof !== null && `: ${proof}`}
        </dd>
        <dt>{text.received}</dt>
        <dd>
          <Moment at={receivedAt} />
        </dd>
        <dt>{text.due}</dt>
        <dd>
          <Clock {...{ words, request, today }} />
        </dd>
        <dt>{text.found}</dt>
        <dd>
          {orders.map(({ id, number }, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <a href={`/admin/orders/${number}`}>{number}</a>
            </span>
          ))}
          {more > 0 && ` ${text.more(more)}`}
          {orders.length === 0 && text.noOrders}
        </dd>
        {done !== null && <dt>{text.done}</dt>}
        {done !== null && <dd>{done}</dd>}
      </dl>
      {done === null && <Acts {...{ words, request, errors }} typed={form?.typed} />}
      <p>
        <a href="/admin/requests">{text.title}</a>
      </p>
      <p class="quiet small">{backoffice.frame.times}</p>
    </>,
  )
}

type ActsProps = {
  readonly words: BackOffice['frame']['words']
  readonly request: PersonRequest
  readonly errors: FieldErrors
  readonly typed: string | undefined
}

function Acts({ words, request, errors, typed }: ActsProps) {
  const { id, kind, proof } = request
  const { requests: text } = words
  const { button, hint } = text.acts[kind]
  return (
    <section class="card" aria-labelledby="act">
      <h2 id="act">{text.act}</h2>
      <form class="field" action={`/admin/requests/${id}/act`} method="post">
        <p class="hint">{hint}</p>
        <button class="button" type="submit">
          {button}
        </button>
      </form>
      {kind === 'rectification' && proof !== null && (
        <form class="field" action={`/admin/requests/${id}/email`} method="post" novalidate>
          <h3>{text.email}</h3>
          <p class="hint">{text.emailHint}</p>
          <TextField
            {...{ words, errors, name: 'email', label: text.emailNew, value: typed }}
            type="email"
            autocomplete="off"
            maxLength={254}
          />
          <p>
            <button class="button" type="submit">
              {text.emailButton}
            </button>
          </p>
        </form>
      )}
      <details>
        <summary>{text.close}</summary>
        <form class="actions" action={`/admin/requests/${id}/end`} method="post">
          <button class="button-quiet" type="submit" name="done" value="nothing">
            {text.nothing}
          </button>
          <button class="button-quiet" type="submit" name="done" value="unproven">
            {text.unproven}
          </button>
        </form>
      </details>
    </section>
  )
}
