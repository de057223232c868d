/** The words of a way of delivery. */

import { methodName } from '../../orders/method.ts'
import type { Quote } from '../../shipping/rates.ts'
import type { Words } from '../../web/words/en.ts'

export function methodWords({ checkout }: Words, { name }: Pick<Quote, 'name'>): string {
  return methodName(checkout.place.methods, name)
}

/** `2 to 4 working days` */
export function dayWords({ checkout }: Words, { days: [min, max] }: Pick<Quote, 'days'>): string {
  return checkout.place.days(min, max)
}
