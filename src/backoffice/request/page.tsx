/** One request about personal data: what is asked, about which orders and account, until when, and what to do. */

import type { OrderSummary } from '../../orders/order.ts'
import { correctsAddress, type PersonRequest, reachesAccounts } from '../../privacy/requests.ts'
import type { SignedIn } from '../../staff/session.ts'
import { ErrorSummary, type FieldErrors, TextField } from '../../web/form.tsx'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'
import { Clock, Received } from '../requests/page.tsx'
import { ErasurePreview, type Foreseen } from './_preview.tsx'

type Shown = {
  readonly request: PersonRequest
  readonly orders: readonly OrderSummary[]
  /** Orders that are not listed. */
  readonly more: number
  /** Orders in the account beside those, and how many more. */
  readonly inAccount: readonly OrderSummary[]
  readonly moreInAccount: number
  readonly hasAccount: boolean
  /** Where an erasure is asked for. */
  readonly foreseen: Foreseen | undefined
  readonly today: Temporal.PlainDate
  readonly form?: EmailForm
}

/** The address that was typed, while it is wrong. */
export type EmailForm = { readonly typed: string; readonly error: string }

export function requestPage(office: BackOffice, staff: SignedIn, shown: Shown): string {
  const { words } = office.frame
  const { requests: text, backoffice } = words
  const { request, today, form } = shown
  const errors = form === undefined ? {} : { email: form.error }
  const { kind, channel, proof, done } = request
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
          <Received frame={office.frame} request={request} />
        </dd>
        <dt>{text.due}</dt>
        <dd>
          <Clock {...{ frame: office.frame, request, today }} />
        </dd>
        <dt>{text.found}</dt>
        <dd>
          <About {...{ words, shown }} />
        </dd>
        {done !== null && <dt>{text.done}</dt>}
        {done !== null && <dd>{done}</dd>}
      </dl>
      {done === null && <Acts {...{ frame: office.frame, shown, errors }} />}
      <p>
        <a href="/admin/requests">{text.title}</a>
      </p>
      <p class="quiet small">{backoffice.frame.times}</p>
    </>,
  )
}

type AboutProps = { readonly words: BackOffice['frame']['words']; readonly shown: Shown }

/** What was found, as far as it is still there; and what its proof does not reach. */
function About({ words, shown }: AboutProps) {
  const { requests: text } = words
  const { request, orders, more, hasAccount, inAccount, moreInAccount } = shown
  const { kind, proof, found, done } = request
  const reaches = reachesAccounts(proof)
  const nothing = reaches ? text.nothingFound : text.nothingReached
  return (
    <>
      {orders.length > 0 && (
        <>
          {text.orders}: <Numbers words={words} orders={orders} more={more} />
        </>
      )}
      {hasAccount && (orders.length > 0 ? text.andAccount : text.account)}
      {inAccount.length > 0 && (
        <p class="hint">
          {text.inAccount}: <Numbers words={words} orders={inAccount} more={moreInAccount} />.{' '}
          {kind === 'erasure' ? text.inAccountErased : text.inAccountNot}
        </p>
      )}
      {orders.length === 0 && !hasAccount && (found === 0 ? nothing : text.left)}
      {!reaches && done === null && <p class="hint">{text.notReached}</p>}
    </>
  )
}

type NumbersProps = {
  readonly words: AboutProps['words']
  readonly orders: readonly OrderSummary[]
  readonly more: number
}

function Numbers({ words, orders, more }: NumbersProps) {
  return (
    <>
      {orders.map(({ id, number }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <a href={`/admin/orders/${number}`}>{number}</a>
        </span>
      ))}
      {more > 0 && ` ${words.requests.more(more)}`}
    </>
  )
}

type ActsProps = {
  readonly frame: BackOffice['frame']
  readonly shown: Shown
  readonly errors: FieldErrors
}

function Acts({ frame, shown, errors }: ActsProps) {
  const { words } = frame
  const { request, orders, hasAccount, foreseen } = shown
  const { id, kind } = request
  const { requests: text } = words
  const { button, hint } = text.acts[kind]
  const isAboutSomething = orders.length > 0 || hasAccount
  return (
    <section class="card" aria-labelledby="act">
      <h2 id="act">{text.act}</h2>
      {foreseen !== undefined && <ErasurePreview {...{ frame, foreseen }} />}
      {isAboutSomething && (
        <form class="field" action={`/admin/requests/${id}/act`} method="post">
          <p class="hint">{hint}</p>
          <button class={kind === 'erasure' ? 'button button-final' : 'button'} type="submit">
            {button}
          </button>
        </form>
      )}
      {kind === 'rectification' && orders.length > 0 && <Email {...{ words, shown, errors }} />}
      <details open={!isAboutSomething}>
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

type EmailProps = AboutProps & { readonly errors: FieldErrors }

/** Another e-mail address for the orders; or, where the proof is none for that, what to ask for. */
function Email({ words, shown: { request, form }, errors }: EmailProps) {
  const { requests: text } = words
  const { id, proof } = request
  if (!correctsAddress(proof)) {
    return (
      <>
        <h3>{text.email}</h3>
        <p class="hint">{text.emailUnproven}</p>
      </>
    )
  }
  return (
    <form class="field" action={`/admin/requests/${id}/email`} method="post" novalidate>
      <h3>{text.email}</h3>
      <p class="hint">{text.emailHint}</p>
      <TextField
        {...{ words, errors, name: 'email', label: text.emailNew, value: form?.typed }}
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
  )
}
