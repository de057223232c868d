/**
 * Why somebody looked: the words that go into the ledger with a look at a person.
 *
 * They are a fixed list, so that nobody can write about a customer into a log that is kept for ever.
 */

/** Out of these the service role chooses before it sees anything (the policy's "a reason is stated"). */
export const REASONS = [
  'the customer asks about the order',
  'a delivery has a problem',
  'a payment has a problem',
  'a withdrawal or a return',
  'a warranty claim',
  'a request about personal data',
] as const

export type Reason = (typeof REASONS)[number]

/** Reasons of looks that follow from the work itself. */
export const PACKING = 'the order is packed'
export const PRINTING = 'the label is printed'
export const BOOKKEEPING = 'the books are kept'

export function isReason(text: string): text is Reason {
  return (REASONS as readonly string[]).includes(text)
}
