/**
 * Ids as the outside world writes them: a prefix that says the kind, then random letters and
 * digits.
 */

import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Asking the system for random bytes takes far longer than using them. */
const ASKED_BYTES = 4096
let random = Buffer.alloc(0)

/** `cs_test_` and 24 random characters. */
export function newId(prefix: string, length = 24): string {
  let id = prefix
  for (const byte of takeRandom(length)) id += ALPHABET[byte % ALPHABET.length]
  return id
}

/** Random decimal digits, for tracking codes. */
export function digits(length: number): string {
  let code = ''
  for (const byte of takeRandom(length)) code += byte % 10
  return code
}

function takeRandom(bytes: number): Buffer {
  if (random.length < bytes) random = randomBytes(ASKED_BYTES)
  const taken = random.subarray(0, bytes)
  random = random.subarray(bytes)
  return taken
}
