/** The form by which an order's contact is corrected: what is held in it, and what was typed instead. */

import { readContact } from '../../checkout/contact.ts'
import type { OrderDisclosure } from '../../orders/disclosures.ts'
import type { showOwner } from '../../privacy/gateway.ts'
import { CORRECTABLE, type Correction } from '../../privacy/rectification.ts'
import type { Submitted } from '../../web/body.ts'
import type { Words } from '../../web/words/en.ts'
import { problemWords } from '../checkout/form.ts'
import type { ContactForm } from '../contact-input.tsx'

export type Held = Awaited<ReturnType<typeof showOwner>>

/** The form as it is shown first: with what is held. */
export function heldForm({
  postalAddress,
  firstName,
  lastName,
  phone,
  orderNote,
}: Held): ContactForm {
  const { country: _, ...address } = postalAddress ?? { country: '' }
  return { typed: { firstName, lastName, phone, orderNote, ...address }, errors: {} }
}

/** The address stays in its country, for which delivery and tax were paid; the e-mail address stays as it is. */
export function readCorrection(
  words: Words,
  typed: Submitted,
  held: Held,
): { readonly corrections: readonly Correction[] } | ContactForm {
  const read = readContact({ ...typed, email: held.email }, held.postalAddress?.country ?? '')
  if ('problems' in read) return { typed, errors: problemWords(words, read.problems) }
  const corrections = read.contact.filter((value): value is Correction =>
    CORRECTABLE.some((field) => field === value.field),
  )
  return { corrections }
}

/** Who outside was given something that can be corrected, and what: they still have the old values. */
export function toldBefore(disclosures: readonly OrderDisclosure[]): readonly OrderDisclosure[] {
  return disclosures
    .map((one) => ({
      ...one,
      fields: one.fields.filter((field) => CORRECTABLE.some((name) => name === field)),
    }))
    .filter(({ recipient, fields, outcome }) => {
      return !recipient.startsWith('staff: ') && fields.length > 0 && outcome === 'delivered'
    })
}
