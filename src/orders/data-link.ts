/**
 * The way to one's own data: a person types an e-mail address, and a link goes to it if it is known.
 *
 * The address that was typed is looked up and forgotten. The mail goes to the one that the newest order of that address
 * has sealed, or else its account, and its disclosure belongs to that. How often this happens is counted by those
 * disclosures.
 *
 * Invariant: nothing that was typed is stored, and whoever asked is told the same whatever was found.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import { type Gateway, grant } from '../privacy/gateway.ts'
import { byMailbox, emailLookUp, subjectsOfEmail } from '../privacy/look-ups.ts'
import type { Personal } from '../privacy/personal.ts'
import { recordOnline } from '../privacy/requests.ts'

const REQUESTED = 'data link asked for'
const WAITING = 'a deletion waits'
const CORRECTED = 'the address of an order was corrected'

const MOST_AN_HOUR = 3

/** For "an event asks for it": a person asked for their own data. */
export function isRequest(because: string): boolean {
  return [REQUESTED, WAITING, CORRECTED].includes(because)
}

/** For "an event asks for it": an order had another address before. */
export function isCorrection(because: string): boolean {
  return because === CORRECTED
}

/** Whether the mail is the one with the way back from a deletion. */
export function isWaiting(because: string): boolean {
  return because === WAITING
}

/** In the transaction that lets an erasure wait: its person is told the way back by mail. */
export function announceWaiting(gateway: Gateway, tx: Transaction, subject: Id): Promise<void> {
  return sendLink(gateway, tx, subject, WAITING)
}

/** In the transaction that corrects an address: the new one gets a link to what is now under it. */
export function announceCorrected(gateway: Gateway, tx: Transaction, subject: Id): Promise<void> {
  return sendLink(gateway, tx, subject, CORRECTED)
}

/** In the same transaction: the former address is told that it is none any more. */
export async function announceFormer(
  gateway: Gateway,
  tx: Transaction,
  subject: Id,
): Promise<void> {
  const company = gateway.companies.find(({ to }) => to === 'mail relay')?.name ?? ''
  const ask = { to: 'mail relay', for: 'notice to a former address', company } as const
  await grant(gateway, tx, { ...ask, subject, because: CORRECTED }, ({ id }) =>
    enqueue(tx, 'tell former address', { order: subject, id }),
  )
}

async function sendLink(
  gateway: Gateway,
  tx: Transaction,
  subject: Id,
  because: string,
): Promise<void> {
  const company = gateway.companies.find(({ to }) => to === 'mail relay')?.name ?? ''
  const ask = { to: 'mail relay', for: 'messages about a request', company } as const
  await grant(gateway, tx, { ...ask, subject, because }, ({ id }) =>
    enqueue(tx, 'send data link', { order: subject, id }),
  )
}

/** Sends the link, unless the address is unknown or has had its links for this hour. */
export async function sendDataLink(gateway: Gateway, email: Personal<'email'>): Promise<void> {
  const { database, vault, clock } = gateway
  const digest = emailLookUp(vault, email)
  await database.transaction(async (tx) => {
    const subjects = await subjectsOfEmail(vault, tx, digest)
    const subject = (await newestPaid(tx, subjects)) ?? (await confirmed(tx, subjects))
    if (subject === undefined) return
    const since = clock().subtract({ hours: 1 })
    const { sent } = await tx.one<{ sent: number }>(sql`
      select count(*) as sent from disclosure
      where subject = any(${subjects}::uuid[]) and because = ${REQUESTED}
        and granted_at > ${since}`)
    if (sent >= MOST_AN_HOUR) return
    await sendLink(gateway, tx, subject, REQUESTED)
    await recordOnline({ database: tx, clock }, 'access', subjects.length, 'link')
  })
}

/**
 * For staff, after a proof of identity: sends the link to the address of the newest of these orders, or else of the
 * account among them, whoever asked. Tells whether there was one: what is going to be deleted is found by no address
 * any more, and no link leads to it.
 */
export async function sendLinkAbout(gateway: Gateway, subjects: readonly Id[]): Promise<boolean> {
  return gateway.database.transaction(async (tx) => {
    const found = (await byMailbox(gateway.vault, tx, subjects)).flat()
    const subject = (await newestPaid(tx, found)) ?? (await confirmed(tx, found))
    if (subject === undefined) return false
    await sendLink(gateway, tx, subject, REQUESTED)
    return true
  })
}

/** An order that was never paid may have been typed by anybody. The row is locked, so that two requests are counted. */
async function newestPaid(on: Queries, subjects: readonly Id[]): Promise<Id | undefined> {
  const row = await on.first<{ id: Id }>(sql`
    select id from orders
    where id = any(${subjects}::uuid[]) and state <> 'awaiting payment'
    order by id desc limit 1 for update`)
  return row?.id
}

/** The account of an address, for whoever has one and has not ordered. */
async function confirmed(on: Queries, subjects: readonly Id[]): Promise<Id | undefined> {
  const row = await on.first<{ id: Id }>(sql`
    select id from account
    where id = any(${subjects}::uuid[]) and confirmed_at is not null for update`)
  return row?.id
}
