/** A stored value, as its owner reads it. */

import { formatMoney, money } from '../../base/money.ts'
import type { OrderSummary } from '../../orders/order.ts'
import type { Frame } from '../../web/frame.ts'
import { addressLines } from '../address.tsx'
import { Moment, momentText } from '../moment.tsx'
import type { Explained } from './held.ts'

type Props = {
  readonly frame: Frame
  /** The order that it is about; none of an account. */
  readonly order?: OrderSummary
  readonly field: Explained
}

export function Value(props: Props) {
  const { frame, field } = props
  if (typeof field.value === 'string' && field.name.endsWith('_at')) {
    return <Moment frame={frame} at={Temporal.Instant.from(field.value)} />
  }
  return <span class="lines">{textOf(props)}</span>
}

/** The same without markup. */
export function valueText(props: Props): string {
  const { frame, field } = props
  return typeof field.value === 'string' && field.name.endsWith('_at')
    ? momentText(frame, Temporal.Instant.from(field.value))
    : textOf(props)
}

function textOf({ frame, order, field: { name, value } }: Props): string {
  const { page: words } = frame.words.data
  if (value === null || value === '') return words.empty
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'number') {
    return name.endsWith('_minor') && order !== undefined
      ? formatMoney(money(value, order.currency), frame.shop.language)
      : String(value)
  }
  if (name === 'label' && typeof value === 'string') {
    return words.label(Math.ceil((value.length * 3) / 4 / 1024))
  }
  if (typeof value === 'string') return value
  if ('line1' in value) return addressLines(value).join('\n')
  if (!('postalAddress' in value)) return JSON.stringify(value)
  const { firstName, lastName, postalAddress, phone } = value
  const lines = [`${firstName} ${lastName}`, ...addressLines(postalAddress), phone]
  return lines.join('\n').trim()
}
