/**
 * What a value looks like before its look-up value is made of it: spellings that mean the same find the same.
 */

import { domainToASCII } from 'node:url'

/** The fields of which the vault keeps look-up values. */
export type LookUpField = 'email' | 'phone' | 'lastName' | 'postalCode' | 'passkeyCredential'

/** No indexed field is longer, and normalising takes quadratic time on what is. */
const LONGEST = 254

/** Letters that are typed so where a keyboard has none of them, and that Unicode does not take apart. */
const UNACCENTED: Readonly<Record<string, string>> = {
  ...{ ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe' },
}

/**
 * A look-up value does not depend on case, accents, spaces, hyphens, apostrophes or the way a phone number is written.
 * That of an e-mail address opens data: only what is the same mailbox for certain has the same value, and é is not e
 * there. The id of a passkey is no text, and is the same only where it is the same.
 */
export function normalised(field: LookUpField, value: string): string {
  if (field === 'passkeyCredential') return value
  const known = value.slice(0, LONGEST)
  if (field === 'email') return mailbox(known.trim().normalize('NFC'))
  const folded = known
    .replace(/['’‘ʼ`´]/g, '')
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replace(/[øłđðþæœ]/g, (letter) => UNACCENTED[letter] ?? letter)
  if (field === 'phone') return folded.replace(/[^\d+]/g, '').replace(/^00/, '+')
  if (field === 'postalCode') return folded.replace(/[\s-]/g, '')
  return folded.replace(/[\s\p{Pd}]+/gu, ' ').trim()
}

function mailbox(address: string): string {
  const at = address.lastIndexOf('@')
  const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const domain = address.slice(at + 1)
  return lower(`${address.slice(0, at + 1)}${domainToASCII(domain) || domain}`)
}
