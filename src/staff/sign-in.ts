/**
 * Signing in: a name, a password, and a limit to guessing.
 *
 * Invariant: the answer, its cost and its limits are the same for a name that exists and one that does not.
 */

import { sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import {
  type Addresses,
  countAttempt,
  forgetAttempts,
  openAddresses,
} from '../credentials/attempts.ts'
import { isPassword } from '../credentials/password.ts'
import type { Roster } from './roster.ts'
import { startSession } from './session.ts'
import type { Credentials } from './staff.ts'

export type SignIn = Roster & { readonly addresses: Addresses }

export function openSignIn({ database, clock }: Roster): SignIn {
  return { database, clock, addresses: openAddresses(clock) }
}

/**
 * Starts a session and returns its token; undefined when name or password are wrong.
 *
 * @param address the client's, which is counted in memory and kept nowhere.
 * @throws {Fault} `too_many_attempts`
 */
export async function signIn(
  entry: SignIn,
  { login: typed, password }: Credentials,
  address: string,
): Promise<string | undefined> {
  const login = typed.trim().toLowerCase()
  entry.addresses.count(address)
  await countAttempt(entry.database, login, entry.clock())
  const member = await entry.database.first<{ id: Id; hash: string }>(sql`
    select id, password_hash as hash from staff where login = ${login} and disabled_at is null`)
  if (!(await isPassword(password, member?.hash)) || member === undefined) return undefined
  await forgetAttempts(entry.database, login)
  entry.addresses.forgive(address)
  return startSession(entry, member.id)
}
