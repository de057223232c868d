/** A stored value, as its owner reads it. */

import { formatMoney, money } from '../../base/money.ts'
import type { OrderSummary } from '../../orders/order.ts'
import type { HeldField, Withheld } from '../../privacy/holdings.ts'
import type { KeptAddress, PostalAddress } from '../../privacy/table.ts'
import type { Frame } from '../../web/frame.ts'
import { Moment, momentText } from '../../web/moment.tsx'
import { addressLines } from '../address.tsx'

type Props = {
  readonly frame: Frame
  /** The order that it is about; none of an account. */
  readonly order?: OrderSummary
  readonly field: Pick<HeldField, 'name' | 'value'>
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

function textOf(props: Props): string {
  const { frame, field } = props
  const { name, value } = field
  const { page: words } = frame.words.data
  if (name === 'label' && typeof value === 'string') {
    return words.label(Math.ceil((value.length * 3) / 4 / 1024))
  }
  if (typeof value !== 'object' || value === null) return plainText(props, name, value)
  if (isWithheld(value)) return words.withheld[value.withheld]
  if (isAddress(value)) return addressLines(value).join('\n')
  if (!isKept(value)) return partsText(props, value)
  const { firstName, lastName, postalAddress, phone } = value
  const lines = [`${firstName} ${lastName}`, ...addressLines(postalAddress), phone]
  return lines.join('\n').trim()
}

function isWithheld(value: object): value is Withheld {
  return 'withheld' in value
}

function isAddress(value: object): value is PostalAddress {
  return 'line1' in value
}

function isKept(value: object): value is KeptAddress {
  return 'postalAddress' in value
}

/** Each part by its name; each row of several on a line. */
function partsText(props: Props, value: object): string {
  const { data } = props.frame.words
  const rows: readonly unknown[] = Array.isArray(value) ? value : [value]
  const lines = rows.map((row) =>
    Object.entries(row ?? {})
      .map(([name, part]) => `${data.parts[name] ?? name}: ${plainText(props, name, part)}`)
      .join(', '),
  )
  return lines.filter((line) => line !== '').join('\n') || data.page.none
}

/** A value of one part: an amount in its currency, a rate in percent, fields by their names. */
function plainText(props: Props, name: string, value: unknown): string {
  const { frame, order } = props
  const { page: words, nameOf } = frame.words.data
  if (value === null || value === '') return words.empty
  if (typeof value === 'object') return partsText(props, value)
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'number' && /minor$/i.test(name) && order !== undefined) {
    return formatMoney(money(value, order.currency), frame.shop.language)
  }
  if (typeof value === 'number' && /ppm$/i.test(name)) return `${value / 10_000} %`
  if (name !== 'fields') return String(value)
  const fields = String(value).split(' ')
  return fields.map((field) => nameOf(field) ?? field).join(', ')
}
