/**
 * Shipping prices: what a parcel costs, by its weight and the zone that it goes to.
 *
 * A price needs a weight and a country: no person, and nothing of what is in the parcel. The tables are small and lie
 * in memory; whoever changes them calls `reloadRates`.
 *
 * Invariant: a country without a zone, or a weight beyond the last step, gets no price, never a wrong one.
 */

import { type Database, sql } from '../base/database.ts'
import type { Currency } from '../base/money.ts'

/** What a variant that has no weight counts as: about a small box, so that it is not carried for nothing. */
export const WEIGHTLESS_GRAMS = 500

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
  readonly carrier: string
  readonly minDays: number
  readonly maxDays: number
  readonly zone: string
  readonly currency: Currency
  readonly upToGrams: number
  readonly priceMinor: number
}

type Tables = {
  readonly zoneOf: ReadonlyMap<string, string>
  /** In the order of the methods, the steps of each from light to heavy. */
  readonly steps: readonly Step[]
}

/** The tables as they were last loaded. */
export type ShippingRates = { readonly database: Database; tables: Tables }

export async function openShippingRates(database: Database): Promise<ShippingRates> {
  return { database, tables: await load(database) }
}

/** Reads the tables anew, after somebody changed them. */
export async function reloadRates(rates: ShippingRates): Promise<void> {
  rates.tables = await load(rates.database)
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
  return tables.steps.find((step) => step.method === method)?.carrier
}

async function load(database: Database): Promise<Tables> {
  const zones = await database.many<{ country: string; zone: string }>(
    sql`select country, zone from shipping_zone_country`,
  )
  const steps = await database.many<Step>(sql`
    select method, name, carrier, min_days as "minDays", max_days as "maxDays", zone, currency,
      up_to_grams as "upToGrams", price_minor as "priceMinor"
    from shipping_rate join shipping_time using (zone, method)
    join shipping_method on shipping_method.code = method
    order by position, up_to_grams`)
  return { zoneOf: new Map(zones.map(({ country, zone }) => [country, zone])), steps }
}
