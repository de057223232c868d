/**
 * What the sandbox's carriers ask for a parcel: by weight, and by whether it crosses a customs
 * border.
 */

import { newId } from '../base/ids.ts'
import type { Rate } from './wire.ts'

const GRAMS_PER_OUNCE = 28.349523125

const EU =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK'.split(' ')
const TERRITORIES: ReadonlyMap<string, string> = new Map([
  ...EU.map((country): [string, string] => [country, 'EU']),
  ['IM', 'GB'],
  ['LI', 'CH'],
])

/**
 * Whether countries lie in different customs territories; parts of countries are the store's to
 * know.
 */
export function crossesBorder(from: string, to: string): boolean {
  return territoryOf(from) !== territoryOf(to)
}

/** Cheapest first. `weight` is in ounces. */
export function ratesFor(
  shipment: string,
  weight: number,
  crossing: boolean,
  currency: string,
): readonly Rate[] {
  const kilograms = Math.ceil((weight * GRAMS_PER_OUNCE) / 1000)
  const rate = (carrier: string, service: string, minor: number, days: number): Rate => ({
    id: newId('rate_', 32),
    object: 'Rate',
    mode: 'test',
    carrier,
    service,
    rate: `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`,
    currency,
    delivery_days: days,
    est_delivery_days: days,
    shipment_id: shipment,
  })
  if (crossing) {
    return [
      rate('SandboxPost', 'International', 990 + 450 * kilograms, 9),
      rate('SandboxExpress', 'InternationalExpress', 2490 + 900 * kilograms, 3),
    ]
  }
  return [
    rate('SandboxPost', 'Standard', 390 + 90 * kilograms, 3),
    rate('SandboxExpress', 'Express', 890 + 180 * kilograms, 1),
  ]
}

function territoryOf(country: string): string {
  return TERRITORIES.get(country) ?? country
}
