/**
 * Another e-mail address for an account, by its signed-in person (art. 16 GDPR, decision 21).
 *
 * A link goes to the new address, whoever has it. Opened in the account that asked for it, and confirmed there, it
 * makes the address the account's. The former one is told, and what was sent to it opens nothing any more.
 *
 * Nothing looks whether the new address has an account before somebody has shown that it is theirs, so asking for a
 * change tells nothing: neither by its answer, nor by its time, nor by what is then held about who asked.
 *
 * Invariant: an address has one account at most, however many change to it at once.
 * Invariant: a link changes the one account to the one address, once, within its time, and nobody else's.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import {
  type NewAddress,
  newAddressOf,
  replaceAddress,
  sealNewAddress,
} from '../privacy/account-address.ts'
import { waitingOf } from '../privacy/erasure-later.ts'
import { type Gateway, grant } from '../privacy/gateway.ts'
import { append } from '../privacy/ledger.ts'
import { emailDigest, emailLookUp } from '../privacy/look-ups.ts'
import type { Personal } from '../privacy/personal.ts'
import { keepFormer } from '../privacy/rectification.ts'
import { recordOnline } from '../privacy/requests.ts'
import { openHeld } from '../privacy/vault.ts'
import { endPending } from './_pending.ts'
import { accountOf, endAccounts, isTurn, lockAddress } from './account.ts'
import { openTurn, signTurn, type Turn } from './link.ts'
import { nextTurn } from './secured.ts'
import { type Customers, endOtherSessions, type SignedIn } from './session.ts'

const REQUESTED = 'another address for an account asked for'
const CHANGED = 'the address of an account was changed'

const MOST_AN_HOUR = 3
const HOURS = 24

/** For "an event asks for it": a person wants another address for their account. */
export function isAddressRequest(because: string): boolean {
  return because === REQUESTED
}

/** For "an event asks for it": an account had another address before. */
export function isAddressChange(because: string): boolean {
  return because === CHANGED
}

/** What waits for its link, as its person is shown it. */
export type Waiting = { readonly email: string; readonly endsAt: Temporal.Instant }

/**
 * Sends the link to the new address. Tells whether it is another one than the account's.
 *
 * @throws {Fault} `too_many_attempts`; `conflict` where a deletion waits, `not_found` when the account has ended.
 */
export async function askForAddress(
  gateway: Gateway,
  account: Id,
  email: Personal<'email'>,
): Promise<boolean> {
  const { database, vault, clock, companies } = gateway
  return database.transaction(async (tx) => {
    await lockLasting(tx, account)
    if ((await emailDigest(vault, tx, account))?.equals(emailLookUp(vault, email))) return false
    const now = clock()
    const { sent } = await tx.one<{ sent: number }>(sql`
      select count(*) as sent from disclosure
      where subject = ${account} and because = ${REQUESTED}
        and granted_at > ${now.subtract({ hours: 1 })}`)
    if (sent >= MOST_AN_HOUR) throw tooOften()
    // The row before the record, as where one ends.
    await tx.run(sql`
      insert into account_email_change (account_id, asked_at) values (${account}, ${now})
      on conflict (account_id) do update set asked_at = excluded.asked_at`)
    await sealNewAddress(vault, tx, account, email)
    const company = companies.find(({ to }) => to === 'mail relay')?.name ?? ''
    const ask = { to: 'mail relay', for: 'confirmation of a new address', company } as const
    await grant(gateway, tx, { ...ask, subject: account, because: REQUESTED }, ({ id }) =>
      enqueue(tx, 'confirm new address', { order: account, id }),
    )
    return true
  })
}

/** The change that waits for its link; undefined where there is none. */
export async function waitingChange(
  { database, vault, clock }: Customers,
  account: Id,
): Promise<Waiting | undefined> {
  const row = await database.first<{ askedAt: Temporal.Instant }>(sql`
    select asked_at as "askedAt" from account_email_change
    where account_id = ${account} and asked_at > ${clock().subtract({ hours: HOURS })}`)
  const address = row && (await newAddressOf(vault, database, account))
  if (row === undefined || address === undefined) return undefined
  return { email: address.email.forThePerson(), endsAt: row.askedAt.add({ hours: HOURS }) }
}

/** Taken back: the link opens nothing any more. */
export async function takeChangeBack({ database }: Customers, account: Id): Promise<void> {
  await database.transaction((tx) => endPending(tx, [account]))
}

/** The token of a link to the new address, as its mail is written; undefined when no change waits any more. */
export async function changeToken(
  { database, vault }: Customers,
  account: Id,
  endsAt: Temporal.Instant,
): Promise<string | undefined> {
  const turn = await database.first<Turn>(sql`select id, turn from account where id = ${account}`)
  const address = turn && (await newAddressOf(vault, database, account))
  return address && signTurn(vault.keys, purposeOf(address), turn, endsAt)
}

/** The address that a link would give the account; undefined for a link that opens nothing, or nothing here. */
export async function addressByLink(
  customers: Customers,
  account: Id,
  token: string,
): Promise<string | undefined> {
  const opened = await openLink(customers, customers.database, account, token)
  if (opened === undefined) return undefined
  return (await isTurn(customers.database, opened.turn)) ? opened.email.forThePerson() : undefined
}

/**
 * Changes the address by a link, once. Tells whether it did. Every other session of the account ends, and each link
 * that was sent to the former address, which is told.
 *
 * @throws {Fault} `conflict` when the address has an account, which only who opened the link there is told; when the
 *   account waits for its deletion, or the former address has not been told of the last change yet.
 */
export async function changeAddress(
  gateway: Gateway,
  { account, session }: SignedIn,
  token: string,
): Promise<boolean> {
  const { database, vault, clock } = gateway
  const asked = await openLink(gateway, database, account, token)
  if (asked === undefined) return false
  return database.transaction(async (tx) => {
    await lockAddress(tx, asked.digest)
    // Another change may have taken its place, or another password its turn.
    const address = await openLink(gateway, tx, account, token)
    if (address === undefined || !(await isTurn(tx, address.turn))) return false
    await lockLasting(tx, account)
    await makeRoom(gateway, tx, address)
    await tellFormer(gateway, tx, account)
    await replaceAddress(vault, tx, account, address.email)
    await tx.run(sql`update account set address_lost_at = null where id = ${account}`)
    await endOtherSessions(tx, account, session)
    await nextTurn(vault, tx, account, 'moved')
    const at = clock()
    const because = 'the person asked'
    await append(tx, { kind: 'rectified', reference: newId(at), fields: ['email'], because }, at)
    await recordOnline({ database: tx, clock }, 'rectification', 1, 'corrected')
    return true
  })
}

/** Ends changes whose day is over, a bounded number at a time. Returns how many. */
export async function endStaleChanges(
  { database, clock }: Customers,
  limit = 500,
): Promise<number> {
  const before = clock().subtract({ hours: HOURS })
  return database.transaction(async (tx) => {
    const due = await tx.many<{ id: Id }>(sql`
      select account_id as id from account_email_change where asked_at <= ${before}
      order by asked_at limit ${limit} for update skip locked`)
    await endPending(
      tx,
      due.map(({ id }) => id),
    )
    return due.length
  })
}

type Opened = NewAddress & { readonly turn: Turn }

/** The address is in the code of the link, so that it opens for no other that is asked for later. */
async function openLink(
  { vault, clock }: Customers,
  on: Queries,
  account: Id,
  token: string,
): Promise<Opened | undefined> {
  const address = await newAddressOf(vault, on, account)
  if (address === undefined) return undefined
  const turn = openTurn(vault.keys, purposeOf(address), token, clock())
  return turn?.id === account ? { ...address, turn } : undefined
}

function purposeOf({ digest }: NewAddress): string {
  return `another address ${digest.toString('hex')}`
}

/** An account whose address nobody has confirmed makes room for who has now: it is the same mailbox. */
async function makeRoom(
  { vault, clock }: Customers,
  tx: Transaction,
  { digest }: NewAddress,
): Promise<void> {
  const other = await accountOf(vault, tx, digest)
  if (other === undefined) return
  const ended = await tx.run(sql`
    delete from account where id = ${other.id} and confirmed_at is null`)
  if (ended === 0) throw taken()
  await endAccounts(vault, tx, [other.id], clock())
}

/** Whoever reads the mailbox that the account had learns of it: it may not have been its person. */
async function tellFormer(gateway: Gateway, tx: Transaction, account: Id): Promise<void> {
  const { vault, companies } = gateway
  // After a restore that has lost a change it was told before.
  if ((await openHeld(vault, tx, account, ['email'])).email === undefined) return
  await keepFormer(tx, vault, account)
  const company = companies.find(({ to }) => to === 'mail relay')?.name ?? ''
  const ask = { to: 'mail relay', for: 'notice to a former address', company } as const
  await grant(gateway, tx, { ...ask, subject: account, because: CHANGED }, ({ id }) =>
    enqueue(tx, 'tell former address', { order: account, id }),
  )
}

/** The way back from a deletion was sent to the address of now, so that it stays until then. */
async function lockLasting(tx: Transaction, account: Id): Promise<void> {
  const living = await tx.first(sql`select 1 from account where id = ${account} for update`)
  if (living === undefined) throw new Fault('not_found', 'This account has ended')
  if ((await waitingOf(tx, [account])).length === 0) return
  throw new Fault('conflict', 'This account is going to be deleted, and keeps its address', {
    remedy: 'Take the deletion back first, by the link in its mail',
  })
}

function tooOften(): Fault {
  return new Fault('too_many_attempts', `There are at most ${MOST_AN_HOUR} such links an hour`, {
    remedy: 'Wait an hour and try again',
    waitSeconds: 3600,
  })
}

function taken(): Fault {
  return new Fault('conflict', 'This e-mail address has an account of its own', {
    remedy: 'Sign in to that one and end it first, or keep the address that you have',
  })
}
