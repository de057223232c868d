/**
 * An address book: what a person with an account keeps for their next order, sealed as one value under their own key.
 *
 * One value, so that neither how many addresses there are nor which is the default lies in plain. The first is the
 * default.
 */

import { check } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { Personal } from './personal.ts'
import type { KeptAddress, PersonalField, PersonalValues } from './table.ts'

export type AddressBook = readonly KeptAddress[]

/** What an address is made of, as a form reads it. */
export type AddressParts = readonly Personal[]

/** With one more address; the same book when all of it is there already. */
export function withAddress(
  book: AddressBook,
  id: Id,
  parts: AddressParts,
): Personal<'addressBook'> | undefined {
  const added = addressOf(id, parts)
  if (book.some((kept) => isSame(kept, added))) return undefined
  return sealable([...book, added])
}

/** With one address changed, which stays where it is. */
export function withChanged(
  book: AddressBook,
  id: Id,
  parts: AddressParts,
): Personal<'addressBook'> {
  return sealable(book.map((kept) => (kept.id === id ? addressOf(id, parts) : kept)))
}

export function withoutAddresses(
  book: AddressBook,
  gone: ReadonlySet<Id>,
): Personal<'addressBook'> {
  return sealable(book.filter((kept) => !gone.has(kept.id)))
}

export function withDefault(book: AddressBook, id: Id): Personal<'addressBook'> {
  const [chosen, others] = [true, false].map((is) => book.filter((kept) => is === (kept.id === id)))
  return sealable([...(chosen ?? []), ...(others ?? [])])
}

function sealable(book: AddressBook): Personal<'addressBook'> {
  return Personal.of('addressBook', book)
}

function addressOf(id: Id, parts: AddressParts): KeptAddress {
  return {
    id,
    firstName: partOf(parts, 'firstName'),
    lastName: partOf(parts, 'lastName'),
    postalAddress: partOf(parts, 'postalAddress'),
    phone: partOf(parts, 'phone'),
  }
}

function partOf<F extends PersonalField>(parts: AddressParts, field: F): PersonalValues[F] {
  const part = parts.find((value): value is Personal<F> => value.field === field)
  check(part !== undefined, `An address must have a ${field}`)
  return part.reveal()
}

function isSame(one: KeptAddress, other: KeptAddress): boolean {
  return JSON.stringify({ ...one, id: '' }) === JSON.stringify({ ...other, id: '' })
}
