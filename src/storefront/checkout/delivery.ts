/** The words of a way of delivery. */

import type { Quote } from '../../shipping/rates.ts'
import type { Words } from '../../web/words/en.ts'

/** `Standard`; a method that the merchant named otherwise is shown by that name. */
export function methodWords({ checkout }: Words, { name }: Pick<Quote, 'name'>): string {
  const known: Readonly<Record<string, string>> = checkout.place.methods
  return known[name] ?? name
}

/** `2 to 4 working days` */
export function dayWords({ checkout }: Words, { days: [min, max] }: Pick<Quote, 'days'>): string {
  return checkout.place.days(min, max)
}
