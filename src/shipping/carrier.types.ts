/**
 * What must not compile: a carrier that learns more than C8.1 and C8.2 let it.
 */

import type { Consignee, Consignment, Parcel } from './carrier.ts'

const box = { reference: 'k3v9', weightGrams: 500, method: 'standard' }

/** The five fields of C8.1 can be read. */
export function five(consignee: Consignee): readonly unknown[] {
  const { firstName, lastName, postalAddress, email, phone } = consignee
  return [firstName, lastName, postalAddress, email, phone]
}

/** A sixth cannot. */
export function sixth({ consignee, parcel }: Consignment): readonly unknown[] {
  return [
    // @ts-expect-error: what the customer wrote to us is not the carrier's
    consignee.orderNote,
    // @ts-expect-error: nor is what is in the parcel
    consignee.items,
    // @ts-expect-error: nor where the invoice goes
    consignee.invoiceAddress,
    // @ts-expect-error: nor the order
    parcel.order,
  ]
}

// @ts-expect-error: a parcel that stays inside the border has no content
export const inside: Parcel = { ...box, crossesBorder: false, declaration: { customsItems: [] } }

// @ts-expect-error: a parcel that crosses it has a declaration
export const outside: Parcel = { ...box, crossesBorder: true, declaration: null }

/** The content cannot be read before it is known that a border is crossed. */
export function content(parcel: Parcel): unknown {
  // @ts-expect-error: it may be null
  return parcel.declaration.customsItems
}
