/**
 * The passkeys of an account: added by its signed-in owner, and each a way to sign in by itself.
 *
 * An authenticator that has verified its user (a finger, a face, a PIN) shows what they have and who they are, so a
 * passkey counts as both factors. A challenge is random, says what it is for and until when, and is stored only once it
 * was answered.
 *
 * Invariant: a challenge is answered once, in time, for what it was made for: to sign in, or in the one session.
 * Invariant: a passkey opens the account that it was added to, and no other.
 */

import { createHash, randomBytes } from 'node:crypto'
import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, idToBytes, newId } from '../base/ids.ts'
import {
  isSignedBy,
  readAssertion,
  readRegistration,
  type SentAssertion,
  type SentRegistration,
  type Site,
} from '../credentials/passkey.ts'
import {
  endPasskey,
  passkeysHeld,
  personOfPasskey,
  sealPasskey,
} from '../privacy/passkey-record.ts'
import { signed, verified } from '../privacy/person-link.ts'
import type { Personal } from '../privacy/personal.ts'
import { provePassword } from './account.ts'
import type { Tell } from './account-notice.ts'
import { nextTurn } from './secured.ts'
import { type Customers, type SignedIn, startSession } from './session.ts'
import { openSessionToken, sessionToken } from './session-token.ts'
import type { SignIn } from './sign-in.ts'

export type Passkey = {
  readonly id: Id
  readonly name: string
  readonly createdAt: Temporal.Instant
  readonly lastUsedAt: Temporal.Instant
}

/** What a page hands the browser to make a passkey. */
export type Invitation = {
  readonly challenge: string
  /** The account, in base64url: what an authenticator keeps a passkey for. */
  readonly userHandle: string
  /** Ids of the passkeys that there are, which no authenticator needs to make twice. */
  readonly known: readonly string[]
}

const MOST = 20
const MINUTES = 15
const TIME_BYTES = 6
const CHALLENGE_BYTES = 16
/** `last_used_at` says no more than this. */
const COARSE_HOURS = 12
const REGISTRATION = 'passkey registration'
const ASSERTION = 'passkey sign-in'

/** Passkeys of an account, oldest first. */
export async function passkeysOf(
  { database, vault }: Customers,
  account: Id,
): Promise<readonly Passkey[]> {
  const [held, rows] = await Promise.all([
    passkeysHeld(vault, database, account),
    database.many<Omit<Passkey, 'name'>>(sql`
      select id, created_at as "createdAt", last_used_at as "lastUsedAt" from account_passkey
      where account_id = ${account} order by id`),
  ])
  const names = new Map(held.map(({ id, name }) => [id, name]))
  return rows.map((row) => ({ ...row, name: names.get(row.id) ?? '' }))
}

/** Begins to add a passkey; undefined when the password is wrong. @throws {Fault} `too_many_attempts`, `conflict` */
export async function invitePasskey(
  customers: Customers,
  { account, session }: SignedIn,
  password: string,
): Promise<Invitation | undefined> {
  const { database, vault } = customers
  if (!(await provePassword(customers, account, password))) return undefined
  const held = await passkeysHeld(vault, database, account)
  if (held.length >= MOST) throw tooMany()
  return {
    challenge: sessionToken(customers, REGISTRATION, session, randomBytes(CHALLENGE_BYTES)),
    userHandle: handleOf(account),
    known: held.map(({ credential }) => credential),
  }
}

/** Adds what an authenticator has made; false when it does not answer the invitation, or is known already. */
export async function addPasskey(
  customers: Customers,
  site: Site,
  { account, session }: SignedIn,
  { name, sent }: { readonly name: Personal<'passkeyName'>; readonly sent: SentRegistration },
  tell?: Tell,
): Promise<boolean> {
  const { database, vault, clock } = customers
  const made = readRegistration(site, sent)
  if (made === undefined) return false
  const { challenge, signCount } = made
  if (openSessionToken(customers, REGISTRATION, session, challenge) === undefined) return false
  return database.transaction(async (tx) => {
    await lockAccount(tx, account)
    if ((await passkeysHeld(vault, tx, account)).length >= MOST) throw tooMany()
    if (!(await spend(customers, tx, challenge))) return false
    const now = clock()
    const id = newId(now)
    if (!(await sealPasskey(vault, tx, { subject: account, id, name }, made))) return false
    await tx.run(sql`
      insert into account_passkey (id, account_id, created_at, last_used_at, sign_count)
      values (${id}, ${account}, ${now}, ${now}, ${signCount})`)
    await tell?.(tx, account, 'passkey added')
    return true
  })
}

/** Removes one of a person's own passkeys; that of anybody else stays. */
export async function removePasskey(
  { database, vault }: Customers,
  account: Id,
  id: Id,
  tell?: Tell,
): Promise<void> {
  await database.transaction(async (tx) => {
    await lockAccount(tx, account)
    const removed = await tx.run(sql`
      delete from account_passkey where id = ${id} and account_id = ${account}`)
    if (removed === 0) return
    await endPasskey(vault, tx, account, id)
    await nextTurn(vault, tx, account, 'secured')
    await tell?.(tx, account, 'passkey removed')
  })
}

/** A challenge to sign in with, for whoever asks: it says nothing but its time. */
export function signInChallenge({ vault, clock }: Customers): string {
  const time = Buffer.alloc(TIME_BYTES)
  time.writeUIntBE(clock().add({ minutes: MINUTES }).epochMilliseconds, 0, TIME_BYTES)
  return signed(vault.keys, ASSERTION, Buffer.concat([time, randomBytes(CHALLENGE_BYTES)]))
}

/**
 * Starts a session and returns its token; undefined when what was sent is not a passkey's right answer.
 *
 * @param address the client's, which is counted in memory and kept nowhere.
 * @throws {Fault} `too_many_attempts`
 */
export async function signInByPasskey(
  entry: SignIn,
  site: Site,
  sent: SentAssertion,
  address: string,
): Promise<string | undefined> {
  const { database, vault } = entry
  entry.addresses.count(address)
  const asserted = readAssertion(site, sent)
  if (asserted === undefined || !isSignInChallenge(entry, asserted.challenge)) return undefined
  const account = await personOfPasskey(vault, database, sent.credential)
  if (account === undefined || sent.userHandle !== handleOf(account)) return undefined
  const held = await passkeysHeld(vault, database, account)
  const passkey = held.find(({ credential }) => credential === sent.credential)
  if (passkey === undefined || !isSignedBy(passkey.publicKey, sent)) return undefined
  const session = await database.transaction(async (tx) => {
    await lockAccount(tx, account)
    if (!(await spend(entry, tx, asserted.challenge))) return undefined
    if (!(await countUse(entry, tx, passkey.id, asserted.signCount))) return undefined
    return startSession(entry, tx, account)
  })
  if (session !== undefined) entry.addresses.forgive(address)
  return session
}

/** Notes a use. False when the authenticator's counter has not grown: there may be a copy of it (section 6.1.1). */
async function countUse(
  { clock }: Customers,
  tx: Transaction,
  id: Id,
  signCount: number,
): Promise<boolean> {
  const now = clock()
  const used = await tx.run(sql`
    update account_passkey set sign_count = ${signCount},
      last_used_at = case when last_used_at <= ${now.subtract({ hours: COARSE_HOURS })}
        then ${now} else last_used_at end
    where id = ${id} and (sign_count < ${signCount} or greatest(sign_count, ${signCount}) = 0)`)
  return used === 1
}

/** Before anything else of it, as its end does: so that neither waits for the other in a circle. */
async function lockAccount(tx: Transaction, account: Id): Promise<void> {
  await tx.run(sql`select 1 from account where id = ${account} for update`)
}

/** Whether a challenge is answered for the first time. Those that are too old to be answered are deleted by the way. */
async function spend({ clock }: Customers, on: Queries, challenge: string): Promise<boolean> {
  const now = clock()
  const spent = createHash('sha256').update(challenge).digest()
  const row = await on.first(sql`
    with ended as (
      delete from passkey_challenge where spent in (
        select spent from passkey_challenge where ends_at <= ${now} limit 100
        for update skip locked))
    insert into passkey_challenge (spent, ends_at)
    values (${spent}, ${now.add({ minutes: MINUTES })}) on conflict do nothing returning 1`)
  return row !== undefined
}

function isSignInChallenge({ vault, clock }: Customers, challenge: string): boolean {
  const said = verified(vault.keys, ASSERTION, challenge)
  if (said?.length !== TIME_BYTES + CHALLENGE_BYTES) return false
  return said.readUIntBE(0, TIME_BYTES) > clock().epochMilliseconds
}

function handleOf(account: Id): string {
  return idToBytes(account).toString('base64url')
}

function tooMany(): Fault {
  return new Fault('conflict', `This account has ${MOST} passkeys, and can have no more`, {
    remedy: 'Remove one that you do not use any more',
  })
}
