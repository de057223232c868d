/**
 * Staff: who works here, with a sign-in name and roles. The names of their people are not the store's business.
 *
 * Invariant: there is always an owner who can sign in, once there was one.
 * Invariant: a password is returned once, to whoever made it, and stored as its argon2id hash only.
 * Invariant: access that was ended, a role that was taken and a password that was replaced do not come back with a
 * backup: each is noted before it is so (restored.ts).
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import {
  hashPassword,
  isPassword,
  newPassword,
  PASSWORD_MAX,
  PASSWORD_MIN,
} from '../credentials/password.ts'
import { noteAccess, notePassword, noteRoles } from './restored.ts'
import { ROLES, type Role } from './roles.ts'
import type { NotingRoster, Roster } from './roster.ts'
import { endSessions } from './session.ts'

export type Member = {
  /** The staff reference that events, disclosures and the ledger name. */
  readonly id: Id
  readonly login: string
  readonly roles: readonly Role[]
  readonly disabledAt: Temporal.Instant | null
  readonly createdAt: Temporal.Instant
  /** Coarse; null when no session is open. */
  readonly lastSeenAt: Temporal.Instant | null
}

export type Credentials = { readonly login: string; readonly password: string }

const LOGIN = /^[a-z0-9][a-z0-9._-]{0,39}$/

/** On the first start: makes `owner` with all roles. Null when there is any staff already. */
export async function ensureOwner(roster: Roster): Promise<Credentials | null> {
  const found = await roster.database.first(sql`select 1 from staff limit 1`)
  if (found !== undefined) return null
  const credentials = { login: 'owner', password: newPassword() }
  const made = await insert(roster, credentials, ROLES)
  return made ? credentials : null
}

/** Adds a member with a new password. @throws {Fault} `invalid` or `conflict`, for the name. */
export async function addStaff(
  roster: Roster,
  login: string,
  roles: readonly Role[],
): Promise<Credentials> {
  if (!LOGIN.test(login)) {
    throw new Fault('invalid', 'A sign-in name is made of a–z, 0–9, dot, dash and underscore', {
      remedy: 'Choose a name of at most 40 such characters that begins with a letter or digit',
    })
  }
  const credentials = { login, password: newPassword() }
  if (await insert(roster, credentials, roles)) return credentials
  throw new Fault('conflict', 'This sign-in name is taken', { remedy: 'Choose another one' })
}

/** All members with their last sign of life, by name. */
export async function listStaff({ database, clock }: Roster): Promise<readonly Member[]> {
  return database.many<Member>(sql`
    select id, login, roles, disabled_at as "disabledAt", staff.created_at as "createdAt",
      max(last_seen_at) as "lastSeenAt"
    from staff left join staff_session on staff_id = id and expires_at > ${clock()}
    group by id order by login`)
}

/** Sign-in names by reference, for pages that say who did something. */
export async function staffNames(
  on: Queries,
  ids: readonly Id[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await on.many<{ id: Id; login: string }>(
    sql`select id, login from staff where id = any(${ids}::uuid[])`,
  )
  return new Map(rows.map(({ id, login }) => [id, login]))
}

/** @throws {Fault} `conflict` when no owner would be left, `not_found` */
export async function changeRoles(
  roster: NotingRoster,
  id: Id,
  roles: readonly Role[],
): Promise<void> {
  await leavingAnOwner(roster, async (tx) => {
    const changed = await tx.run(sql`update staff set roles = ${roles} where id = ${id}`)
    if (changed === 0) throw unknownMember()
    return () => noteRoles(roster, id, roles)
  })
}

/** Ends a member's access, at once and with all sessions; their reference stays in what they did. */
export async function disable(roster: NotingRoster, id: Id): Promise<void> {
  await leavingAnOwner(roster, async (tx) => {
    const changed = await tx.run(sql`
      update staff set disabled_at = coalesce(disabled_at, ${roster.clock()}) where id = ${id}`)
    if (changed === 0) throw unknownMember()
    await endSessions(tx, id)
    return () => noteAccess(roster, id, 'disabled')
  })
}

/** Gives a disabled member access again. */
export async function enable(roster: NotingRoster, id: Id): Promise<void> {
  await roster.database.transaction(async (tx) => {
    const changed = await tx.run(sql`update staff set disabled_at = null where id = ${id}`)
    if (changed === 0) throw unknownMember()
    await noteAccess(roster, id, 'enabled')
  })
}

/** Gives a member a new password and ends all their sessions. For the command line and the owner. */
export async function resetPassword(roster: NotingRoster, login: string): Promise<Credentials> {
  const password = newPassword()
  const hash = await hashPassword(password)
  await roster.database.transaction(async (tx) => {
    const row = await tx.first<{ id: Id }>(
      sql`update staff set password_hash = ${hash} where login = ${login} returning id`,
    )
    if (row === undefined) throw unknownMember()
    await endSessions(tx, row.id)
    await notePassword(roster, row.id, hash)
  })
  return { login, password }
}

/**
 * A member's own change of password; ends all their sessions.
 *
 * @throws {Fault} `forbidden` when the old one is wrong, also because it was replaced meanwhile; `invalid` when the new
 * one is too short or too long.
 */
export async function changePassword(
  roster: NotingRoster,
  id: Id,
  { old, chosen }: { readonly old: string; readonly chosen: string },
): Promise<void> {
  if (chosen.length < PASSWORD_MIN || chosen.length > PASSWORD_MAX) {
    throw new Fault('invalid', `A password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`)
  }
  const { database } = roster
  const row = await database.first<{ hash: string }>(
    sql`select password_hash as hash from staff where id = ${id}`,
  )
  if (row === undefined || !(await isPassword(old, row.hash))) throw wrongPassword()
  const hash = await hashPassword(chosen)
  await database.transaction(async (tx) => {
    const changed = await tx.run(sql`
      update staff set password_hash = ${hash} where id = ${id} and password_hash = ${row.hash}`)
    if (changed === 0) throw wrongPassword()
    await endSessions(tx, id)
    await notePassword(roster, id, hash)
  })
}

async function insert(
  { database, clock }: Roster,
  { login, password }: Credentials,
  roles: readonly Role[],
): Promise<boolean> {
  const hash = await hashPassword(password)
  const now = clock()
  const added = await database.run(sql`
    insert into staff (id, login, password_hash, roles, created_at)
    values (${newId(now)}, ${login}, ${hash}, ${roles}, ${now}) on conflict (login) do nothing`)
  return added === 1
}

/**
 * Locks the owners first, so that two who end each other's access come one after the other.
 *
 * @param change returns what notes it: only once it is known that it may be.
 */
async function leavingAnOwner(
  { database }: Roster,
  change: (tx: Transaction) => Promise<() => Promise<void>>,
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.many(sql`
      select id from staff where 'owner' = any(roles) and disabled_at is null order by id for update`)
    const note = await change(tx)
    const left = await tx.first(
      sql`select 1 from staff where 'owner' = any(roles) and disabled_at is null limit 1`,
    )
    if (left !== undefined) return note()
    throw new Fault('conflict', 'The store would be left without an owner', {
      remedy: 'Give somebody else the owner’s role first',
    })
  })
}

function unknownMember(): Fault {
  return new Fault('not_found', 'Nobody of that name works here', {
    remedy: 'Look at the list of staff',
  })
}

function wrongPassword(): Fault {
  return new Fault('forbidden', 'The password is wrong')
}
