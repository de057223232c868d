/**
 * Reads single cells of a row. Each reader gives the value, null for an empty cell, and reports what it cannot take.
 *
 * Invariant: nothing is guessed. A number that is not one, an unknown unit or a code of the wrong form refuses its row.
 */

import { type Currency, isPayable, parseMoney } from '../../base/money.ts'
import { plainLine } from './_text.ts'
import type { Key } from './format.ts'
import { type Problems, quoted } from './problem.ts'
import type { Row } from './rows.ts'

/** A row being read: `refuse` reports a cell, and the row is not taken then. */
export type Cells = Row & {
  readonly refuse: (key: Key, reason: string) => null
  readonly note: (key: Key, reason: string) => void
  readonly refused: () => boolean
}

const GRAMS = { g: 1, kg: 1000, lb: 453.592_37, oz: 28.349_523_125 } as const
const MILLIMETRES = { mm: 1, cm: 10, in: 25.4 } as const
const UNIT_NAMES: Readonly<Record<string, string>> = {
  gram: 'g',
  grams: 'g',
  kilogram: 'kg',
  kilograms: 'kg',
  kgs: 'kg',
  lbs: 'lb',
  pound: 'lb',
  pounds: 'lb',
  ounce: 'oz',
  ounces: 'oz',
  inch: 'in',
  inches: 'in',
}
const HEAVIEST_GRAMS = 1_000_000
const LONGEST_MILLIMETRES = 100_000
const MOST_STOCK = 100_000_000

export function cellsOf(row: Row, problems: Problems): Cells {
  let refused = false
  return {
    ...row,
    refuse(key, reason) {
      refused = true
      problems.add({ line: row.line, column: row.column(key), reason, kind: 'refused' })
      return null
    },
    note(key, reason) {
      problems.add({ line: row.line, column: row.column(key), reason, kind: 'noted' })
    },
    refused: () => refused,
  }
}

/** One line of text. */
export function readLine(cells: Cells, key: Key, longest: number): string {
  const text = plainLine(cells.text(key))
  if (text.length > longest) cells.refuse(key, tooLong(text, longest))
  return text
}

export function tooLong(text: string, longest: number): string {
  return `Too long: ${text.length} characters, ${longest} are allowed`
}

/** An amount in minor units; null, and reported, when it is none. */
export function readPrice(cells: Cells, currency: Currency): number | null {
  const text = cells.text('price')
  if (text === '') return cells.refuse('price', 'The price is missing')
  const amount = amountOf(text, currency)
  if (amount === null)
    return cells.refuse('price', `${quoted(text)} is not an amount in ${currency}`)
  if (amount <= 0) return cells.refuse('price', 'A price must be above 0')
  if (!isPayable({ amountMinor: amount, currency })) {
    const reason = `${quoted(text)} cannot be paid in ${currency}: the last digit must be 0`
    return cells.refuse('price', reason)
  }
  return amount
}

/** A former price; one that is not above the present price says nothing, and is left out. */
export function readCompareAt(
  cells: Cells,
  currency: Currency,
  price: number | null,
): number | null {
  const text = cells.text('compare_at')
  if (text === '') return null
  const amount = amountOf(text, currency)
  if (amount === null || amount < 0)
    return cells.refuse('compare_at', `${quoted(text)} is not an amount in ${currency}`)
  return price !== null && amount > price ? amount : null
}

export function readCurrency(cells: Cells, otherwise: Currency): Currency | null {
  const text = cells.text('currency').toUpperCase() || otherwise
  if (currencies.has(text)) return text
  return cells.refuse('currency', `${quoted(text)} is not a currency (ISO 4217)`)
}

export function readWeightGrams(cells: Cells): number | null {
  const unit = cells.format.name === 'shopify' ? 'g' : cells.text('weight_unit')
  return measure(cells, 'weight', 'weight_unit', unit, GRAMS, HEAVIEST_GRAMS)
}

export function readMillimetres(cells: Cells, key: 'length' | 'width' | 'height'): number | null {
  const unit = cells.text('dimensions_unit')
  return measure(cells, key, 'dimensions_unit', unit, MILLIMETRES, LONGEST_MILLIMETRES)
}

/** 6 to 13 digits, never padded or guessed. */
export function readHsCode(cells: Cells): string | null {
  const text = cells.text('hs_code')
  if (text === '' || /^\d{6,13}$/.test(text)) return text || null
  return cells.refuse(
    'hs_code',
    `${quoted(text)} is no HS code: it has 6 to 13 digits, nothing else`,
  )
}

export function readCountry(cells: Cells): string | null {
  const text = cells.text('origin_country').toUpperCase()
  if (text === '' || /^[A-Z]{2}$/.test(text)) return text || null
  return cells.refuse('origin_country', `${quoted(text)} is no country code of two letters`)
}

/** Oversold stock (below 0) counts as none. */
export function readQuantity(cells: Cells): number | null {
  const text = cells.text('quantity')
  if (text === '') return null
  const quantity = /^-?\d{1,9}(?:\.0+)?$/.test(text) ? Number(text) : Number.NaN
  if (quantity <= MOST_STOCK) return Math.max(0, quantity)
  return cells.refuse('quantity', `${quoted(text)} is not a whole number of pieces`)
}

const YES = ['true', 'yes', '1', 'continue']
const NO = ['false', 'no', '0', 'deny']

export function readYesNo(cells: Cells, key: Key): boolean | null {
  const text = cells.text(key).toLowerCase()
  if (text === '') return null
  if (YES.includes(text)) return true
  if (NO.includes(text)) return false
  return cells.refuse(key, `${quoted(text)} is neither TRUE nor FALSE`)
}

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

function amountOf(text: string, currency: Currency): number | null {
  try {
    return parseMoney(text, currency).amountMinor
  } catch {
    return null
  }
}

/** A weight or a length in whole units, at least 1; 0 means that nobody has measured. */
function measure(
  cells: Cells,
  key: Key,
  unitKey: Key,
  writtenUnit: string,
  units: Readonly<Record<string, number>>,
  most: number,
): number | null {
  const text = cells.text(key)
  if (text === '') return null
  if (!/^\d{1,9}(?:\.\d{1,9})?$/.test(text))
    return cells.refuse(key, `${quoted(text)} is not a number`)
  const lower = writtenUnit.toLowerCase()
  const factor = units[UNIT_NAMES[lower] ?? lower]
  if (factor === undefined) {
    const known = Object.keys(units).join(', ')
    return cells.refuse(unitKey, `Unknown unit ${quoted(writtenUnit)}: ${known} are known`)
  }
  const exact = Number(text) * factor
  if (exact > most) return cells.refuse(key, `${quoted(`${text} ${writtenUnit}`)} is too much`)
  return exact === 0 ? null : Math.max(1, Math.round(exact))
}
