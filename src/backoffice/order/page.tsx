/**
 * An order's page: what was bought, what to do, what happened, who was told what, and the look at its person.
 *
 * Invariant: of the person it shows what one look was given, and nothing when nobody looked.
 */

import type { Fault } from '../../base/failure.ts'
import { methodName } from '../../orders/method.ts'
import type { SignedIn } from '../../staff/session.ts'
import { ErrorSummary, type FieldErrors, hasErrors } from '../../web/form.tsx'
import { Moment } from '../../web/moment.tsx'
import { Notice } from '../../web/notice.tsx'
import { officePage } from '../_layout.tsx'
import { StateBadge } from '../_state.tsx'
import type { BackOffice } from '../office.ts'
import { Actions } from './_actions.tsx'
import { Disclosures, Timeline } from './_history.tsx'
import { Hold } from './_hold.tsx'
import { Lines } from './_lines.tsx'
import type { Look } from './_look.ts'
import { Person } from './_person.tsx'
import { Refunds } from './_refund.tsx'
import { amountOf, type Sheet } from './_sheet.ts'
import { UnclearRefunds } from './_unclear.tsx'
import type { AmountTyped, ArticlesTyped } from './form.ts'

/** What came of the request that the page answers. */
export type Shown = {
  readonly done?: string
  readonly problem?: Fault
  readonly errors?: FieldErrors
  /** What was typed for a refund of an amount. */
  readonly amount?: AmountTyped
  /** The pieces that were typed for one. */
  readonly articles?: ArticlesTyped
  readonly look?: Look
  /** The day that was typed for a hold. */
  readonly until?: string
}

export function orderPage(office: BackOffice, staff: SignedIn, sheet: Sheet, shown: Shown): string {
  const { frame } = office
  const { words } = frame
  const {
    order: text,
    frame: { times },
  } = words.backoffice
  const { order } = sheet
  const errors = shown.errors ?? {}
  const shared = { words, sheet, staff }
  return officePage(
    office,
    staff,
    { title: text.title(order.number), hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={words} errors={errors} />
      {shown.problem && <Problem problem={shown.problem} />}
      <Notice done={shown.done} />
      <h1>
        {text.title(order.number)} <StateBadge words={words} state={order.state} />
      </h1>
      {sheet.isRestricted && <p class="notice">{text.restricted}</p>}
      {[...sheet.failures].map(([failure, minor]) => (
        <p key={failure} class="notice">
          {text.failures[failure](amountOf(order, minor))}
        </p>
      ))}
      <UnclearRefunds {...shared} frame={frame} now={office.gateway.clock()} />
      <Facts {...{ frame, sheet }} />
      <div class="columns">
        <div>
          <Lines {...shared} />
          <Refunds {...{ frame, sheet }} />
          <Person {...shared} look={shown.look} errors={errors} />
        </div>
        <div>
          <Actions {...shared} errors={errors} amount={shown.amount} articles={shown.articles} />
          <Hold {...{ ...shared, frame }} errors={errors} until={shown.until} />
          <Timeline {...{ frame, sheet }} />
        </div>
      </div>
      <Disclosures {...{ frame, sheet }} />
      <p class="quiet small">{times}</p>
    </>,
  )
}

function Problem({ problem }: { readonly problem: Fault }) {
  return (
    <div class="error-summary" role="alert">
      <p>{problem.message}.</p>
      {problem.remedy && <p>{problem.remedy}.</p>}
    </div>
  )
}

function Facts({ frame, sheet }: Pick<BackOffice, 'frame'> & { readonly sheet: Sheet }) {
  const { words } = frame
  const { order: text } = words.backoffice
  const { order } = sheet
  const method = methodName(words.checkout.place.methods, order.shippingMethod)
  const country = new Intl.DisplayNames(frame.shop.language, { type: 'region' }).of(order.country)
  return (
    <dl class="facts">
      <dt>{text.placed}</dt>
      <dd>
        <Moment frame={frame} at={order.placedAt} />
      </dd>
      <dt>{text.to}</dt>
      <dd>
        {country} ({order.country})
      </dd>
      <dt>{text.method}</dt>
      <dd>
        {method}, {order.weightGrams} g
      </dd>
      <dt>{text.revision}</dt>
      <dd>{text.revisionOf(order.revision)}</dd>
    </dl>
  )
}
