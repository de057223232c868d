/**
 * Sessions of people with an account: a random token in the browser, its SHA-256 here, for 30 days.
 *
 * Invariant: a person's session opens nothing of the back office, nor a member of staff's an account: each is looked up
 * in a table of its own.
 * Invariant: neither a client's address nor its browser is stored (C7); `lastSeenAt` is coarse.
 */

import { createHash, randomBytes } from 'node:crypto'
import { type Queries, sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import type { Gateway } from '../privacy/gateway.ts'

/** Where accounts are kept, sealed, and by which clock their sessions and links end. */
export type Customers = Pick<Gateway, 'database' | 'vault' | 'clock'>

/** A person whose request this is. */
export type SignedIn = { readonly account: Id; readonly session: Id }

export type OpenSession = {
  readonly id: Id
  readonly createdAt: Temporal.Instant
  readonly lastSeenAt: Temporal.Instant
}

const DAYS = 30
/** As long as a link to a mailbox opens what is held about its owner. */
const PROVEN_MINUTES = 30
/** `last_seen_at` says no more than this. */
const COARSE_HOURS = 12

/** Starts a session and returns its token. Sessions of all that have ended are deleted by the way. */
export async function startSession(
  { clock }: Customers,
  on: Queries,
  account: Id,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = clock()
  const ends = now.add({ hours: 24 * DAYS })
  await on.run(sql`
    with ended as (delete from account_session where expires_at <= ${now})
    insert into account_session
      (digest, id, account_id, created_at, expires_at, last_seen_at, proven_at)
    values (${digestOf(token)}, ${newId(now)}, ${account}, ${now}, ${ends}, ${now}, ${now})`)
  return token
}

/** Whose session a token is; undefined when it has ended or never was. */
export async function findSession(
  { database, clock }: Customers,
  token: string,
): Promise<SignedIn | undefined> {
  const now = clock()
  return database.first<SignedIn>(sql`
    with seen as (
      update account_session set last_seen_at = ${now}
      where digest = ${digestOf(token)}
        and last_seen_at <= ${now.subtract({ hours: COARSE_HOURS })}
    )
    select account_id as account, id as session from account_session
    where digest = ${digestOf(token)} and expires_at > ${now}`)
}

/** Notes that whoever holds this session has just shown again who they are. */
export async function proveSession({ database, clock }: Customers, session: Id): Promise<void> {
  await database.run(sql`update account_session set proven_at = ${clock()} where id = ${session}`)
}

/** Until when a session opens all that is held; undefined when its person has to show first who they are. */
export async function provenUntil(
  { database, clock }: Customers,
  session: Id,
): Promise<Temporal.Instant | undefined> {
  const row = await database.first<{ at: Temporal.Instant }>(sql`
    select proven_at as at from account_session
    where id = ${session} and proven_at > ${clock().subtract({ minutes: PROVEN_MINUTES })}`)
  return row?.at.add({ minutes: PROVEN_MINUTES })
}

/** The open sessions of an account, newest first. */
export async function sessionsOf(
  { database, clock }: Customers,
  account: Id,
): Promise<readonly OpenSession[]> {
  return database.many<OpenSession>(sql`
    select id, created_at as "createdAt", last_seen_at as "lastSeenAt" from account_session
    where account_id = ${account} and expires_at > ${clock()} order by id desc`)
}

export async function endSession({ database }: Customers, token: string): Promise<void> {
  await database.run(sql`delete from account_session where digest = ${digestOf(token)}`)
}

/** Ends one of a person's own sessions; that of anybody else stays. */
export async function endOwnSession(
  { database }: Customers,
  account: Id,
  session: Id,
): Promise<void> {
  await database.run(sql`
    delete from account_session where id = ${session} and account_id = ${account}`)
}

/** Ends all sessions of an account but one. */
export async function endOtherSessions(on: Queries, account: Id, session: Id): Promise<void> {
  await on.run(sql`
    delete from account_session where account_id = ${account} and id <> ${session}`)
}

/** Ends all sessions of an account: its password has changed. */
export async function endSessions(on: Queries, account: Id): Promise<void> {
  await on.run(sql`delete from account_session where account_id = ${account}`)
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
