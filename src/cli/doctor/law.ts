/**
 * Countries whose law has a shop keep its invoices longer than the five years of the policy (C3.2).
 *
 * As of January 2026: years from the end of the accounting year, in general. It is a reminder, and no advice.
 */

import { type Finding, finding, ok } from './finding.ts'

const AS_OF = 'January 2026'
const POLICY_YEARS = 5

const LONGER: Readonly<Record<string, number>> = {
  ...{ AT: 7, BE: 10, CH: 10, DE: 8, ES: 6, FI: 6, FR: 10, GB: 6, IE: 6, IT: 10, LU: 10, NL: 7 },
  ...{ PT: 10, SE: 7 },
}

/** Says a contradiction between law and policy in plain words; nothing is kept longer in silence. */
export function checkLaw(country: string): Finding {
  const years = LONGER[country]
  if (years === undefined) {
    return ok(`No law of ${country} is known here that keeps invoices over ${POLICY_YEARS} years`)
  }
  return finding(
    'warning',
    `The law of ${country} keeps invoices ${years} years (as of ${AS_OF}), ` +
      `the policy ${POLICY_YEARS} at most`,
    'The store keeps the policy: hand your invoices over in time, and ask your accountant',
  )
}
