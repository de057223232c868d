/** A stored value, as its owner reads it. */

import { countryNamed } from '../../base/countries.ts'
import { formatMoney, money } from '../../base/money.ts'
import type { OrderSummary } from '../../orders/order.ts'
import type { Frame } from '../../web/frame.ts'
import { Moment, momentText } from '../moment.tsx'
import type { Explained } from './held.ts'

type Props = {
  readonly frame: Frame
  readonly order: OrderSummary
  readonly field: Explained
}

export function Value({ frame, order, field }: Props) {
  if (typeof field.value === 'string' && field.name.endsWith('_at')) {
    return <Moment frame={frame} at={Temporal.Instant.from(field.value)} />
  }
  return <span class="lines">{textOf(frame, order, field)}</span>
}

/** The same without markup. */
export function valueText(frame: Frame, order: OrderSummary, field: Explained): string {
  return typeof field.value === 'string' && field.name.endsWith('_at')
    ? momentText(frame, Temporal.Instant.from(field.value))
    : textOf(frame, order, field)
}

function textOf(frame: Frame, order: OrderSummary, { name, value }: Explained): string {
  const { page: words } = frame.words.data
  if (value === null || value === '') return words.empty
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'number') {
    return name.endsWith('_minor')
      ? formatMoney(money(value, order.currency), frame.shop.language)
      : String(value)
  }
  if (name === 'label' && typeof value === 'string') {
    return words.label(Math.ceil((value.length * 3) / 4 / 1024))
  }
  if (typeof value === 'string') return value
  if (!('line1' in value)) return JSON.stringify(value)
  const { line1, line2, postalCode, city, region, country } = value
  const place = countryNamed(country)?.name ?? country
  const lines = [line1, line2, `${postalCode} ${city}`.trim(), region, place]
  return lines.filter((line) => line !== '').join('\n')
}
