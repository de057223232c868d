/**
 * Ids as the outside world writes them: a prefix that says the kind, then random letters and
 * digits.
 */

import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** `cs_test_` and 24 random characters. */
export function newId(prefix: string, length = 24): string {
  let id = prefix
  for (const byte of randomBytes(length)) id += ALPHABET[byte % ALPHABET.length]
  return id
}

/** Random decimal digits, for tracking codes. */
export function digits(length: number): string {
  let code = ''
  for (const byte of randomBytes(length)) code += byte % 10
  return code
}
