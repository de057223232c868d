/**
 * What an order would cost: articles, delivery by each method that goes there, tax, total.
 *
 * A price needs articles, a place and a weight, and no person: everything here is known before the first personal field
 * is filled in.
 */

import type { Clock } from '../base/clock.ts'
import { type Money, money, times } from '../base/money.ts'
import type { CartLine } from '../cart/cart.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Product, Variant } from '../catalogue/product.ts'
import { type Quote, quote, type ShippingRates, WEIGHTLESS_GRAMS } from '../shipping/rates.ts'
import { type Totals, totals } from '../tax/totals.ts'

/** What a shop must have set before anything can be priced. */
export type Pricing = {
  readonly catalogue: Catalogue
  readonly shipping: ShippingRates
  readonly clock: Clock
  readonly currency: string
  readonly shopCountry: string
  readonly pricesIncludeTax: boolean
}

export type SummaryLine = {
  readonly product: Product
  readonly variant: Variant
  readonly quantity: number
  readonly total: Money
  readonly available: boolean
}

export type Option = { readonly quote: Quote; readonly totals: Totals }

export type Summary = {
  readonly country: string
  readonly lines: readonly SummaryLine[]
  readonly itemsMinor: number
  readonly weightGrams: number
  /** One for each way to get it there, cheapest first; empty where we do not deliver. */
  readonly options: readonly Option[]
}

/** Prices a cart for a country. Articles that are no longer sold are left out. */
export function summarise(pricing: Pricing, cart: readonly CartLine[], country: string): Summary {
  const lines = cart.flatMap((line) => summaryLine(pricing.catalogue, line))
  const weightGrams = lines.reduce(
    (grams, { variant, quantity }) => grams + weightOf(variant) * quantity,
    0,
  )
  const { currency, shipping } = pricing
  const quotes = quote(shipping, { country, weightGrams, currency })
  return {
    country,
    lines,
    itemsMinor: lines.reduce((minor, { total }) => minor + total.amountMinor, 0),
    weightGrams,
    options: quotes.map((offered) => ({
      quote: offered,
      totals: totalsFor(pricing, lines, country, offered),
    })),
  }
}

/** The option of a method, or undefined when that method does not go there. */
export function optionOf({ options }: Summary, method: string): Option | undefined {
  return options.find(({ quote: { method: offered } }) => offered === method)
}

export function weightOf({ weightGrams }: Variant): number {
  return weightGrams ?? WEIGHTLESS_GRAMS
}

/** `Teapot, Blue / Large`: what an article is called on an order. */
export function titleOf({ name }: Product, { title }: Variant): string {
  return title === '' ? name : `${name}, ${title}`
}

function summaryLine(
  catalogue: Catalogue,
  { variantId, quantity }: CartLine,
): readonly SummaryLine[] {
  const found = catalogue.variant(variantId)
  if (found === undefined) return []
  const { product, variant } = found
  const total = times(variant.price, quantity)
  return [{ product, variant, quantity, total, available: catalogue.isAvailable(variantId) }]
}

function totalsFor(
  { clock, currency, shopCountry, pricesIncludeTax }: Pricing,
  lines: readonly SummaryLine[],
  country: string,
  { priceMinor }: Quote,
): Totals {
  return totals({
    lines: lines.map(({ product, variant, quantity }) => ({
      unitMinor: variant.price.amountMinor,
      quantity,
      taxCategory: product.taxCategory,
    })),
    shippingMinor: money(priceMinor, currency).amountMinor,
    country,
    shopCountry,
    pricesIncludeTax,
    currency,
    at: clock(),
  })
}
