/**
 * What a member of staff can do with an order, by its state and their roles. The server asks both again.
 */

import type { ComponentChildren } from 'preact'
import { decimalOf } from '../../base/money.ts'
import { may } from '../../staff/roles.ts'
import type { SignedIn } from '../../staff/session.ts'
import { type FieldErrors, TextField } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'
import { amountOf, restOf, type Sheet } from './_sheet.ts'

type Props = {
  readonly words: Words
  readonly sheet: Sheet
  readonly staff: SignedIn
  readonly errors: FieldErrors
  readonly amount: string | undefined
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
    isRefundable(props.sheet) && may(roles, 'refund an order') && <Refund {...props} />,
  ].filter((action) => action !== false)
  return (
    <section class="card" aria-labelledby="actions-title">
      <h2 id="actions-title">{text.actions}</h2>
      {actions.length === 0 ? <p>{text.nothing}</p> : actions}
    </section>
  )
}

function isRefundable({ order }: Sheet): boolean {
  return order.state !== 'awaiting payment' && restOf(order) > 0
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

function Refund({ words, sheet, errors, amount }: Props) {
  const { order: text } = words.backoffice
  const { order } = sheet
  return (
    <details class="field" open={errors.amount !== undefined}>
      <summary>{text.refund}</summary>
      <Act sheet={sheet} noun="refunds">
        <input type="hidden" name="refunded" value={order.refundedMinor} />
        <TextField
          {...{ words, errors }}
          name="amount"
          label={text.refundAmount(order.currency)}
          hint={text.refundHint(amountOf(order, restOf(order)))}
          value={amount ?? decimalOf({ amountMinor: restOf(order), currency: order.currency })}
          inputmode="decimal"
          autocomplete="off"
          width="medium"
          maxLength={20}
        />
        <p>
          <button class="button-quiet" type="submit">
            {text.refundButton}
          </button>
        </p>
      </Act>
    </details>
  )
}

type ActProps = {
  readonly sheet: Sheet
  /** The last part of the action's address. */
  readonly noun: string
  readonly hint?: string
  readonly children: ComponentChildren
}

export function Act({ sheet, noun, hint, children }: ActProps) {
  return (
    <form
      class="field"
      action={`/admin/orders/${sheet.order.number}/${noun}`}
      method="post"
      novalidate
    >
      {hint && <p class="hint">{hint}</p>}
      {children}
    </form>
  )
}
