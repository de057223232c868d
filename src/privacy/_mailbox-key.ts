/**
 * The key of a mailbox, which wraps the keys of its closed orders before the generation does (privacy/mailbox.ts).
 *
 * Both layers are needed to open one: destroying the mailbox's key ends them all at once, and destroying a generation's
 * key ends every copy of one that was destroyed by itself.
 */

import { type Queries, type Query, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { open, seal } from './_aead.ts'
import { type Keys, learnOf, type WrappedKey } from './keys.ts'

/** A data key, with that of the mailbox which wraps it, where one does. */
export type StoredKey = WrappedKey & { readonly by: WrappedKey | undefined }

/** What a query reads of a data key. */
type KeyColumns = Pick<WrappedKey, 'generation' | 'wrapped'> & { readonly mailbox: Id | null }

/**
 * Rows with a data key, of those that have not ended, each with what its key is to be opened by. The generations are
 * learnt.
 *
 * Nearly no key has a mailbox, so those are looked up by themselves: as a join they would cost every query.
 */
export async function openable<Row extends KeyColumns>(
  keys: Keys,
  on: Queries,
  query: Query,
): Promise<readonly (Row & Pick<StoredKey, 'by'>)[]> {
  let rows = await on.many<Row>(query)
  let mailboxes = await keysOfMailboxes(on, rows)
  if (rows.some(({ mailbox }) => mailbox !== null && !mailboxes.has(mailbox))) {
    // Ended; or taken out, and the mailbox gone, between the two questions: asked once more they agree.
    rows = await on.many<Row>(query)
    mailboxes = await keysOfMailboxes(on, rows)
  }
  await learnOf(keys, on, [...rows, ...mailboxes.values()])
  return rows.flatMap((row) => {
    const by = row.mailbox === null ? undefined : mailboxes.get(row.mailbox)
    return row.mailbox !== null && by === undefined ? [] : [{ ...row, by }]
  })
}

async function keysOfMailboxes(
  on: Queries,
  rows: readonly KeyColumns[],
): Promise<ReadonlyMap<Id, WrappedKey>> {
  const ids = [...new Set(rows.flatMap(({ mailbox }) => mailbox ?? []))]
  if (ids.length === 0) return new Map()
  const keys = await on.many<WrappedKey>(sql`
    select id, kind, generation, wrapped from data_key where id = any(${ids}::uuid[])`)
  return new Map(keys.map((key) => [key.id, key]))
}

/** The key itself. */
export function unwrapStored(keys: Keys, stored: StoredKey): Buffer {
  const key = keys.unwrap(stored)
  const { by } = stored
  return by === undefined ? key : open(keys.unwrap(by), key, belongsTo(by.id, stored.id))
}

/** A data key wrapped by a mailbox's key, and that by the present generation. */
export function wrapUnderMailbox(
  keys: Keys,
  mailbox: { readonly id: Id; readonly key: Buffer },
  { id, kind, key }: Pick<WrappedKey, 'id' | 'kind'> & { readonly key: Buffer },
): WrappedKey {
  return keys.wrap(seal(mailbox.key, key, belongsTo(mailbox.id, id)), { id, kind })
}

/** The keys of those subjects that have not ended. */
export function storedKeys(
  keys: Keys,
  on: Queries,
  subjects: readonly Id[],
): Promise<readonly (StoredKey & KeyColumns)[]> {
  return openable<WrappedKey & KeyColumns>(
    keys,
    on,
    sql`select id, kind, generation, wrapped, mailbox from data_key
      where id = any(${subjects}::uuid[])`,
  )
}

/**
 * Takes orders out from under the keys of their mailboxes: each is one by itself then.
 *
 * Their mailboxes are locked before anything is read: of one that has just ended, nothing is taken out any more.
 */
export async function takeOut(keys: Keys, tx: Transaction, subjects: readonly Id[]): Promise<void> {
  await lockMailboxes(tx, subjects)
  const all = await storedKeys(keys, tx, subjects)
  const stored = all.filter(({ mailbox }) => mailbox !== null)
  if (stored.length === 0) return
  const fresh = stored.map((row) => keys.wrap(unwrapStored(keys, row), row))
  await rewrap(tx, fresh, null)
  await afterLeaving(tx, stored)
}

/** Of mailboxes that orders have left: those without any end, and what is noted of the others is noted anew. */
export async function afterLeaving(
  tx: Transaction,
  gone: readonly { readonly mailbox: Id | null }[],
): Promise<void> {
  const mailboxes = [...new Set(gone.flatMap(({ mailbox }) => mailbox ?? []))]
  if (mailboxes.length === 0) return
  await endEmpty(tx, mailboxes)
  await tx.run(sql`
    update mailbox set is_noted = false
    where id = any(${mailboxes}::uuid[]) and is_noted and ended_at is null`)
}

/** Writes keys that were wrapped anew. */
export async function rewrap(
  tx: Transaction,
  keys: readonly WrappedKey[],
  mailbox: Id | null,
): Promise<void> {
  const ids = keys.map(({ id }) => id)
  await tx.run(sql`
    update data_key set mailbox = ${mailbox},
      generation = (${keys.map(({ generation }) => generation)}::int[])[array_position(${ids}::uuid[], id)],
      wrapped = (${keys.map(({ wrapped }) => wrapped)}::bytea[])[array_position(${ids}::uuid[], id)]
    where id = any(${ids}::uuid[])`)
}

/**
 * Ends mailboxes under whose keys no order is left, with all that is held of them.
 *
 * Each is locked before it is asked: of two who take out the last orders at once, the second sees that it was the last.
 */
export async function endEmpty(tx: Transaction, mailboxes: readonly Id[]): Promise<void> {
  if (mailboxes.length === 0) return
  await tx.run(sql`select from mailbox where id = any(${mailboxes}::uuid[]) order by id for update`)
  const empty = await tx.many<{ id: Id }>(sql`
    select id from mailbox m where id = any(${mailboxes}::uuid[]) and ended_at is null
      and (select k.id from data_key k where k.mailbox = m.id limit 1) is null`)
  if (empty.length === 0) return
  const ids = empty.map(({ id }) => id)
  await tx.run(sql`
    with key as (delete from data_key where id = any(${ids}::uuid[])),
      told as (delete from mailbox_told where mailbox = any(${ids}::uuid[]))
    delete from mailbox where id = any(${ids}::uuid[])`)
}

/**
 * Locks the mailboxes under whose keys these are, before anything is asked of them. Returns the subjects without those
 * that follow a mailbox which has ended: they are told to have ended already, and their rows go with the others of it.
 */
export async function lockMailboxes(
  tx: Transaction,
  subjects: readonly Id[],
): Promise<readonly Id[]> {
  const under = await tx.many<{ id: Id; mailbox: Id }>(sql`
    select asked.id, k.mailbox from unnest(${subjects}::uuid[]) as asked (id),
      lateral (select mailbox from data_key where id = asked.id limit 1) k
    where k.mailbox is not null`)
  if (under.length === 0) return subjects
  const mailboxes = [...new Set(under.map(({ mailbox }) => mailbox))]
  const locked = await tx.many<{ id: Id; hasEnded: boolean }>(sql`
    select id, ended_at is not null as "hasEnded" from mailbox
    where id = any(${mailboxes}::uuid[]) order by id for update`)
  const ended = new Set(locked.filter(({ hasEnded }) => hasEnded).map(({ id }) => id))
  const following = new Set(under.filter(({ mailbox }) => ended.has(mailbox)).map(({ id }) => id))
  return subjects.filter((subject) => !following.has(subject))
}

function belongsTo(mailbox: Id, id: Id): string {
  return `tacet:mailbox-key:v1:${mailbox}:${id}`
}
