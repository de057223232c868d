/**
 * Files of shipping prices, of zones and of methods, as CSV: what a merchant changes them by.
 *
 * `zone, method, min_days, max_days, currency, up_to_grams, price`: a row for each step of weight. Without weight and
 * price, a row says that the method has no price there in that currency, so that nobody can choose it.
 * `country, zone`: which zone a country is in; without a zone it is not served.
 * `method, carrier`: which ways of delivery there are, and who carries each.
 *
 * Invariant: a file is taken whole or not at all, since a step that is missing makes parcels dearer.
 */

import { parse } from 'csv-parse/sync'
import { countryNamed } from '../base/countries.ts'
import { Fault } from '../base/failure.ts'
import { type Currency, decimalOf, isPayable, parseMoney } from '../base/money.ts'
import { type Problems, quoted } from '../catalogue/import/problem.ts'

/** A step of weight of a method's price in a zone. */
export type Rate = {
  readonly zone: string
  readonly method: string
  readonly minDays: number
  readonly maxDays: number
  readonly currency: Currency
  readonly upToGrams: number
  readonly priceMinor: number
}

/** The prices of a method in a zone, in one currency; none where it is not offered. */
export type Offer = Pick<Rate, 'zone' | 'method' | 'minDays' | 'maxDays' | 'currency'> & {
  readonly steps: readonly Pick<Rate, 'upToGrams' | 'priceMinor'>[]
}

/** Null: the country is not served any more. */
export type Placed = { readonly country: string; readonly zone: string | null }

/** A way of delivery, and the company that carries it. */
export type Method = { readonly code: string; readonly carrier: string }

export type RateFile =
  | { readonly kind: 'rates'; readonly rows: number; readonly offers: readonly Offer[] }
  | { readonly kind: 'zones'; readonly rows: number; readonly placed: readonly Placed[] }
  | { readonly kind: 'methods'; readonly rows: number; readonly methods: readonly Method[] }

/** What a file can name. */
export type Named = {
  readonly zones: readonly string[]
  readonly methods: readonly string[]
  readonly carriers: readonly string[]
}

const RATES = [
  'zone',
  'method',
  'min_days',
  'max_days',
  'currency',
  'up_to_grams',
  'price',
] as const
const ZONES = ['country', 'zone'] as const
const METHODS = ['method', 'carrier'] as const
const CODE = /^[a-z0-9][a-z0-9-]{0,29}$/
const MOST_DAYS = 365
const HEAVIEST_GRAMS = 1_000_000
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

type Column = (typeof RATES | typeof ZONES | typeof METHODS)[number]

type Row = {
  readonly line: number
  readonly text: (column: Column) => string
  readonly refuse: (column: Column | '', reason: string) => null
}

/**
 * Reads a file, and reports what is wrong with it.
 *
 * @throws {Fault} `import_unreadable` when it is no CSV with one of the three headers.
 */
export function readRateFile(text: string, named: Named, problems: Problems): RateFile {
  const { header, records } = recordsOf(text)
  const has = (columns: readonly string[]) => columns.every((column) => header.includes(column))
  const twice = header.find((column, at) => column !== '' && header.indexOf(column) !== at)
  if (twice !== undefined) {
    throw unreadable(`its first row names ${quoted(twice)} twice`, 'Take one of these columns out')
  }
  const rows = records.map(({ line, cells }) => rowOf(header, line, cells, problems))
  if (has(RATES)) return { kind: 'rates', rows: rows.length, offers: readOffers(rows, named) }
  if (has(ZONES)) return { kind: 'zones', rows: rows.length, placed: readPlaces(rows) }
  if (has(METHODS)) {
    return { kind: 'methods', rows: rows.length, methods: readMethods(rows, named) }
  }
  throw unreadable(
    'its first row names other columns',
    `Give one with ${RATES.join(', ')}, or with ${ZONES.join(', ')}, or with ${METHODS.join(', ')}`,
  )
}

/** The file that brings these prices about. */
export function rateText(rates: readonly Rate[]): string {
  const rows = rates.map(({ zone, method, minDays, maxDays, currency, upToGrams, priceMinor }) => [
    ...[zone, method, minDays, maxDays, currency, upToGrams],
    decimalOf({ amountMinor: priceMinor, currency }),
  ])
  return csvText([RATES, ...rows])
}

export function zoneText(placed: readonly Placed[]): string {
  return csvText([ZONES, ...placed.map(({ country, zone }) => [country, zone ?? ''])])
}

export function methodText(methods: readonly Method[]): string {
  return csvText([METHODS, ...methods.map(({ code, carrier }) => [code, carrier])])
}

/** No cell needs quoting: codes, numbers, and the names of companies that the store speaks to. */
function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.join(',')}\n`).join('')
}

type Found = { readonly line: number; readonly cells: readonly string[] }

function recordsOf(text: string) {
  const [head, ...records] = parsed(text).filter(({ cells }) => cells.some((cell) => cell !== ''))
  if (head === undefined) throw unreadable('it is empty', 'Give one with a header and rows')
  return { header: head.cells.map((name) => name.toLowerCase()), records }
}

function parsed(text: string): readonly Found[] {
  const found: Found[] = []
  try {
    parse(text, {
      ...{ bom: true, relax_column_count: true, trim: true },
      on_record(cells: readonly string[], { lines }) {
        found.push({ line: lines, cells })
        return null
      },
    })
  } catch (cause) {
    throw unreadable('it cannot be read as CSV', 'Save it again as "CSV UTF-8"', cause)
  }
  return found
}

function rowOf(
  header: readonly string[],
  line: number,
  cells: readonly string[],
  problems: Problems,
): Row {
  const refuse: Row['refuse'] = (column, reason) => {
    problems.add({ line, column, reason, kind: 'refused' })
    return null
  }
  // Fewer: of a file that breaks off, an empty cell would end what it says nothing about.
  if (cells.length !== header.length) {
    refuse('', `The row has ${cells.length} cells, the header ${header.length}`)
  }
  return { line, refuse, text: (column) => cells[header.indexOf(column)] ?? '' }
}

type ReadRate = Omit<Rate, 'upToGrams' | 'priceMinor'> & {
  readonly row: Row
  /** Null: it has no price. */
  readonly step: Offer['steps'][number] | null
}

function readOffers(rows: readonly Row[], named: Named): readonly Offer[] {
  const read = rows.flatMap((row) => readRate(row, named) ?? [])
  for (const [first, ...others] of groupsOf(read, ({ zone, method }) => `${zone} ${method}`)) {
    for (const { row, minDays, maxDays } of others) {
      if (minDays === first.minDays && maxDays === first.maxDays) continue
      row.refuse('min_days', `Line ${first.row.line} gives other days`)
    }
  }
  return groupsOf(read, (one) => `${one.zone} ${one.method} ${one.currency}`).map(offerOf)
}

function offerOf(group: readonly [ReadRate, ...ReadRate[]]): Offer {
  const lineOf = new Map<number, number>()
  for (const { row, step } of group) {
    if (step === null) {
      if (group.length > 1) row.refuse('price', 'Other rows give it a price')
      continue
    }
    const line = lineOf.get(step.upToGrams)
    if (line !== undefined) row.refuse('up_to_grams', `Line ${line} has this weight already`)
    else lineOf.set(step.upToGrams, row.line)
  }
  const [{ row: _row, step: _step, ...offer }] = group
  return { ...offer, steps: group.flatMap(({ step }) => step ?? []) }
}

function readRate(row: Row, named: Named): ReadRate | null {
  const zone = oneOf(row, 'zone', named.zones)
  const method = oneOf(row, 'method', named.methods)
  const minDays = readWhole(row, 'min_days', MOST_DAYS)
  const maxDays = readWhole(row, 'max_days', MOST_DAYS)
  const currency = row.text('currency').toUpperCase()
  if (!currencies.has(currency)) {
    return row.refuse('currency', `${quoted(currency)} is not a currency (ISO 4217)`)
  }
  const isNone = row.text('up_to_grams') === '' && row.text('price') === ''
  const upToGrams = isNone ? null : readWhole(row, 'up_to_grams', HEAVIEST_GRAMS)
  const priceMinor = isNone ? null : readPrice(row, currency)
  if (zone === null || method === null || minDays === null || maxDays === null) return null
  if (maxDays < minDays) return row.refuse('max_days', 'This is less than min_days')
  const place = { row, zone, method, minDays, maxDays, currency }
  if (isNone) return { ...place, step: null }
  return upToGrams === null || priceMinor === null
    ? null
    : { ...place, step: { upToGrams, priceMinor } }
}

function readPrice(row: Row, currency: Currency): number | null {
  const text = row.text('price')
  const amountMinor = amountOf(text, currency)
  if (amountMinor === null || amountMinor < 0) {
    return row.refuse('price', `${quoted(text)} is not an amount in ${currency}`)
  }
  if (isPayable({ amountMinor, currency })) return amountMinor
  return row.refuse(
    'price',
    `${quoted(text)} cannot be paid in ${currency}: the last digit must be 0`,
  )
}

function amountOf(text: string, currency: Currency): number | null {
  try {
    return parseMoney(text, currency).amountMinor
  } catch {
    return null
  }
}

function readWhole(row: Row, column: Column, most: number): number | null {
  const text = row.text(column)
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= most) return number
  return row.refuse(column, `${quoted(text)} is not a whole number from 1 to ${most}`)
}

function oneOf(row: Row, column: Column, known: readonly string[]): string | null {
  const text = row.text(column)
  if (known.includes(text)) return text
  return row.refuse(column, `There is no ${column} ${quoted(text)}, but ${known.join(', ')}`)
}

function readPlaces(rows: readonly Row[]): readonly Placed[] {
  const lineOf = new Map<string, number>()
  return rows.flatMap((row) => {
    const country = row.text('country').toUpperCase()
    const zone = row.text('zone')
    const line = lineOf.get(country)
    lineOf.set(country, line ?? row.line)
    if (countryNamed(country) === undefined) {
      row.refuse('country', `${quoted(country)} is no country code of two letters`)
    }
    if (line !== undefined) row.refuse('country', `Line ${line} has this country already`)
    if (zone !== '' && !CODE.test(zone)) {
      row.refuse('zone', 'A zone has small letters, digits and hyphens, 30 at most')
    }
    return { country, zone: zone === '' ? null : zone }
  })
}

/** A method that is not known is a new one: a file of its own says so, so that a slip in a price's row makes none. */
function readMethods(rows: readonly Row[], named: Named): readonly Method[] {
  const lineOf = new Map<string, number>()
  return rows.flatMap((row) => {
    const code = row.text('method')
    const line = lineOf.get(code)
    lineOf.set(code, line ?? row.line)
    if (line !== undefined) row.refuse('method', `Line ${line} has this method already`)
    if (!CODE.test(code)) {
      row.refuse('method', 'A method has small letters, digits and hyphens, 30 at most')
    }
    const carrier = oneOf(row, 'carrier', named.carriers)
    return carrier === null ? [] : { code, carrier }
  })
}

/** Groups in the order of their first members. */
function groupsOf<T>(all: readonly T[], keyOf: (one: T) => string): readonly [T, ...T[]][] {
  return [...Map.groupBy(all, keyOf).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as [T, ...T[]]],
  )
}

function unreadable(why: string, remedy: string, cause?: unknown): Fault {
  return new Fault('import_unreadable', `Cannot import the file: ${why}`, { remedy, cause })
}
