/**
 * Requests: what people ask about their data, each with its clock of one month (art. 12 GDPR), what was found and done.
 *
 * What is asked online is carried out at once, and recorded done. What comes by letter or phone is entered by staff
 * after a proof of identity, and carried out from there.
 *
 * Invariant: a request that is done leads to no order any more.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { columnsOf, type Holding, type JsonRow } from './holdings.ts'

export const REQUEST_KINDS = ['access', 'erasure', 'rectification', 'restriction'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** How somebody who does not come by the link shows that the orders are theirs. */
export const PROOFS = [
  'they answered from the address of the order',
  'they named the order and what was in it',
  'they came in person with an identity document',
] as const
export type Proof = (typeof PROOFS)[number]

/** What became of a request: fixed words, so that nobody is written about. */
export const DONE = {
  link: 'the link was sent to the address of the order',
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
}

/** Enters a request that came otherwise: in one statement. */
export async function enterRequest(
  { database, clock }: { readonly database: Queries; readonly clock: Clock },
  asked: Entered,
): Promise<Id> {
  const id = newId(clock())
  await database.run(sql`
    with entered as (
      insert into request (id, kind, channel, proof, by, received_at, found)
      values (${id}, ${asked.kind}, ${asked.channel}, ${asked.proof}, ${asked.by},
        ${asked.receivedAt}, ${asked.subjects.length})
      returning id
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
    const concluded = await tx.run(sql`
      update request set done = ${DONE[done]}, done_at = ${clock()}
      where id = ${id} and done is null`)
    if (concluded === 0) throw new Fault('conflict', 'This request is done already')
    await tx.run(sql`delete from request_order where request = ${id}`)
  })
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

export async function requestOf(
  on: Queries,
  id: Id,
): Promise<{ readonly request: PersonRequest; readonly subjects: readonly Id[] } | undefined> {
  const [request, rows] = await Promise.all([
    on.first<PersonRequest>(sql`
      select id, kind, channel, proof, received_at as "receivedAt", found, done,
        done_at as "doneAt"
      from request where id = ${id}`),
    on.many<{ subject: Id }>(sql`
      select subject from request_order where request = ${id}
        and (select true from living_key where id = subject limit 1)
      order by subject desc`),
  ])
  return request && { request, subjects: rows.map(({ subject }) => subject) }
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
