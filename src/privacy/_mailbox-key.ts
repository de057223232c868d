/**
 * The key of a mailbox, which wraps the keys of its closed orders before the generation does (privacy/mailbox.ts).
 *
 * Both layers are needed to open one: destroying the mailbox's key ends them all at once, and destroying a generation's
 * key ends every copy of one that was destroyed by itself.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { open, seal } from './_aead.ts'
import { type Keys, learnOf, type WrappedKey } from './keys.ts'

/** A data key, with that of the mailbox which wraps it, where one does. */
export type StoredKey = WrappedKey & {
  readonly mailbox: Id | null
  readonly mailboxGeneration: number | null
  readonly mailboxWrapped: Buffer | null
}

/** The key itself. Its generations have been learnt. */
export function unwrapStored(keys: Keys, stored: StoredKey): Buffer {
  const key = keys.unwrap(stored)
  const by = mailboxKeyOf(stored)
  return by === undefined ? key : open(keys.unwrap(by), key, belongsTo(by.id, stored.id))
}

/** As `learnOf`, for the generations of both layers. */
export function learnOfStored(
  keys: Keys,
  on: Queries,
  rows: readonly Omit<StoredKey, 'id' | 'kind'>[],
): Promise<void> {
  const generations = rows.flatMap(({ generation, mailboxGeneration }) =>
    mailboxGeneration === null ? [generation] : [generation, mailboxGeneration],
  )
  return learnOf(
    keys,
    on,
    generations.map((generation) => ({ generation })),
  )
}

/** A data key wrapped by a mailbox's key, and that by the present generation. */
export function wrapUnderMailbox(
  keys: Keys,
  mailbox: { readonly id: Id; readonly key: Buffer },
  { id, kind, key }: Pick<WrappedKey, 'id' | 'kind'> & { readonly key: Buffer },
): WrappedKey {
  return keys.wrap(seal(mailbox.key, key, belongsTo(mailbox.id, id)), { id, kind })
}

/** Keys as they are stored, of those that have not ended. */
export async function storedKeys(
  on: Queries,
  subjects: readonly Id[],
): Promise<readonly StoredKey[]> {
  return on.many<StoredKey>(sql`
    select k.id, k.kind, k.generation, k.wrapped, k.mailbox,
      k.mailbox_generation as "mailboxGeneration", k.mailbox_wrapped as "mailboxWrapped"
    from unnest(${subjects}::uuid[]) as asked (id),
      lateral (select * from living_key where id = asked.id limit 1) k`)
}

/** Takes orders out from under the keys of their mailboxes, which are locked: each is one by itself then. */
export async function takeOut(keys: Keys, tx: Transaction, subjects: readonly Id[]): Promise<void> {
  const stored = (await storedKeys(tx, subjects)).filter(({ mailbox }) => mailbox !== null)
  if (stored.length === 0) return
  await learnOfStored(keys, tx, stored)
  const fresh = stored.map((row) => keys.wrap(unwrapStored(keys, row), row))
  await rewrap(tx, fresh, null)
  await endEmpty(tx, [...new Set(stored.flatMap(({ mailbox }) => mailbox ?? []))])
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
  await tx.run(sql`
    with empty as materialized (
      select m.id from mailbox m where m.id = any(${mailboxes}::uuid[]) and m.ended_at is null
        and not exists (select from data_key where mailbox = m.id)
    ), key as (delete from data_key using empty where data_key.id = empty.id)
    delete from mailbox using empty where mailbox.id = empty.id`)
}

/** Locks the mailboxes under whose keys these are, before anything is asked of them. */
export async function lockMailboxes(tx: Transaction, subjects: readonly Id[]): Promise<void> {
  await tx.run(sql`
    select from mailbox where id in (
      select k.mailbox from unnest(${subjects}::uuid[]) as asked (id),
        lateral (select mailbox from data_key where id = asked.id limit 1) k
      where k.mailbox is not null
    ) order by id for update`)
}

function mailboxKeyOf(stored: StoredKey): WrappedKey | undefined {
  const { mailbox: id, mailboxGeneration: generation, mailboxWrapped: wrapped } = stored
  if (id === null || generation === null || wrapped === null) return undefined
  return { id, kind: 'mailbox', generation, wrapped }
}

function belongsTo(mailbox: Id, id: Id): string {
  return `tacet:mailbox-key:v1:${mailbox}:${id}`
}
