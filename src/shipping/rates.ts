/**
 * Shipping prices: what a parcel costs, by its weight and the zone that it goes to.
 *
 * A price needs a weight and a country: no person, and nothing of what is in the parcel. The tables are small and lie
 * in memory, and are read again when an import says so (`NOTIFY shipping`).
 *
 * Invariant: a country without a zone, or a weight beyond the last step, gets no price, never a wrong one.
 */

import { type Database, sql } from '../base/database.ts'
import type { Currency } from '../base/money.ts'
import { oneAtATime, REST_MS } from '../base/one-at-a-time.ts'

/** What a variant that has no weight counts as: about a small box, so that it is not carried for nothing. */
export const WEIGHTLESS_GRAMS = 500

/** Where a change is said. */
export const CHANNEL = 'shipping'

export type Quote = {
  readonly method: string
  /** A key of the pages' words. */
  readonly name: string
  readonly priceMinor: number
  /** Working days, from and to. */
  readonly days: readonly [min: number, max: number]
}

export type Sending = {
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly weightGrams: number
  readonly currency: Currency
}

type Step = {
  readonly method: string
  readonly name: string
  readonly minDays: number
  readonly maxDays: number
  readonly zone: string
  readonly currency: Currency
  readonly upToGrams: number
  readonly priceMinor: number
}

type Tables = {
  readonly zoneOf: ReadonlyMap<string, string>
  /** The company that carries a method's parcels, also where nobody can choose it any more. */
  readonly carrierOf: ReadonlyMap<string, string>
  /** In the order of the methods, the steps of each from light to heavy. */
  readonly steps: readonly Step[]
}

/** The tables as they were last read. */
export type ShippingRates = {
  tables: Tables
  /** Calls `heard` after each change. */
  readonly onChange: (heard: () => void) => void
}

/** Reads the tables and keeps them fresh until the database is closed. */
export async function openShippingRates(database: Database): Promise<ShippingRates> {
  const listeners: (() => void)[] = []
  let rates: ShippingRates | undefined
  let isDue = false
  const refresh = oneAtATime(async () => {
    isDue = rates === undefined
    if (rates === undefined) return REST_MS
    rates.tables = await load(database)
    for (const heard of listeners) heard()
    return REST_MS
  })
  // Listens first and reads then, so that no change falls between the two.
  await database.listen(CHANNEL, refresh)
  rates = { tables: await load(database), onChange: (heard) => listeners.push(heard) }
  // Said while they were read: it may be in them or not.
  if (isDue) refresh()
  return rates
}

/** What each method costs; empty for a country that is not served, or a parcel that is too heavy. */
export function quote(
  { tables }: ShippingRates,
  { country, weightGrams, currency }: Sending,
): readonly Quote[] {
  const zone = tables.zoneOf.get(country)
  const fitting = tables.steps.filter(
    (step) => step.zone === zone && step.currency === currency && weightGrams <= step.upToGrams,
  )
  const lightest = new Map<string, Step>()
  for (const step of fitting) if (!lightest.has(step.method)) lightest.set(step.method, step)
  return [...lightest.values()].map(({ method, name, priceMinor, minDays, maxDays }) => ({
    method,
    name,
    priceMinor,
    days: [minDays, maxDays],
  }))
}

/** The countries that are served at all. */
export function servedCountries({ tables }: ShippingRates): ReadonlySet<string> {
  return new Set(tables.zoneOf.keys())
}

/** The company that carries a method's parcels; undefined for a method that is no more. */
export function carrierOf({ tables }: ShippingRates, method: string): string | undefined {
  return tables.carrierOf.get(method)
}

async function load(database: Database): Promise<Tables> {
  const [zones, methods, steps] = await Promise.all([
    database.many<{ country: string; zone: string }>(
      sql`select country, zone from shipping_zone_country`,
    ),
    database.many<{ code: string; carrier: string }>(
      sql`select code, carrier from shipping_method`,
    ),
    database.many<Step>(sql`
      select method, name, min_days as "minDays", max_days as "maxDays", zone, currency,
        up_to_grams as "upToGrams", price_minor as "priceMinor"
      from shipping_rate join shipping_time using (zone, method)
      join shipping_method on shipping_method.code = method
      order by position, up_to_grams`),
  ])
  return {
    zoneOf: new Map(zones.map(({ country, zone }) => [country, zone])),
    carrierOf: new Map(methods.map(({ code, carrier }) => [code, carrier])),
    steps,
  }
}
