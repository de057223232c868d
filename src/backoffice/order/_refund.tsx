/**
 * Refunds: what has been refunded with its tax, for the books, and the two forms for another: an amount, or articles.
 */

import { decimalOf } from '../../base/money.ts'
import type { TaxShare } from '../../orders/order.ts'
import type { Refund } from '../../payments/refund.ts'
import { deliveryLeft, piecesLeft, taxOf } from '../../payments/refund-shares.ts'
import { Checkbox, type FieldErrors, hasErrors, TextField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../../web/moment.tsx'
import { Heads } from '../../web/table.tsx'
import type { Words } from '../../web/words/en.ts'
import { Act } from './_act.tsx'
import { amountOf, restOf, type Sheet, takenIn } from './_sheet.ts'
import { type AmountTyped, type ArticlesTyped, piecesField } from './form.ts'

type Props = {
  readonly words: Words
  readonly sheet: Sheet
  readonly errors: FieldErrors
  /** What was typed, where it comes back. */
  readonly amount?: AmountTyped | undefined
  readonly articles?: ArticlesTyped | undefined
}

export function isRefundable({ order }: Sheet): boolean {
  return order.state !== 'awaiting payment' && restOf(order) > 0
}

export function RefundAmount({ words, sheet, errors, amount }: Props) {
  const { refunds: text } = words.backoffice
  const { order } = sheet
  const rest = restOf(order)
  return (
    <details class="field" open={errors.amount !== undefined}>
      <summary>{text.refund}</summary>
      <Act sheet={sheet} noun="refunds">
        <input type="hidden" name="refunded" value={order.refundedMinor} />
        <TextField
          {...{ words, errors }}
          name="amount"
          label={text.amountIn(order.currency)}
          hint={text.hint(amountOf(order, rest))}
          value={amount?.typed ?? decimalOf({ amountMinor: rest, currency: order.currency })}
          inputmode="decimal"
          autocomplete="off"
          width="medium"
          maxLength={20}
        />
        <PaidOtherwise {...{ words, name: 'amount-otherwise', checked: amount?.isPaidOtherwise }} />
        <p>
          <button class="button-quiet" type="submit">
            {text.button}
          </button>
        </p>
      </Act>
    </details>
  )
}

/** Nothing where no article is left, nor delivery: then there is only an amount. */
export function RefundArticles({ words, sheet, errors, articles }: Props) {
  const { refunds: text } = words.backoffice
  const { order } = sheet
  const taken = takenIn(sheet)
  const pieces = piecesLeft(order, taken)
  const lines = order.lines.filter(({ position }) => (pieces.get(position) ?? 0) > 0)
  const delivery = deliveryLeft(order, taken)
  if (lines.length === 0 && delivery === 0) return null
  return (
    <details class="field" open={hasErrors(errors) && articles !== undefined}>
      <summary>{text.articles}</summary>
      <Act
        sheet={sheet}
        noun="refunds/articles"
        hint={order.pricesIncludeTax ? text.articlesHint : text.articlesHintNet}
      >
        <input type="hidden" name="refunded" value={order.refundedMinor} />
        {lines.map(({ position, title, unitMinor }) => (
          <TextField
            key={position}
            {...{ words, errors }}
            name={piecesField(position)}
            label={title}
            hint={text.pieces(pieces.get(position) ?? 0, amountOf(order, unitMinor))}
            value={articles?.[piecesField(position)] ?? '0'}
            inputmode="numeric"
            autocomplete="off"
            width="short"
            maxLength={4}
          />
        ))}
        {delivery > 0 && (
          <Checkbox
            {...{ words, errors }}
            name="delivery"
            label={text.delivery(amountOf(order, delivery))}
            checked={articles?.delivery === 'yes'}
          />
        )}
        <PaidOtherwise
          {...{
            words,
            name: 'articles-otherwise',
            checked: articles?.['articles-otherwise'] === 'yes',
          }}
        />
        <p>
          <button class="button-quiet" type="submit">
            {text.articlesButton}
          </button>
        </p>
      </Act>
    </details>
  )
}

function PaidOtherwise({
  words,
  name,
  checked = false,
}: {
  readonly words: Words
  readonly name: string
  readonly checked: boolean | undefined
}) {
  const { refunds: text } = words.backoffice
  return <Checkbox {...{ words, name, checked }} label={text.otherwise} hint={text.otherwiseHint} />
}

/** Each refund, and how much tax of which rate is in it. */
export function Refunds({ frame, sheet }: { readonly frame: Frame; readonly sheet: Sheet }) {
  const { refunds: text } = frame.words.backoffice
  if (sheet.refunds.length === 0) return null
  const heads = [text.when, text.amount, text.tax, text.of]
  return (
    <>
      <h2>{text.title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="table-frame" aria-label={text.title} tabIndex={0}>
        <table class="table table-stacked">
          <Heads heads={heads} />
          <tbody>
            {sheet.refunds.map((refund) => (
              <Row key={refund.id} {...{ frame, sheet, refund }} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

type RowProps = { readonly frame: Frame; readonly sheet: Sheet; readonly refund: Refund }

function Row({ frame, sheet, refund }: RowProps) {
  const { refunds: text } = frame.words.backoffice
  const { order } = sheet
  return (
    <tr>
      <th scope="row">
        <Moment frame={frame} at={refund.concludedAt ?? refund.requestedAt} /> <br />
        <span class="quiet small">{stateOf(text, refund)}</span>
      </th>
      <td data-label={text.amount}>{amountOf(order, refund.amountMinor)}</td>
      <td data-label={text.tax}>
        {refund.taxes.map((share) => (
          <Share key={share.ratePpm} {...{ text, sheet, share }} />
        ))}
      </td>
      <td data-label={text.of}>{ofWhat(text, sheet, refund)}</td>
    </tr>
  )
}

type Text = Words['backoffice']['refunds']

function Share({
  text,
  sheet: { order },
  share,
}: {
  readonly text: Text
  readonly sheet: Sheet
  readonly share: TaxShare
}) {
  const net = amountOf(order, share.netMinor)
  const rate = `${share.ratePpm / 10_000} %`
  return (
    <div>
      {share.ratePpm === 0
        ? text.untaxed(net)
        : text.share(amountOf(order, taxOf([share])), rate, net)}
    </div>
  )
}

function stateOf({ states, madeOtherwise }: Text, { state, isPaidOtherwise }: Refund): string {
  return isPaidOtherwise ? madeOtherwise : states[state]
}

function ofWhat(text: Text, { order }: Sheet, { lines, shippingMinor }: Refund): string {
  if (lines === null) return text.ofAll
  const titles = new Map(order.lines.map(({ position, title }) => [position, title]))
  const pieces = lines.map(({ position, quantity }) => `${quantity} × ${titles.get(position)}`)
  const delivery = shippingMinor === 0 ? [] : [text.delivery(amountOf(order, shippingMinor))]
  return [...pieces, ...delivery].join(', ')
}
