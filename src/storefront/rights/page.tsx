/** What a person can do with the data of one order, and what holds it back. */

import type { OrderDisclosure } from '../../orders/disclosures.ts'
import type { OrderSummary } from '../../orders/order.ts'
import type { LegalHold } from '../../privacy/legal-hold.ts'
import { hasErrors } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { dayText, Moment } from '../../web/moment.tsx'
import { Notice } from '../../web/notice.tsx'
import type { ContactForm } from '../contact-input.tsx'
import { ownPage } from '../own-data/layout.tsx'
import type { Owner } from '../own-data/owner.ts'
import { Correct, CorrectionErrors } from './_correct.tsx'

type Shown = {
  readonly order: OrderSummary
  readonly restricted: Temporal.Instant | undefined
  readonly hold: LegalHold | undefined
  readonly form: ContactForm
  readonly told: readonly OrderDisclosure[]
  /** What was just done, in words. */
  readonly done: string | undefined
}

type Props = { readonly frame: Frame; readonly place: string } & Shown

export function rightsPage(frame: Frame, owner: Owner, shown: Shown): string {
  const { rights: words, data } = frame.words
  const { order, hold, done, form } = shown
  const { place } = owner
  const props = { frame, place, ...shown }
  return ownPage(
    frame,
    owner,
    { title: words.title(order.number), hasErrors: hasErrors(form.errors) },
    <>
      <CorrectionErrors frame={frame} form={form} />
      <h1>{words.title(order.number)}</h1>
      <p>
        <a href={place}>{words.back}</a>
      </p>
      <Notice done={done} />
      {hold !== undefined && <Held frame={frame} hold={hold} />}
      <div class="columns">
        <Correct {...props} />
        <Restrict {...props} />
      </div>
      <p class="quiet small">{data.times}</p>
    </>,
  )
}

function Held({ frame, hold }: { readonly frame: Frame; readonly hold: LegalHold }) {
  const { rights: words } = frame.words
  return (
    <p class="notice">
      {words.hold(dayText(frame, hold.until), words.grounds[hold.ground])}{' '}
      <a href="/privacy#C3.2">C3.2</a>
    </p>
  )
}

function Restrict({ frame, place, order, restricted }: Props) {
  const { restrict: words } = frame.words.rights
  const path = `${place}/orders/${order.number}/restriction`
  const isPaid = order.state !== 'awaiting payment'
  return (
    <section class="card" aria-labelledby="restrict">
      <h2 id="restrict">{words.title}</h2>
      {restricted !== undefined && (
        <p>
          <strong>{words.isRestricted}</strong> {words.since}{' '}
          <Moment frame={frame} at={restricted} />.
        </p>
      )}
      <p>{isPaid ? words.hint : words.unpaid}</p>
      {isPaid && (
        <form action={restricted === undefined ? path : `${path}/end`} method="post">
          <button class="button" type="submit">
            {restricted === undefined ? words.button : words.lift}
          </button>
        </form>
      )}
    </section>
  )
}
