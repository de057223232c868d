/**
 * A look: what a role sees of an order's person, as the gateway gives it. Each is in the ledger.
 */

import { countryNamed } from '../../base/countries.ts'
import { Refusal } from '../../base/failure.ts'
import type { Id } from '../../base/ids.ts'
import { type Gateway, show } from '../../privacy/gateway.ts'
import type { PersonalField, PersonalValues } from '../../privacy/table.ts'
import { BOOKKEEPING, PACKING } from '../../staff/reasons.ts'
import { VIEWS, type View } from '../../staff/roles.ts'

/** The order of the fields on the page. The label is a file of its own. */
const SHOWN = [
  'firstName',
  'lastName',
  'postalAddress',
  'email',
  'phone',
  'invoiceName',
  'invoiceAddress',
  'trackingNumber',
  'orderNote',
] as const satisfies readonly PersonalField[]

export type Seen = { readonly field: PersonalField; readonly lines: readonly string[] }

export type Look =
  | { readonly view: View; readonly because: string; readonly seen: readonly Seen[] }
  | { readonly view: View; readonly refusal: Refusal }

type Viewer = { readonly by: Id; readonly orderId: Id; readonly reason: string }

/** Asks the gateway. What the policy refuses is told, not thrown. */
export async function lookAt(gateway: Gateway, view: View, viewer: Viewer): Promise<Look> {
  const because = { packing: PACKING, service: viewer.reason, accounts: BOOKKEEPING }[view]
  try {
    return { view, because, seen: seenIn(await shownTo(gateway, view, viewer, because)) }
  } catch (refusal) {
    if (refusal instanceof Refusal) return { view, refusal }
    throw refusal
  }
}

function shownTo(
  gateway: Gateway,
  view: View,
  { by, orderId }: Viewer,
  because: string,
): Promise<Partial<PersonalValues>> {
  const about = { company: by, subject: orderId, because }
  switch (view) {
    case 'packing':
      return show(gateway, { ...VIEWS.packing, ...about })
    case 'service':
      return show(gateway, { ...VIEWS.service, ...about })
    case 'accounts':
      return show(gateway, { ...VIEWS.accounts, ...about })
  }
}

function seenIn(values: Partial<PersonalValues>): readonly Seen[] {
  return SHOWN.flatMap((field) => {
    const value = values[field]
    if (value === undefined) return []
    const lines = (typeof value === 'string' ? value.split(/\r?\n/) : addressLines(value)).filter(
      (line) => line !== '',
    )
    return lines.length === 0 ? [] : [{ field, lines }]
  })
}

function addressLines(address: PersonalValues['postalAddress']): readonly string[] {
  const { line1, line2, postalCode, city, region, country } = address
  const place = `${postalCode} ${city}`.trim()
  return [line1, line2, place, region, countryNamed(country)?.name ?? country]
}
