/**
 * Money: whole minor units (cents) with their currency. Never a float, never two currencies in one sum.
 */

import { check, Fault } from './failure.ts'

/** ISO 4217 alphabetic code, upper case. */
export type Currency = string

/**
 * The currencies that have other than two digits behind the point (ISO 4217), but MGA, whose fifths nobody prices in.
 *
 * Not from `Intl`: its digits are for showing (CLDR), and change with its release. It takes the forint for one without
 * hundredths, as no bank and no processor does.
 */
const MINOR_DIGITS: ReadonlyMap<Currency, number> = new Map([
  ...having(0, 'BIF CLP DJF GNF ISK JPY KMF KRW MGA PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...having(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...having(4, 'CLF UYW'),
])

export type Money = {
  /** A safe integer; may be negative (a refund, a correction). */
  readonly amountMinor: number
  readonly currency: Currency
}

/** @throws {Bug} when the amount is not a safe integer. */
export function money(amountMinor: number, currency: Currency): Money {
  check(Number.isSafeInteger(amountMinor), 'An amount must be a whole number of minor units')
  // Adding zero makes a zero of JavaScript's negative one, which would be shown as -0.00.
  return { amountMinor: amountMinor + 0, currency }
}

export function add(a: Money, b: Money): Money {
  check(a.currency === b.currency, `Cannot add ${a.currency} to ${b.currency}`)
  return money(a.amountMinor + b.amountMinor, a.currency)
}

export function times(a: Money, quantity: number): Money {
  return money(a.amountMinor * quantity, a.currency)
}

/** The sum of amounts in one currency; zero for none. */
export function sum(amounts: readonly Money[], currency: Currency): Money {
  return amounts.reduce(add, money(0, currency))
}

/** The digits behind the point of a currency: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: Currency): number {
  return MINOR_DIGITS.get(currency) ?? 2
}

/**
 * The step in which a currency can be paid, in its minor units: nothing is paid in less than hundredths, so thousandths
 * are in tens. Decision 26.
 */
export function payableStep(currency: Currency): number {
  return 10 ** Math.max(0, minorDigits(currency) - 2)
}

export function isPayable({ amountMinor, currency }: Money): boolean {
  return amountMinor % payableStep(currency) === 0
}

/** As a person reads it: `€1,099.90`. */
export function formatMoney({ amountMinor, currency }: Money, locale = 'en'): string {
  return formatter(locale, currency)(amountMinor / 10 ** minorDigits(currency))
}

/** As it is typed, and `parseMoney` reads it: `1099.90`. */
export function decimalOf({ amountMinor, currency }: Money): string {
  const digits = minorDigits(currency)
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const sign = amountMinor < 0 ? '-' : ''
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/**
 * Reads a decimal text such as `879.99` without going through a float.
 *
 * @throws {Fault} `invalid` when it is no amount of that currency, or too large.
 */
export function parseMoney(text: string, currency: Currency): Money {
  const digits = minorDigits(currency)
  const match = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(text.trim())
  const fraction = match?.[3] ?? ''
  const wrong = () => new Fault('invalid', `"${text}" is not an amount in ${currency}`)
  if (match === null || /[1-9]/.test(fraction.slice(digits))) throw wrong()
  const whole = `${match[2]}${fraction.slice(0, digits).padEnd(digits, '0')}`
  const amountMinor = Number(`${match[1]}${whole}`)
  if (!Number.isSafeInteger(amountMinor)) throw wrong()
  return money(amountMinor, currency)
}

function having(digits: number, codes: string): readonly (readonly [Currency, number])[] {
  return codes.split(' ').map((code) => [code, digits])
}

type Formatter = (amount: number) => string

const formatters = new Map<string, Formatter>()

/** Making one takes longer than everything else about a price. */
function formatter(locale: string, currency: Currency): Formatter {
  const key = `${locale} ${currency}`
  const known = formatters.get(key)
  if (known !== undefined) return known
  const digits = minorDigits(currency)
  const { format } = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  formatters.set(key, format)
  return format
}
