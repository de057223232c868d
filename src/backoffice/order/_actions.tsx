/**
 * What a member of staff can do with an order, by its state and their roles. The server asks both again.
 */

import { may } from '../../staff/roles.ts'
import type { SignedIn } from '../../staff/session.ts'
import type { FieldErrors } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'
import { Act } from './_act.tsx'
import { isRefundable, RefundAmount, RefundArticles } from './_refund.tsx'
import { amountOf, restOf, type Sheet } from './_sheet.ts'
import type { AmountTyped, ArticlesTyped } from './form.ts'

type Props = {
  readonly words: Words
  readonly sheet: Sheet
  readonly staff: SignedIn
  readonly errors: FieldErrors
  readonly amount: AmountTyped | undefined
  readonly articles: ArticlesTyped | undefined
}

export function Actions(props: Props) {
  const { order: text } = props.words.backoffice
  const { order, parcel } = props.sheet
  const { roles } = props.staff
  const isInHouse = order.state === 'paid' || order.state === 'packed'
  const hasParcel = parcel === 'requested' || parcel === 'booked'
  const actions = [
    order.state === 'paid' && may(roles, 'pack an order') && <Pack {...props} />,
    order.state === 'packed' && !hasParcel && may(roles, 'book a parcel') && <Book {...props} />,
    parcel === 'requested' && <p>{text.booking}</p>,
    parcel === 'booked' && may(roles, 'print a label') && <Label {...props} />,
    isInHouse && !hasParcel && may(roles, 'cancel an order') && <Cancel {...props} />,
    ...(isRefundable(props.sheet) && may(roles, 'refund an order')
      ? [<RefundAmount {...props} />, <RefundArticles {...props} />]
      : []),
  ].filter((action) => action !== false)
  return (
    <section class="card" aria-labelledby="actions-title">
      <h2 id="actions-title">{text.actions}</h2>
      {actions.length === 0 ? <p>{text.nothing}</p> : actions}
    </section>
  )
}

function Pack({ words, sheet }: Props) {
  const { order: text } = words.backoffice
  return (
    <Act sheet={sheet} noun="packing" hint={text.packHint}>
      <button class="button" type="submit">
        {text.pack}
      </button>
    </Act>
  )
}

function Book({ words, sheet }: Props) {
  const { order: text } = words.backoffice
  return (
    <Act sheet={sheet} noun="shipment" hint={text.bookHint}>
      {sheet.parcel === 'failed' && <p>{text.bookingFailed}</p>}
      <button class="button" type="submit">
        {text.book}
      </button>
    </Act>
  )
}

function Label({ words, sheet }: Props) {
  return (
    <p>
      <a class="button" href={`/admin/orders/${sheet.order.number}/label`}>
        {words.backoffice.order.label}
      </a>
    </p>
  )
}

function Cancel({ words, sheet }: Props) {
  const { order: text } = words.backoffice
  const rest = amountOf(sheet.order, restOf(sheet.order))
  return (
    <details class="field">
      <summary>{text.cancel}</summary>
      <Act sheet={sheet} noun="cancellation" hint={text.cancelHint(rest)}>
        <button class="button-quiet" type="submit">
          {text.cancelButton}
        </button>
      </Act>
    </details>
  )
}
