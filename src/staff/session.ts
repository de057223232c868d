/**
 * Sessions of the staff: a random token in the browser, its SHA-256 here, for 12 hours.
 *
 * Roles are read with every request, so a change of roles or the end of a member's access takes effect at once.
 */

import { createHash, randomBytes } from 'node:crypto'
import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import type { Role } from './roles.ts'
import type { Roster } from './roster.ts'

/** A member of staff whose request this is. */
export type SignedIn = {
  readonly id: Id
  readonly login: string
  readonly roles: readonly Role[]
}

const HOURS = 12
/** `last_seen_at` says no more than this. */
const COARSE_MINUTES = 15

/** Starts a session and returns its token. Sessions of all that have ended are deleted by the way. */
export async function startSession({ database, clock }: Roster, staffId: Id): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = clock()
  await database.run(sql`
    with ended as (delete from staff_session where expires_at <= ${now})
    insert into staff_session (digest, staff_id, created_at, expires_at, last_seen_at)
    values (${digestOf(token)}, ${staffId}, ${now}, ${now.add({ hours: HOURS })}, ${now})`)
  return token
}

/** Whose session a token is; undefined when it has ended or never was. */
export async function findSession(
  { database, clock }: Roster,
  token: string,
): Promise<SignedIn | undefined> {
  const now = clock()
  return database.first<SignedIn>(sql`
    with seen as (
      update staff_session set last_seen_at = ${now}
      where digest = ${digestOf(token)}
        and last_seen_at <= ${now.subtract({ minutes: COARSE_MINUTES })}
    )
    select staff.id, login, roles from staff_session
    join staff on staff.id = staff_id
    where digest = ${digestOf(token)} and expires_at > ${now} and disabled_at is null`)
}

export async function endSession({ database }: Roster, token: string): Promise<void> {
  await database.run(sql`delete from staff_session where digest = ${digestOf(token)}`)
}

/** Ends all sessions of a member: their password has changed, or their access has ended. */
export async function endSessions(on: Queries, staffId: Id): Promise<void> {
  await on.run(sql`delete from staff_session where staff_id = ${staffId}`)
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
