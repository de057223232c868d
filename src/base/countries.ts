/**
 * Countries: their names, what an address in them needs, and which borders a parcel to them crosses.
 *
 * A place in the European Union's customs union whose VAT is not harmonised (Åland, Guadeloupe, Martinique …) counts as
 * a customs territory of its own: goods sent there need a declaration all the same (Regulation (EU) 952/2013,
 * article 1(3)). Parts of a country that have no code of their own (Canary Islands, Büsingen) count as the country.
 *
 * Invariant: what is in a parcel may be told only where `crossesCustomsBorder` says so (C8.2).
 */

import { countryRows } from './_countries.ts'

/** A place, as far as a price or a tax depends on it. */
export type Country = {
  /** ISO 3166-1 alpha-2. */
  readonly code: string
  readonly name: string
  readonly postalCodeRequired: boolean
  readonly regionRequired: boolean
  /** How a postal code looks there, such as `8660`; undefined where there are none. */
  readonly postalCodeExample: string | undefined
  readonly inEuVatArea: boolean
  /** `EU`, or the code of the country to whose customs territory it belongs. */
  readonly customsTerritory: string
}

export type PostalCode = { readonly value: string } | { readonly problem: 'missing' | 'malformed' }

const EU_MEMBERS = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
)

/** Countries that belong to another's VAT area and customs territory. */
const BELONGS_TO: ReadonlyMap<string, string> = new Map([
  ['IM', 'GB'],
  ['LI', 'CH'],
  ['MC', 'FR'],
])

const patterns = new Map<string, RegExp>()

const byCode: ReadonlyMap<string, Country> = new Map(
  countryRows.map(([code, name, needs, pattern, example]) => {
    if (pattern !== undefined) patterns.set(code, new RegExp(`^(?:${pattern})$`))
    return [code, countryOf(code, name, needs, example)]
  }),
)

/** All countries, by name. */
export const countries: readonly Country[] = [...byCode.values()].sort((a, b) =>
  a.name.localeCompare(b.name, 'en'),
)

/** The country of a code; undefined for a code that is none. */
export function countryNamed(code: string): Country | undefined {
  return byCode.get(code)
}

/** The country whose VAT is owed on goods sent there: `FR` for Monaco, otherwise the country itself. */
export function vatCountry(code: string): string {
  return BELONGS_TO.get(code) ?? code
}

/** Whether a parcel between two countries needs a customs declaration. */
export function crossesCustomsBorder(from: string, to: string): boolean {
  return territoryOf(from) !== territoryOf(to)
}

/**
 * Reads a postal code as people type them: any case, with or without its spaces and hyphens, with or without the
 * country's sign before it (`DK-8660`). The value is in the country's own form.
 */
export function readPostalCode(country: string, typed: string): PostalCode {
  const text = typed.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase()
  const pattern = patterns.get(country)
  if (pattern === undefined) return { value: text }
  const { postalCodeRequired, postalCodeExample = '' } = byCode.get(country) ?? {}
  if (text === '') return postalCodeRequired ? { problem: 'missing' } : { value: '' }
  const sign = /^[A-Z]+-(?=\d)/.exec(postalCodeExample)?.[0] ?? ''
  const bare = text.replace(/^[A-Z]{1,3} ?- ?(?=\d)/, '')
  const value = [text, bare]
    .flatMap((form) => {
      const compact = form.replace(/[ .-]/g, '')
      return [separated(compact, postalCodeExample), form, compact, sign + compact]
    })
    .find((form) => pattern.test(form))
  return value === undefined ? { problem: 'malformed' } : { value }
}

/** Puts the example's separators in, counted from the end: the part behind them has one length everywhere. */
function separated(compact: string, example: string): string {
  const behind = /[ -]([^ -]*)$/.exec(example)
  if (behind === null) return compact
  const at = compact.length - (behind[1] ?? '').length
  return compact.slice(0, at) + example.charAt(behind.index) + compact.slice(at)
}

function territoryOf(code: string): string {
  const belonging = BELONGS_TO.get(code) ?? code
  return EU_MEMBERS.has(belonging) ? 'EU' : belonging
}

function countryOf(
  code: string,
  name: string,
  needs: string,
  postalCodeExample: string | undefined,
): Country {
  return {
    code,
    name,
    postalCodeRequired: needs.includes('P'),
    regionRequired: needs.includes('R'),
    postalCodeExample,
    inEuVatArea: territoryOf(code) === 'EU',
    customsTerritory: territoryOf(code),
  }
}
