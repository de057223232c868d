/**
 * The checkout's form: what was sent, and its problems in words.
 */

import type { Id } from '../../base/ids.ts'
import type { ContactField, ContactProblems } from '../../checkout/contact.ts'
import type { Summary } from '../../checkout/summary.ts'
import type { FieldErrors } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'
import type { ContactForm } from '../contact-input.tsx'
import { addressFor, filledIn, type Keeper } from './kept.ts'

/** What the page shows of a form: what was typed, and what is wrong with it. */
export type CheckoutForm = ContactForm & {
  /** Whose account the form is filled from; undefined for whoever buys without one. */
  readonly keeper?: Keeper | undefined
  /** The kept address that fills it. */
  readonly chosen?: Id | undefined
  /** What is wrong beyond the fields: the processor, a total that has changed. */
  readonly notice?: string | undefined
}

/** The form as it is shown first: empty, or with what is kept in an account. */
export function firstForm(
  keeper: Keeper | undefined,
  country: string,
  asked: string,
): CheckoutForm {
  if (keeper === undefined) return { typed: {}, errors: {} }
  const chosen = addressFor(keeper, country, asked)
  return { typed: filledIn(keeper, chosen), errors: {}, keeper, chosen: chosen?.id }
}

/** A message for each field that is wrong, in the form's order. */
export function problemWords({ checkout }: Words, problems: ContactProblems): FieldErrors {
  const { place } = checkout
  const fields = Object.entries(problems) as [ContactField, ContactProblems[ContactField]][]
  return Object.fromEntries(
    fields.map(([field, problem]) => [field, wordsOf(place, field, problem ?? 'malformed')]),
  )
}

/** The totals that the page showed, a method each: `standard:5480 express:6480`. */
export function shownTotals({ options }: Summary): string {
  return options.map(({ quote, totals }) => `${quote.method}:${totals.totalMinor}`).join(' ')
}

/** The total that was shown for a method; NaN when there was none, which equals no total. */
export function shownTotal(shown: string, method: string): number {
  const found = shown.split(' ').find((part) => part.startsWith(`${method}:`))
  return Number(found?.slice(method.length + 1) ?? Number.NaN)
}

function wordsOf(
  place: Words['checkout']['place'],
  field: ContactField,
  problem: NonNullable<ContactProblems[ContactField]>,
): string {
  return problem === 'too long' ? place.tooLong : place.problems[field][problem]
}
