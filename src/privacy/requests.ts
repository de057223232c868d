/**
 * Requests: what people ask about their data, each with its clock of one month (art. 12 GDPR), what was found and done.
 *
 * What is asked online is carried out at once, and recorded done. What comes by letter or phone is entered by staff
 * after a proof of identity, and carried out from there.
 *
 * One about all of an address is about its account too (decision 28), where its proof reaches one (decision 32).
 *
 * Invariant: a request that is done leads to no order and no account any more.
 * Invariant: a request leads to an account only while that has the address of which it was entered.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow } from './holdings.ts'

export const REQUEST_KINDS = ['access', 'erasure', 'rectification', 'restriction'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** How somebody who does not come by the link shows that the data is theirs. A sender's address is easily forged. */
export const PROOFS = [
  'they answered a mail that we sent to the address',
  'they showed an identity document, which was not kept',
  'they named the order and what was in it',
] as const
export type Proof = (typeof PROOFS)[number]

/** Who opened the parcel knows what was in it: that reaches no more than what was named (decision 32). */
export function reachesAccounts(proof: Proof | null): boolean {
  return proof !== 'they named the order and what was in it'
}

/** Whoever has the address of orders corrected is given all that is held about them (decision 22). */
export function correctsAddress(proof: Proof | null): boolean {
  return proof !== null && reachesAccounts(proof)
}

/** What became of a request: fixed words, so that nobody is written about. */
export const DONE = {
  link: 'the link was sent to the address of the order or the account',
  erased: 'erased, and what is still open ends by itself',
  waits: 'will be erased in 72 hours, unless taken back',
  corrected: 'corrected',
  restricted: 'the use was restricted',
  nothing: 'nothing was found to do',
  unproven: 'refused: it was not theirs',
} as const
export type Done = keyof typeof DONE

/** `restore`: nobody came; what they had done was lost, and is to be asked for again. */
export type RequestChannel = 'online' | 'letter' | 'phone' | 'restore'

export type PersonRequest = {
  readonly id: Id
  readonly kind: RequestKind
  readonly channel: RequestChannel
  readonly proof: Proof | null
  readonly receivedAt: Temporal.Instant
  /** How many orders and accounts. */
  readonly found: number
  readonly done: string | null
  readonly doneAt: Temporal.Instant | null
}

type Recording = { readonly database: Database; readonly clock: Clock }

/** What a person asked for online was done: recorded in the transaction that does it. */
export async function recordOnline(
  { database, clock }: { readonly database: Queries; readonly clock: Clock },
  kind: RequestKind,
  found: number,
  done: Done,
): Promise<void> {
  const at = clock()
  await database.run(sql`
    insert into request (id, kind, channel, by, received_at, found, done, done_at)
    values (${newId(at)}, ${kind}, 'online', 'customer', ${at}, ${found}, ${DONE[done]}, ${at})`)
}

export type Entered = {
  readonly kind: RequestKind
  readonly channel: Exclude<RequestChannel, 'online'>
  readonly proof: Proof | null
  readonly receivedAt: Temporal.Instant
  /** The reference of a member of staff, or `store`. */
  readonly by: string
  readonly subjects: readonly Id[]
  readonly account?: Id | undefined
  /** How many orders in the account it is about beside those. */
  readonly alsoOrders?: number
}

/** Enters a request that came otherwise: in one statement. */
export async function enterRequest(
  { database, clock }: { readonly database: Queries; readonly clock: Clock },
  asked: Entered,
): Promise<Id> {
  const id = newId(clock())
  const accounts = asked.account === undefined ? [] : [asked.account]
  const found = asked.subjects.length + accounts.length + (asked.alsoOrders ?? 0)
  await database.run(sql`
    with entered as (
      insert into request (id, kind, channel, proof, by, received_at, found)
      values (${id}, ${asked.kind}, ${asked.channel}, ${asked.proof}, ${asked.by},
        ${asked.receivedAt}, ${found})
      returning id
    ), account as (
      insert into request_account (request, account_id)
      select id, account from entered, unnest(${accounts}::uuid[]) as about (account)
    )
    insert into request_order (subject, request)
    select subject, id from entered, unnest(${asked.subjects}::uuid[]) as about (subject)`)
  return id
}

/** @throws {Fault} `conflict` when it is done already. */
export async function concludeRequest(
  { database, clock }: Recording,
  id: Id,
  done: Done,
): Promise<void> {
  await database.transaction(async (tx) => {
    if (!(await concludeIn(tx, id, done, clock()))) throw isDone()
  })
}

/** In the transaction that carries it out. Tells whether it was still open. */
export async function concludeIn(
  tx: Transaction,
  id: Id,
  done: Done,
  at: Temporal.Instant,
): Promise<boolean> {
  const concluded = await tx.run(sql`
    update request set done = ${DONE[done]}, done_at = ${at}
    where id = ${id} and done is null`)
  await tx.run(sql`
    with account as (delete from request_account where request = ${id})
    delete from request_order where request = ${id}`)
  return concluded > 0
}

/**
 * All that an open request is about. It is locked, so that of two who carry it out at once one does.
 *
 * @throws {Fault} `conflict` when it is done already.
 */
export async function claimRequest(tx: Transaction, id: Id): Promise<About> {
  const open = await tx.first(
    sql`select 1 from request where id = ${id} and done is null for update`,
  )
  if (open === undefined) throw isDone()
  return aboutOf(tx, id)
}

/** An account that has another address now is not what a request about its address meant. */
export async function leaveRequests(tx: Transaction, account: Id): Promise<void> {
  await tx.run(sql`delete from request_account where account_id = ${account}`)
}

function isDone(): Fault {
  return new Fault('conflict', 'This request is done already')
}

/** The last day for an answer: one month after receipt. */
export function dueOn({ receivedAt }: PersonRequest): Temporal.PlainDate {
  return receivedAt.toZonedDateTimeISO('UTC').toPlainDate().add({ months: 1 })
}

/** Those that are open first, the oldest of them first; then the newest that are done. */
export async function listRequests(on: Queries, limit: number): Promise<readonly PersonRequest[]> {
  return on.many<PersonRequest>(sql`
    select id, kind, channel, proof, received_at as "receivedAt", found, done, done_at as "doneAt"
    from request
    order by done is not null, case when done is null then received_at end, id desc
    limit ${limit}`)
}

/** The orders and the account that a request is still about; the orders newest first. */
export type About = { readonly subjects: readonly Id[]; readonly account: Id | undefined }

export async function requestOf(
  on: Queries,
  id: Id,
): Promise<({ readonly request: PersonRequest } & About) | undefined> {
  const [request, about] = await Promise.all([
    on.first<PersonRequest>(sql`
      select id, kind, channel, proof, received_at as "receivedAt", found, done,
        done_at as "doneAt"
      from request where id = ${id}`),
    aboutOf(on, id),
  ])
  return request && { request, ...about }
}

async function aboutOf(on: Queries, id: Id): Promise<About> {
  const [orders, account] = await Promise.all([
    on.many<{ subject: Id }>(sql`
      select subject from request_order where request = ${id}
        and (select true from living_key where id = subject limit 1)
      order by subject desc`),
    on.first<{ id: Id }>(sql`
      select account_id as id from request_account where request = ${id}`),
  ])
  return { subjects: orders.map(({ subject }) => subject), account: account?.id }
}

/** That somebody has asked about an order, while it is open. */
export const askedHolding: Holding = {
  rule: 'order-contact',
  tables: ['request_order'],
  async show(on, subjects) {
    const rows = await on.many<JsonRow>(sql`
      select o.subject, r.received_at as since,
        (to_jsonb(o) - 'subject') || jsonb_build_object('kind', r.kind) as row
      from request_order o join request r on r.id = o.request
      where o.subject = any(${subjects}::uuid[]) order by o.subject`)
    return { fields: columnsOf('order-contact', 'request_order', rows) }
  },
  end: (tx, subjects) =>
    tx.run(sql`delete from request_order where subject = any(${subjects}::uuid[])`),
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(sql`
      select count(*) as n from request_order where subject = any(${subjects}::uuid[])`)
    return n
  },
}
