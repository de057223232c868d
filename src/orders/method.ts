/**
 * What a way of delivery is called wherever somebody reads of it: pages, mails, the back office.
 */

import { capitalised } from '../base/capitalised.ts'

/** By the words of the language, else by its own code: `same-day` is "Same day"; what the merchant named stays. */
export function methodName(known: Readonly<Record<string, string>>, code: string): string {
  const word = known[code]
  if (word !== undefined) return word
  if (!/^[a-z0-9][a-z0-9-]*$/.test(code)) return code
  return capitalised(code.replaceAll('-', ' '))
}
