/**
 * Joining: an order that was placed without an account becomes an account's, by a link to the order's own address.
 *
 * Whoever is signed in asks for it: on the order's page, which its secret link opens, or with its number and address.
 * The link goes to the address that the order has sealed, and names that order, that account and the address by its
 * look-up value: one that is corrected meanwhile has other links. Nothing about a link is stored: it is all that with a
 * time, and with a code that only this store can make.
 *
 * Invariant: whoever asks is told the same whatever was found: no number, no address, no owner of an order.
 * Invariant: a link joins the one order to the one account, within its time, while neither has ended, and once.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { type Id, idFromBytes, idToBytes, isId } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import { type Gateway, grant } from '../privacy/gateway.ts'
import type { Keys } from '../privacy/keys.ts'
import { emailDigest, emailLookUp } from '../privacy/look-ups.ts'
import { signed, verified } from '../privacy/person-link.ts'
import type { Personal } from '../privacy/personal.ts'
import { isRestricted } from '../privacy/restriction.ts'
import type { Vault } from '../privacy/vault.ts'
import { accountOfOrder, belongTo } from './belonging.ts'
import { findOrder, type Order } from './order.ts'

const REQUESTED = 'joining an account asked for'
/** Mails to the address of one order. */
const MOST_AN_HOUR = 3
/** An id, or a look-up value. */
const PART_BYTES = 16
const TIME_BYTES = 6

/** An order that is to join an account. */
type Joining = { readonly order: Id; readonly account: Id }

/** With the look-up value of the address that the link goes to. */
type Link = Joining & { readonly digest: Buffer }

/** For "an event asks for it": somebody wants to see an order in their account. */
export function isJoining(because: string): boolean {
  return because === REQUESTED
}

/** Sends the link for an order, unless it cannot join or has had its links for this hour. */
export async function sendJoiningLink(gateway: Gateway, joining: Joining): Promise<void> {
  const { database, vault, clock, companies } = gateway
  const { order, account } = joining
  await database.transaction(async (tx) => {
    if (!(await isPaidGuests(vault, tx, order)) || (await isRestricted(tx, order))) return
    const since = clock().subtract({ hours: 1 })
    const { sent } = await tx.one<{ sent: number }>(sql`
      select count(*) as sent from disclosure
      where subject = ${order} and because = ${REQUESTED} and granted_at > ${since}`)
    if (sent >= MOST_AN_HOUR) return
    const company = companies.find(({ to }) => to === 'mail relay')?.name ?? ''
    const ask = { to: 'mail relay', for: 'messages about an account', company } as const
    await grant(gateway, tx, { ...ask, subject: order, because: REQUESTED }, ({ id }) =>
      enqueue(tx, 'send joining link', { order, id, account }),
    )
  })
}

/** The same for somebody who knows an order's number and the address that it was placed with. */
export async function sendJoiningLinkFor(
  gateway: Gateway,
  account: Id,
  { number, email }: { readonly number: number; readonly email: Personal<'email'> },
): Promise<void> {
  const { database, vault } = gateway
  const order = await database.first<{ id: Id }>(
    sql`select id from orders where number = ${number}`,
  )
  const digest = order && (await emailDigest(vault, database, order.id))
  if (order === undefined || digest?.equals(emailLookUp(vault, email)) !== true) return
  await sendJoiningLink(gateway, { order: order.id, account })
}

/** 94 URL-safe characters. */
export function joiningToken(
  keys: Pick<Keys, 'link'>,
  { order, account, digest }: Link,
  endsAt: Temporal.Instant,
): string {
  const time = Buffer.alloc(TIME_BYTES)
  time.writeUIntBE(endsAt.epochMilliseconds, 0, TIME_BYTES)
  const said = [idToBytes(order), idToBytes(account), digest, time]
  return signed(keys, 'joining', Buffer.concat(said))
}

/** The order that a link lets join this account; undefined for one that joins nothing to it, or not any more. */
export async function orderToJoin(
  { database, vault, clock }: Gateway,
  account: Id,
  token: string,
): Promise<Order | undefined> {
  const joining = openToken(vault.keys, token, clock())
  if (joining?.account !== account || !(await canJoin(vault, database, joining))) return undefined
  return findOrder(database, joining.order)
}

/** Joins by a link. Tells whether the order is the account's now; a link that comes twice has joined it before. */
export async function join(
  { database, vault, clock }: Gateway,
  account: Id,
  token: string,
): Promise<boolean> {
  const joining = openToken(vault.keys, token, clock())
  if (joining?.account !== account) return false
  return database.transaction(async (tx) => {
    await lock(tx, joining.order)
    if (!(await canJoin(vault, tx, joining))) return false
    await belongTo(tx, joining.order, account, clock())
    return (await accountOfOrder(tx, joining.order)) === account
  })
}

function openToken(
  keys: Pick<Keys, 'link'>,
  token: string,
  now: Temporal.Instant,
): Link | undefined {
  const bytes = verified(keys, 'joining', token)
  if (bytes?.length !== 3 * PART_BYTES + TIME_BYTES) return undefined
  if (bytes.readUIntBE(3 * PART_BYTES, TIME_BYTES) <= now.epochMilliseconds) return undefined
  const part = (at: number) => bytes.subarray(at * PART_BYTES, (at + 1) * PART_BYTES)
  const [order, account] = [idFromBytes(part(0)), idFromBytes(part(1))]
  return isId(order) && isId(account) ? { order, account, digest: part(2) } : undefined
}

/** Of an order whose erasure was asked for no look-up value is left, though it may be open still. */
async function canJoin(
  vault: Vault,
  on: Queries,
  { order, account, digest }: Link,
): Promise<boolean> {
  if ((await emailDigest(vault, on, order))?.equals(digest) !== true) return false
  const owner = await accountOfOrder(on, order)
  return owner === undefined || owner === account
}

/** An order that was never paid may have been typed by anybody. Two requests for one order are counted one by one. */
async function isPaidGuests(vault: Vault, tx: Transaction, order: Id): Promise<boolean> {
  const state = await lock(tx, order)
  if (state === undefined || state === 'awaiting payment') return false
  if ((await emailDigest(vault, tx, order)) === undefined) return false
  return (await accountOfOrder(tx, order)) === undefined
}

/** Locked as an erasure locks it, so that nothing is written about an order that ends at that moment. */
async function lock(tx: Transaction, order: Id): Promise<string | undefined> {
  const row = await tx.first<{ state: string }>(
    sql`select state from orders where id = ${order} for update`,
  )
  return row?.state
}
