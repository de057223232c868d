/**
 * Totals: what a cart or an order costs, with its tax.
 *
 * Tax is computed once for each rate, on the sum of everything under it, rounded half up: rounding each line by itself
 * would drift with the number of lines. Shipping is ancillary to the goods and taxed at the highest rate among them, so
 * that never too little is charged. Where prices include tax, what was shown is what is paid, also when nothing is owed
 * because the goods are exported. Tax that comes on top is rounded to what can be paid.
 *
 * Invariant: `itemsMinor + shippingMinor` is the sum of the shares with their tax, or without where tax comes on top.
 */

import { check, Fault } from '../base/failure.ts'
import { type Currency, money, payableStep } from '../base/money.ts'
import { ratesFor, type TaxRates, taxRate } from './rates.ts'

export type TaxedLine = {
  readonly unitMinor: number
  readonly quantity: number
  readonly taxCategory: string
}

export type Taxed = {
  readonly lines: readonly TaxedLine[]
  readonly shippingMinor: number
  /** Where the goods go. */
  readonly country: string
  readonly shopCountry: string
  readonly pricesIncludeTax: boolean
  readonly currency: Currency
  readonly at: Temporal.Instant
}

export type Totals = {
  /** As shown: with tax where prices include it. */
  readonly itemsMinor: number
  readonly shippingMinor: number
  readonly taxMinor: number
  readonly totalMinor: number
  /** One for each rate, highest first. */
  readonly taxes: readonly {
    readonly ratePpm: number
    readonly netMinor: number
    readonly taxMinor: number
  }[]
  /** The rate of each line, in the order of the lines. */
  readonly lineRates: readonly number[]
}

const MILLION = 1_000_000n
const rates = new Map<string, TaxRates>()

/** @throws {Fault} `invalid` when the sum is beyond what can be paid. */
export function totals(asked: Taxed): Totals {
  const { lines, country, at, shippingMinor, pricesIncludeTax, currency } = asked
  const owed = ratesOf(asked.shopCountry)
  const rateOf = (category: string) => taxRate(owed, { country, category, at })
  const lineRates = lines.map(({ taxCategory }) => rateOf(taxCategory))
  const shippingRate = lineRates.length === 0 ? rateOf('standard') : Math.max(...lineRates)

  const amounts = lines.map(({ unitMinor, quantity }) => amountOf(unitMinor, quantity))
  const shipping = amountOf(shippingMinor, 1)
  const items = amounts.reduce((sum, amount) => sum + amount, 0n)
  const groups = new Map<number, bigint>()
  const put = (rate: number, amount: bigint) => groups.set(rate, (groups.get(rate) ?? 0n) + amount)
  amounts.forEach((amount, index) => {
    put(lineRates[index] ?? 0, amount)
  })
  if (shipping > 0n) put(shippingRate, shipping)

  const shares = [...groups]
    .sort(([a], [b]) => b - a)
    .map(([rate, amount]) => {
      const tax = pricesIncludeTax
        ? taxIn(amount, BigInt(rate))
        : taxOn(amount, BigInt(rate), BigInt(payableStep(currency)))
      return { rate, net: pricesIncludeTax ? amount - tax : amount, tax }
    })
  const tax = shares.reduce((sum, share) => sum + share.tax, 0n)
  const minor = (amount: bigint) => money(safe(amount), currency).amountMinor
  return {
    itemsMinor: minor(items),
    shippingMinor: minor(shipping),
    taxMinor: minor(tax),
    totalMinor: minor(items + shipping + (pricesIncludeTax ? 0n : tax)),
    taxes: shares.map((share) => ({
      ratePpm: share.rate,
      netMinor: minor(share.net),
      taxMinor: minor(share.tax),
    })),
    lineRates,
  }
}

/** The tax in an amount that includes it. */
function taxIn(amount: bigint, rate: bigint): bigint {
  return halfUp(amount * rate, MILLION + rate)
}

/** The tax on top of an amount, in whole steps. */
function taxOn(amount: bigint, rate: bigint, step: bigint): bigint {
  return halfUp(amount * rate, MILLION * step) * step
}

function halfUp(part: bigint, whole: bigint): bigint {
  return (2n * part + whole) / (2n * whole)
}

function amountOf(unitMinor: number, quantity: number): bigint {
  check(Number.isSafeInteger(unitMinor) && unitMinor >= 0, 'A price must be whole and not negative')
  check(Number.isSafeInteger(quantity) && quantity >= 0, 'A quantity must be whole')
  return BigInt(unitMinor) * BigInt(quantity)
}

function safe(amount: bigint): number {
  if (amount <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(amount)
  throw new Fault('invalid', 'Cannot compute the total: it is too large', {
    remedy: 'Order fewer pieces at once',
  })
}

/** The rates of a shop are read once: there is one shop in a process. */
function ratesOf(shopCountry: string): TaxRates {
  const known = rates.get(shopCountry)
  if (known !== undefined) return known
  const made = ratesFor(shopCountry)
  rates.set(shopCountry, made)
  return made
}
