/** A stored value, as its owner reads it. */

import { countryNamed } from '../../base/countries.ts'
import { formatMoney, money } from '../../base/money.ts'
import type { OrderSummary } from '../../orders/order.ts'
import type { PostalAddress } from '../../privacy/table.ts'
import type { Frame } from '../../web/frame.ts'
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
  if ('line1' in value) return lined(addressLines(value))
  if (!('postalAddress' in value)) return JSON.stringify(value)
  const { firstName, lastName, postalAddress, phone } = value
  return lined([`${firstName} ${lastName}`, ...addressLines(postalAddress), phone])
}

/** An address in the lines of a letter; those that it does not have are empty. */
export function addressLines(address: PostalAddress): readonly string[] {
  const { line1, line2, postalCode, city, region, country } = address
  const place = countryNamed(country)?.name ?? country
  return [line1, line2, `${postalCode} ${city}`.trim(), region, place]
}

function lined(lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n')
}
