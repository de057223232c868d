/**
 * Accounts: an address that its owner has confirmed, and a password (C3.1).
 *
 * Asking for an account and asking for a new password are one: a link goes to the address, and whoever opens it chooses
 * a password. Address and password hash lie sealed under the person's own key; the account's row says when.
 *
 * Invariant: an address has one account at most, however many ask for it at once.
 * Invariant: choosing a password confirms the address, ends every session and every link that was made before.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { countAttempt, forgetAttempts } from '../credentials/attempts.ts'
import { hashPassword, isPassword } from '../credentials/password.ts'
import { append } from '../privacy/ledger.ts'
import { emailLookUp, subjectsBySignIn, subjectsOfEmail } from '../privacy/look-ups.ts'
import { Personal } from '../privacy/personal.ts'
import { destroyKeys, openHeld, sealAccount, sealUnderOwn, type Vault } from '../privacy/vault.ts'
import { unlinkLedger } from '../privacy/vault-holdings.ts'
import { endPending } from './_pending.ts'
import type { Tell } from './account-notice.ts'
import { accountToken, openAccountToken, type Turn } from './link.ts'
import { type Entered, enter } from './second-step.ts'
import { noteTurn } from './secured.ts'
import { type Customers, endSessions, startSession } from './session.ts'

/** An account, and whether somebody has shown that its address is theirs. */
export type Known = Turn & { readonly isConfirmed: boolean }

/** An account whose address nobody confirms ends after this. */
const UNCONFIRMED_HOURS = 24
/** An account of which a restore has lost the address, and whose person does not give it anew, ends after this. */
const LOST_DAYS = 30

/** The account of an address in the caller's transaction, locked; made, unconfirmed, when there is none. */
export async function accountFor(
  { vault, clock }: Customers,
  tx: Transaction,
  email: Personal<'email'>,
): Promise<{ readonly id: Id; readonly isNew: boolean }> {
  const digest = emailLookUp(vault, email)
  await lockAddress(tx, digest)
  const known = await accountOf(vault, tx, digest)
  if (known !== undefined) return { id: known.id, isNew: false }
  const now = clock()
  const id = newId(now)
  await sealAccount(vault, tx, id, email)
  await tx.run(sql`insert into account (id, created_at) values (${id}, ${now})`)
  return { id, isNew: true }
}

/** Until the transaction is over, nobody else makes an account of this address, or changes one to it. */
export async function lockAddress(tx: Transaction, digest: Buffer): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(${digest.readBigInt64BE(0)})`)
}

/** The account whose address has this look-up value. */
export async function accountOf(
  vault: Vault,
  on: Queries,
  digest: Buffer,
): Promise<Known | undefined> {
  return findAccount(on, await subjectsOfEmail(vault, on, digest))
}

/**
 * The account of an address that somebody has shown to be theirs. It neither ends nor gets another address until the
 * transaction is over.
 */
export async function confirmedAccount(
  vault: Vault,
  tx: Transaction,
  digest: Buffer,
): Promise<Id | undefined> {
  const known = await accountOf(vault, tx, digest)
  if (known?.isConfirmed !== true) return undefined
  await tx.run(sql`select from account where id = ${known.id} for share`)
  // Asked once it is locked: it may just have ended, or left the address.
  const still = await accountOf(vault, tx, digest)
  return still?.id === known.id ? known.id : undefined
}

/** The account that a sign-in means by an address. */
export async function accountBySignIn(
  vault: Vault,
  on: Queries,
  digest: Buffer,
): Promise<Known | undefined> {
  return findAccount(on, await subjectsBySignIn(vault, on, digest))
}

/** The one of an address's subjects that is its account; of several the first. */
async function findAccount(on: Queries, subjects: readonly Id[]): Promise<Known | undefined> {
  return on.first<Known>(sql`
    select id, turn, confirmed_at is not null as "isConfirmed" from account
    where id = any(${subjects}::uuid[]) order by array_position(${subjects}::uuid[], id) limit 1`)
}

/** Since when somebody has shown that the address is theirs, and by when a lost one must be given anew. */
export type Confirmed = {
  readonly since: Temporal.Instant
  readonly lostUntil: Temporal.Instant | undefined
}

/** Undefined for an account that has ended. */
export async function confirmedOf({ database }: Customers, id: Id): Promise<Confirmed | undefined> {
  const row = await database.first<{ since: Temporal.Instant; lost: Temporal.Instant | null }>(sql`
    select confirmed_at as since, address_lost_at as lost from account
    where id = ${id} and confirmed_at is not null`)
  return row && { since: row.since, lostUntil: row.lost?.add({ hours: 24 * LOST_DAYS }) }
}

/** Those of the subjects that are accounts. */
export async function accountsAmong(on: Queries, subjects: readonly Id[]): Promise<readonly Id[]> {
  const rows = await on.many<{ id: Id }>(
    sql`select id from account where id = any(${subjects}::uuid[]) order by id`,
  )
  return rows.map(({ id }) => id)
}

/** The token of a link to the account's password, as its mail is written; undefined when the account has ended. */
export async function linkFor(
  { database, vault }: Customers,
  id: Id,
  endsAt: Temporal.Instant,
): Promise<{ readonly token: string; readonly isConfirmed: boolean } | undefined> {
  const known = await findAccount(database, [id])
  if (known === undefined) return undefined
  return { token: accountToken(vault.keys, known, endsAt), isConfirmed: known.isConfirmed }
}

/** Whether a link still opens its account. */
export async function opensAccount(customers: Customers, token: string): Promise<boolean> {
  const link = openAccountToken(customers.vault.keys, token, customers.clock())
  return link !== undefined && (await isTurn(customers.database, link))
}

/** Chooses the password by a link, once, and signs in with it; undefined for a link that opens nothing. */
export async function choosePassword(
  customers: Customers,
  token: string,
  password: string,
): Promise<Entered | undefined> {
  const { database, vault, clock } = customers
  const link = openAccountToken(vault.keys, token, clock())
  if (link === undefined || !(await opensAccount(customers, token))) return undefined
  const hash = Personal.of('passwordHash', await hashPassword(password))
  return database.transaction(async (tx) => {
    if (!(await isTurn(tx, link))) return undefined
    return enter(customers, tx, await setPassword(customers, tx, link, hash))
  })
}

/**
 * Changes a password that is known. Returns the token of a new session, or undefined when the old one is wrong.
 *
 * @throws {Fault} `too_many_attempts`
 */
export async function changePassword(
  customers: Customers,
  id: Id,
  { old, password }: { readonly old: string; readonly password: string },
  tell?: Tell,
): Promise<string | undefined> {
  const { database } = customers
  const present = await database.first<Turn>(sql`select id, turn from account where id = ${id}`)
  if (present === undefined || !(await provePassword(customers, id, old))) return undefined
  const hash = Personal.of('passwordHash', await hashPassword(password))
  return database.transaction(async (tx) => {
    if (!(await isTurn(tx, present))) return undefined
    await setPassword(customers, tx, present, hash)
    await tell?.(tx, id, 'password changed')
    return startSession(customers, tx, id)
  })
}

/** Whether whoever is signed in knows the password, with a limit to guessing. @throws {Fault} `too_many_attempts` */
export async function provePassword(
  customers: Customers,
  id: Id,
  password: string,
): Promise<boolean> {
  const name = `signed in ${id}`
  await countAttempt(customers.database, name, customers.clock())
  if (!(await hasPassword(customers, id, password))) return false
  await forgetAttempts(customers.database, name)
  return true
}

/** Whether a password is an account's; false, at the same cost, where there is no account. */
export async function hasPassword(
  { database, vault, clock }: Customers,
  id: Id | undefined,
  password: string,
): Promise<boolean> {
  const { passwordHash } = await openHeld(vault, database, id ?? newId(clock()), ['passwordHash'])
  return isPassword(password, passwordHash)
}

/**
 * Ends accounts whose address nobody has confirmed in a day, or given anew in 30 after a restore had lost it; a bounded
 * number at a time. Returns how many.
 */
export async function endUnconfirmed(
  { database, vault, clock }: Customers,
  limit = 500,
): Promise<number> {
  const before = clock().subtract({ hours: UNCONFIRMED_HOURS })
  const lostBefore = clock().subtract({ hours: 24 * LOST_DAYS })
  return database.transaction(async (tx) => {
    const due = await tx.many<{ id: Id }>(sql`
      delete from account where id in (
        select id from account where (confirmed_at is null and created_at <= ${before})
          or address_lost_at <= ${lostBefore}
        order by created_at limit ${limit} for update skip locked)
      returning id`)
    const ids = due.map(({ id }) => id)
    await endAccounts(vault, tx, ids, clock())
    return ids.length
  })
}

/** What is left of accounts whose rows are gone, since nobody has confirmed their address. */
export async function endAccounts(
  vault: Vault,
  tx: Transaction,
  ids: readonly Id[],
  at: Temporal.Instant,
): Promise<void> {
  if (ids.length === 0) return
  await destroyKeys(vault, tx, ids)
  await unlinkLedger(tx, ids)
  for (const reference of ids) {
    const because = 'address not confirmed'
    await append(tx, { kind: 'key destroyed', reference, clause: 'C3.1', because }, at)
  }
}

/** Codes may be guessed anew: who knew the old password and guessed at them does not know this one. */
async function setPassword(
  { vault, clock }: Customers,
  tx: Transaction,
  { id, turn }: Turn,
  hash: Personal<'passwordHash'>,
): Promise<Turn> {
  await sealUnderOwn(vault, tx, id, 'credentials', [hash])
  await tx.run(sql`
    with guesses as (update account_factor set wrong_codes = 0 where account_id = ${id})
    update account set turn = turn + 1, confirmed_at = coalesce(confirmed_at, ${clock()})
    where id = ${id}`)
  await endSessions(tx, id)
  await endPending(tx, [id])
  await noteTurn(vault, id, turn + 1)
  return { id, turn: turn + 1 }
}

/** Whether no password was chosen since; in a transaction none can be before its end. */
export async function isTurn(on: Queries, { id, turn }: Turn): Promise<boolean> {
  const row = await on.first<{ id: Id }>(
    sql`select id from account where id = ${id} and turn = ${turn} for update`,
  )
  return row !== undefined
}
