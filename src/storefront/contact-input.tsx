/** The fields of a contact, each as it is asked for wherever somebody fills it in. */

import type { ContactField } from '../checkout/contact.ts'
import type { Submitted } from '../web/body.ts'
import { type FieldErrors, TextField } from '../web/form.tsx'
import type { Frame } from '../web/frame.ts'

/** What a form with a contact shows: what was typed, and what is wrong with it. */
export type ContactForm = { readonly typed: Submitted; readonly errors: FieldErrors }

type Kind = {
  readonly type?: 'email' | 'tel'
  readonly autocomplete?: string
  readonly width?: 'medium'
  readonly rows?: number
  readonly maxLength?: number
  readonly optional?: boolean
}

const KINDS: Readonly<Record<ContactField, Kind>> = {
  email: { type: 'email', autocomplete: 'email' },
  firstName: { autocomplete: 'given-name' },
  lastName: { autocomplete: 'family-name' },
  line1: { autocomplete: 'address-line1' },
  line2: { autocomplete: 'address-line2', optional: true },
  postalCode: { autocomplete: 'postal-code', width: 'medium' },
  city: { autocomplete: 'address-level2' },
  region: { autocomplete: 'address-level1' },
  phone: { type: 'tel', autocomplete: 'tel', optional: true },
  orderNote: { rows: 4, maxLength: 1000, optional: true },
}

type Props = {
  readonly frame: Frame
  readonly form: ContactForm
  readonly name: ContactField
  readonly hint?: string | undefined
  readonly optional?: boolean
}

export function ContactInput({ frame, form, name, ...rest }: Props) {
  return (
    <TextField
      words={frame.words}
      name={name}
      label={frame.words.checkout.place[name]}
      errors={form.errors}
      value={form.typed[name]}
      {...KINDS[name]}
      {...rest}
    />
  )
}
