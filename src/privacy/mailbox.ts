/**
 * Mailboxes: a person with many orders ends in as little time as one with a single order (C3.1).
 *
 * Once many orders came from an address, those that are closed are put under a key of its mailbox: their own keys are
 * wrapped by it. An erasure destroys that one key, and from then on nothing of them opens and nobody finds them; their
 * rows follow in steps. An order that is opened, held or corrected meanwhile is taken out again, and ends by itself.
 *
 * Invariant: what is under a mailbox's key is closed, and has that mailbox's address.
 * Invariant: a mailbox is locked before its orders are.
 */

import { inChunks } from '../base/chunks.ts'
import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { check } from '../base/failure.ts'
import { type Id, instantOf, newId } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import { foundBy } from './_look-ups.ts'
import {
  endEmpty,
  rewrap,
  storedKeys,
  takeOut,
  unwrapStored,
  wrapUnderMailbox,
} from './_mailbox-key.ts'
import {
  columnsOf,
  type Holding,
  type JsonRow,
  type Known,
  knownOf,
  newestOf,
  openOf,
} from './holdings.ts'
import type { Keys } from './keys.ts'
import { emailDigest, subjectsOfEmail } from './look-ups.ts'
import type { Vault } from './vault.ts'

export type Gathering = {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Vault
  readonly holdings: readonly Holding[]
}

/** From as many orders on a mailbox has a key: fewer end as quickly one by one. */
export const MANY = 50
const AT_ONCE = 200
/** Held while a mailbox is made. */
const LOCK = 7_465_218
/** Of many orders as many tell whose they are. */
const SAMPLE = 10

/** Puts a closed order under the key of its mailbox, if that has many: then the first time all of them. */
export async function gather(gathering: Gathering, order: Id): Promise<void> {
  const { database, vault } = gathering
  const digest = await emailDigest(vault, database, order)
  if (digest === undefined) return
  const known = await knownMailbox(vault.keys, database, digest)
  const orders = known === undefined ? await ordersOfMany(vault, database, digest) : [order]
  for (const some of inChunks(orders, AT_ONCE)) await gatherSome(gathering, digest, some)
}

async function ordersOfMany(vault: Vault, on: Queries, digest: Buffer): Promise<readonly Id[]> {
  const orders = await subjectsOfEmail(vault, on, digest)
  return orders.length < MANY ? [] : orders
}

async function gatherSome(
  { database, clock, vault: { keys }, holdings }: Gathering,
  digest: Buffer,
  orders: readonly Id[],
): Promise<void> {
  await database.transaction(async (tx) => {
    const mailbox = await mailboxOf(keys, tx, digest, clock)
    const open = await openOf(holdings, tx, orders)
    // Asked once they are locked: an address may just have been corrected.
    const own = await foundBy<{ id: Id }>(
      keys,
      tx,
      digest,
      (covers) => sql`
        select subject as id from blind_index
        where covered = any(${covers}::bytea[]) and field = 'email'
          and subject = any(${orders}::uuid[])`,
    )
    const closed = own.map(({ id }) => id).filter((id) => !open.has(id))
    const stored = (await storedKeys(keys, tx, closed)).filter(
      ({ kind, mailbox: by }) => kind === 'order' && by === null,
    )
    const wrapped = stored.map((row) =>
      wrapUnderMailbox(keys, mailbox, { ...row, key: unwrapStored(keys, row) }),
    )
    await rewrap(tx, wrapped, mailbox.id)
    await noteOf(
      holdings,
      tx,
      mailbox.id,
      stored.map(({ id }) => id),
    )
    await endEmpty(tx, [mailbox.id])
  })
}

/** The mailbox of an address with its key, both made where there are none; locked. */
async function mailboxOf(
  keys: Keys,
  tx: Transaction,
  digest: Buffer,
  clock: Clock,
): Promise<{ readonly id: Id; readonly key: Buffer }> {
  let id = await lockedMailbox(keys, tx, digest)
  if (id === undefined) {
    // Nobody else makes one until this is over: an address has one mailbox, by whatever generation it is covered.
    await tx.run(sql`select pg_advisory_xact_lock(${LOCK})`)
    id = await lockedMailbox(keys, tx, digest)
  }
  if (id === undefined) return newMailbox(keys, tx, digest, newId(clock()))
  const [stored] = await storedKeys(keys, tx, [id])
  check(stored !== undefined, 'A mailbox that lives must have a key')
  return { id, key: unwrapStored(keys, stored) }
}

async function newMailbox(keys: Keys, tx: Transaction, digest: Buffer, id: Id) {
  const { generation, covered } = keys.cover(digest)
  const { key, wrapped } = keys.newDataKey('mailbox', id)
  await tx.run(sql`
    with key as (insert into data_key (id, kind, generation, wrapped)
      values (${id}, 'mailbox', ${wrapped.generation}, ${wrapped.wrapped}))
    insert into mailbox (id, generation, covered) values (${id}, ${generation}, ${covered})`)
  return { id, key }
}

async function knownMailbox(keys: Keys, on: Queries, digest: Buffer): Promise<Id | undefined> {
  const [found] = await foundBy<{ id: Id }>(
    keys,
    on,
    digest,
    (covers) => sql`select id from mailbox where covered = any(${covers}::bytea[])`,
  )
  return found?.id
}

async function lockedMailbox(keys: Keys, tx: Transaction, digest: Buffer): Promise<Id | undefined> {
  const [found] = await foundBy<{ id: Id }>(
    keys,
    tx,
    digest,
    (covers) => sql`select id from mailbox where covered = any(${covers}::bytea[]) for update`,
  )
  return found?.id
}

/** What a receipt will say of them: who was told, and until when their books stay. */
async function noteOf(
  holdings: readonly Holding[],
  tx: Transaction,
  mailbox: Id,
  orders: readonly Id[],
): Promise<void> {
  await tx.run(sql`
    insert into mailbox_told (mailbox, recipient, company)
    select distinct ${mailbox}::uuid, recipient, company from disclosure
    where subject = any(${orders}::uuid[]) and recipient not like 'staff: %'
      and outcome is distinct from 'refused'
    on conflict do nothing`)
  const newest = (await newestOf(holdings, tx, orders)).get('accounting-record') ?? null
  await tx.run(sql`
    update mailbox set newest_paid_at = greatest(newest_paid_at, ${newest}::timestamptz)
    where id = ${mailbox}`)
}

/** The same, where orders have left since: of those that are there. */
async function noteAgain(
  holdings: readonly Holding[],
  tx: Transaction,
  mailbox: Id,
): Promise<void> {
  const orders = await ordersUnder(tx, mailbox)
  await tx.run(sql`
    with told as (delete from mailbox_told where mailbox = ${mailbox})
    update mailbox set newest_paid_at = null, is_noted = true where id = ${mailbox}`)
  for (const some of inChunks(orders, AT_ONCE)) await noteOf(holdings, tx, mailbox, some)
}

/** As one text: of ten thousand rows each would cost more than what is in it. */
async function ordersUnder(on: Queries, mailbox: Id): Promise<readonly Id[]> {
  const { orders } = await on.one<{ orders: string | null }>(
    sql`select string_agg(id::text, ' ') as orders from data_key where mailbox = ${mailbox}`,
  )
  return orders === null ? [] : orders.split(' ')
}

/** A mailbox that is about to end: the orders that end with its key, and what a receipt says of them. */
export type Claimed = {
  readonly id: Id
  readonly orders: readonly Id[]
  /** What else was asked for. */
  readonly others: readonly Id[]
  readonly newestPaidAt: Temporal.Instant | null
  readonly told: readonly Pick<Known, 'recipient' | 'company'>[]
}

/**
 * Locks a mailbox all of whose orders are asked for, to the end of the transaction, and takes out those that have to
 * end by themselves. Undefined when there is none, or it has orders beside these.
 */
export async function claimMailbox(
  { vault, holdings }: Pick<Gathering, 'vault' | 'holdings'>,
  tx: Transaction,
  asked: readonly Id[],
): Promise<Claimed | undefined> {
  const id = await mailboxAmong(tx, asked)
  const mailbox = id && (await locked(holdings, tx, id))
  if (!mailbox) return undefined
  const aside = await Promise.all(holdings.map(({ aside }) => aside?.(tx, id) ?? []))
  await takeOut(vault.keys, tx, [...new Set(aside.flat())])
  const [orders, told] = await Promise.all([
    ordersUnder(tx, id),
    tx.many<Claimed['told'][number]>(
      sql`select recipient, company from mailbox_told where mailbox = ${id}`,
    ),
  ])
  const others = without(asked, orders)
  const isWhole = orders.length > 0 && asked.length - others.length === orders.length
  return isWhole ? { ...mailbox, orders, others, told } : undefined
}

/** Both are sorted as good as always, by time; a set of ten thousand ids takes five times as long. */
function without(all: readonly Id[], some: readonly Id[]): readonly Id[] {
  const left = some.toSorted()
  let at = 0
  return all.toSorted().filter((id) => {
    while ((left[at] ?? id) < id) at += 1
    return left[at] !== id
  })
}

/** The mailbox under whose key many subjects are, as far as a few of them tell. */
async function mailboxAmong(tx: Transaction, subjects: readonly Id[]): Promise<Id | undefined> {
  if (subjects.length < MANY) return undefined
  const step = Math.floor(subjects.length / SAMPLE)
  const few = subjects.filter((_, at) => at % step === 0)
  const row = await tx.first<{ id: Id }>(sql`
    select mailbox as id from data_key where id = any(${few}::uuid[]) and mailbox is not null
    group by mailbox order by count(*) desc limit 1`)
  return row?.id
}

/** A mailbox that lives, with notes that are true: a receipt rests on them. */
async function locked(holdings: readonly Holding[], tx: Transaction, id: Id) {
  const found = () =>
    tx.first<Pick<Claimed, 'id' | 'newestPaidAt'> & { readonly isNoted: boolean }>(sql`
      select id, newest_paid_at as "newestPaidAt", is_noted as "isNoted" from mailbox
      where id = ${id} and ended_at is null for update`)
  const mailbox = await found()
  if (mailbox === undefined || mailbox.isNoted) return mailbox
  await noteAgain(holdings, tx, id)
  return found()
}

/**
 * Destroys the key of a mailbox that was claimed, and what is held of it. Nothing of its orders opens any more.
 *
 * @param noted when it is noted outside the database that they end, each by itself: a restored one may have them in
 *   another state.
 */
export async function endMailbox(
  clock: Clock,
  tx: Transaction,
  { id }: Claimed,
  noted: Promise<void>,
): Promise<void> {
  await noted
  await tx.run(sql`
    with key as (delete from data_key where id = ${id}),
      told as (delete from mailbox_told where mailbox = ${id})
    update mailbox set generation = null, covered = null, newest_paid_at = null,
      ended_at = ${clock()}
    where id = ${id}`)
  const { left } = await tx.one<{ left: number }>(sql`
    select (select count(*) from data_key where id = ${id})
      + (select count(*) from mailbox where id = ${id} and ended_at is null) as left`)
  check(left === 0, 'The end of a mailbox left something')
}

type Rows = Pick<Gathering, 'database' | 'holdings'>

/** Notes anew what is held of mailboxes that orders have left, so that no erasure has to. */
export async function noteLeft({ database, holdings }: Rows): Promise<void> {
  const left = await database.many<{ id: Id }>(
    sql`select id from mailbox where not is_noted and ended_at is null`,
  )
  for (const { id } of left) await database.transaction((tx) => locked(holdings, tx, id))
}

/** Ends the rows of orders whose mailbox has ended, in steps; one that was opened again meanwhile waits. */
export async function endRows(gathering: Rows): Promise<void> {
  const ended = await gathering.database.many<{ id: Id }>(
    sql`select id from mailbox where ended_at is not null order by ended_at`,
  )
  for (const { id } of ended) {
    let after: Id | undefined = id.replaceAll(/[^-]/g, '0')
    while (after !== undefined) after = await endSome(gathering, id, after)
    await finish(gathering, id)
  }
  if (ended.length === 0) return
  // Of a company that was told something at the very moment at which the mailbox went.
  await gathering.database.run(sql`
    delete from mailbox_told t where (select m.id from mailbox m where m.id = t.mailbox) is null`)
}

/** Returns the last one that was looked at. */
async function endSome(
  { database, holdings }: Rows,
  mailbox: Id,
  after: Id,
): Promise<Id | undefined> {
  return database.transaction(async (tx) => {
    await tx.run(sql`select from mailbox where id = ${mailbox} for update`)
    const rows = await tx.many<{ id: Id }>(sql`
      select id from data_key where mailbox = ${mailbox} and id > ${after}
      order by id limit ${AT_ONCE}`)
    const orders = rows.map(({ id }) => id)
    const open = await openOf(holdings, tx, orders)
    const closed = orders.filter((order) => !open.has(order))
    const notices = await waitingNotices(tx, mailbox)
    for (const { recipient, company, references } of await knownOf(holdings, tx, closed)) {
      const own = notices.filter((one) => one.recipient === recipient && one.company === company)
      await tx.run(sql`
        update erasure_notice set known_as = known_as || ${references}::text[]
        where id = any(${own.map(({ id }) => id)}::uuid[])`)
    }
    for (const holding of holdings) await holding.end(tx, closed)
    const left = await Promise.all(holdings.map((holding) => holding.left(tx, closed)))
    check(
      left.every((count) => count === 0),
      'The end of an order left rows',
    )
    return orders.at(-1)
  })
}

/** Once no row is left the companies are told, by the references that were gathered, and the mailbox goes. */
async function finish({ database }: Rows, mailbox: Id): Promise<void> {
  await database.transaction(async (tx) => {
    const gone = await tx.run(sql`
      delete from mailbox m where id = ${mailbox} and ended_at is not null
        and (select k.id from data_key k where k.mailbox = m.id limit 1) is null`)
    if (gone === 0) return
    await tx.run(sql`delete from mailbox_told where mailbox = ${mailbox}`)
    for (const { id, order } of await waitingNotices(tx, mailbox)) {
      await enqueue(tx, 'send erasure notice', { order, id })
    }
    await tx.run(sql`update erasure_notice set mailbox = null where mailbox = ${mailbox}`)
  })
}

type Notice = Pick<Known, 'recipient' | 'company'> & { readonly id: Id; readonly order: Id }

/** The notices that wait for references. Each is looked up by itself: there are few, and many disclosures. */
async function waitingNotices(tx: Transaction, mailbox: Id): Promise<readonly Notice[]> {
  return tx.many<Notice>(sql`
    select n.id, d.recipient, d.company, d.subject as order from erasure_notice n,
      lateral (select * from disclosure where id = n.id limit 1) d
    where n.mailbox = ${mailbox}`)
}

/**
 * What is held of a mailbox is shown with its newest order, to whom all of them are shown: one that joined somebody's
 * account tells nothing of the others. It ends with the last.
 */
export const mailboxHolding: Holding = {
  rule: 'look-up',
  tables: ['mailbox', 'mailbox_told'],
  async show(on, subjects) {
    const rows = await on.many<Omit<JsonRow, 'since'> & { readonly mailbox: Id }>(sql`
      select max(k.id::text) as subject, m.id as mailbox, jsonb_build_object(
        'id', m.id, 'covered', encode(m.covered, 'hex'), 'newest_paid_at', m.newest_paid_at,
        'is_noted', m.is_noted, 'told',
        array(select recipient || ': ' || company from mailbox_told where mailbox = m.id order by 1)
      ) as row
      from unnest(${subjects}::uuid[]) as asked (id),
        lateral (select id, mailbox from living_key where id = asked.id limit 1) k
        join mailbox m on m.id = k.mailbox
      group by m.id having count(*) = (select count(*) from data_key where mailbox = m.id)`)
    const dated = rows.map(({ mailbox, ...row }) => ({ ...row, since: instantOf(mailbox) }))
    return { fields: columnsOf('look-up', 'mailbox', dated) }
  },
  end: async () => 0,
  /** It is asked where a mailbox ends: here all of them would be read, for each erasure of anybody. */
  left: async () => 0,
}
