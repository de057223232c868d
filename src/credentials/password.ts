/**
 * Passwords: argon2id with the cost that OWASP's Password Storage Cheat Sheet names (19 MiB, 2 passes, 1 lane).
 *
 * Invariant: checking costs the same whether there is a hash to check against or not.
 * Invariant: at most two hashes are computed at once, because each takes its 19 MiB.
 */

import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { atMost } from './turns.ts'

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 256

/** Without the letters and digits that are mistaken for each other. 20 of them hold 99 bits. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

const turns = atMost(2, 32)
let decoy: Promise<string> | undefined

/** A new random password, in four groups of five: `k3v9m-…`. */
export function newPassword(): string {
  return groupsOfFive(4)
}

/** A code that stands in once for a second factor: 49 bits, which are enough where guessing has a limit. */
export function newRecoveryCode(): string {
  return groupsOfFive(2)
}

export function hashPassword(password: string): Promise<string> {
  return turns(() => hash(password, COST))
}

/** Whether a password is the right one; false, at the same cost, where there is no hash. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  decoy ??= hashPassword(newPassword())
  const against = stored ?? (await decoy)
  const fits = await turns(() => verify(against, password.slice(0, PASSWORD_MAX)))
  return fits && stored !== undefined && password.length <= PASSWORD_MAX
}

function groupsOfFive(count: number): string {
  const letter = () => ALPHABET[randomInt(ALPHABET.length)] ?? ''
  const group = () => Array.from({ length: 5 }, letter).join('')
  return Array.from({ length: count }, group).join('-')
}
