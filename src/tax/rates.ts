/**
 * Tax rates: what share of a price is owed where, for which kind of goods, on which day.
 *
 * Goods are taxed where they arrive. A shop in the European Union owes the rate of each member state (one-stop shop,
 * Directive (EU) 2017/2455); what leaves the shop's VAT area is an export, and its rate is 0.
 *
 * Invariant: a tax category that is not known is taxed at the standard rate: too little is never charged by mistake.
 */

import { countryNamed, vatCountry } from '../base/countries.ts'
import { check } from '../base/failure.ts'
import { type RateRow, reducedRates, standardRates } from './_vat.ts'

/** Kinds of goods that a product's `taxCategory` can name, in any case; every other is `standard`. */
type Category = 'standard' | 'reduced' | 'zero'

type Dated = { readonly from: string; readonly ratePpm: number }

/** The rates that a shop owes, by category and country, newest first. */
export type TaxRates = {
  readonly [category in Exclude<Category, 'zero'>]: ReadonlyMap<string, readonly Dated[]>
}

/** The rates of a shop that stands in this country. */
export function ratesFor(shopCountry: string): TaxRates {
  const inEu = countryNamed(shopCountry)?.inEuVatArea === true
  const isOwed = (country: string) =>
    inEu ? countryNamed(country)?.inEuVatArea === true : country === vatCountry(shopCountry)
  return { standard: table(standardRates, isOwed), reduced: table(reducedRates, isOwed) }
}

/**
 * The rate, in millionths, of goods that go to a country at a time; 0 outside the shop's VAT area.
 *
 * A day begins at midnight in UTC.
 */
export function taxRate(
  rates: TaxRates,
  {
    country,
    category,
    at,
  }: { readonly country: string; readonly category: string; readonly at: Temporal.Instant },
): number {
  const day = at.toString().slice(0, 10)
  const known = categoryNamed(category)
  if (known === 'zero') return 0
  const owed = vatCountry(country)
  return inForce(rates[known].get(owed), day) ?? inForce(rates.standard.get(owed), day) ?? 0
}

function inForce(dated: readonly Dated[] | undefined, day: string): number | undefined {
  return dated?.find(({ from }) => from <= day)?.ratePpm
}

function categoryNamed(name: string): Category {
  const folded = name.trim().toLowerCase()
  return folded === 'reduced' || folded === 'zero' ? folded : 'standard'
}

function table(
  rows: readonly RateRow[],
  isOwed: (country: string) => boolean,
): ReadonlyMap<string, readonly Dated[]> {
  const owed = rows.filter(([country]) => isOwed(country))
  const byCountry = Map.groupBy(owed, ([country]) => country)
  return new Map(
    [...byCountry].map(([country, dated]) => [
      country,
      dated
        .map(([, from, percent]) => ({ from, ratePpm: ppmOf(percent) }))
        .sort((a, b) => (a.from < b.from ? 1 : -1)),
    ]),
  )
}

/** `25.5` is 255000 millionths. */
function ppmOf(percent: string): number {
  const [whole = '', fraction = ''] = percent.split('.')
  check(/^\d{1,2}$/.test(whole) && /^\d{0,4}$/.test(fraction), 'A rate must be a percentage')
  return Number(whole + fraction.padEnd(4, '0'))
}
