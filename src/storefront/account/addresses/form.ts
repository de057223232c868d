/** The form of an address that an account keeps: the checkout's fields and rules, with the country among them. */

import { countryNamed } from '../../../base/countries.ts'
import { readAddress } from '../../../checkout/contact.ts'
import type { AddressParts } from '../../../privacy/address-book.ts'
import type { KeptAddress } from '../../../privacy/table.ts'
import type { Submitted } from '../../../web/body.ts'
import type { Frame } from '../../../web/frame.ts'
import { problemWords } from '../../checkout/form.ts'
import type { ContactForm } from '../../contact-input.tsx'

export function emptyForm({ shop }: Frame): ContactForm {
  return { typed: { country: shop.country }, errors: {} }
}

/** The form with an address as it is kept. */
export function keptForm({ firstName, lastName, phone, postalAddress }: KeptAddress): ContactForm {
  return { typed: { firstName, lastName, phone, ...postalAddress }, errors: {} }
}

/** A country that is not in the list is the shop's own, as at the checkout. */
export function readForm(
  { shop, words }: Frame,
  typed: Submitted,
): { readonly parts: AddressParts } | ContactForm {
  const country = countryNamed(typed.country ?? '')?.code ?? shop.country
  const read = readAddress(typed, country)
  if ('contact' in read) return { parts: read.contact }
  return { typed: { ...typed, country }, errors: problemWords(words, read.problems) }
}
