/**
 * Generations: how a key that was destroyed stays destroyed, in every backup.
 *
 * Deleting a wrapped data key leaves its bytes in heap files, the write-ahead log, replicas and backups. So once a day
 * a new generation key is made, living data keys are wrapped anew by it, and look-up values covered anew. The one
 * before ends when it is not used any more; when the backup horizon has passed after that, its key is destroyed in the
 * folder, outside the database, and no copy anywhere opens what was erased before, or lets anybody try what it was
 * (C3.1). See decisions 0013 and 0029.
 *
 * Invariant: a generation key is destroyed only when no data key is wrapped and no look-up value covered by it. Whoever
 * would still use one has not heard of a turn for as many days as the horizon has, though all look every minute.
 * Invariant: no clock alone destroys one. As many later generations as the horizon has days must have been made, at
 * most one a day, and both the store's clock and the database's must say that the horizon has passed.
 */

import { readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, stopwatch } from '../base/clock.ts'
import { type Database, type Queries, type Query, sql, type Transaction } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import type { Covered } from './_covers.ts'
import { forgetStaged, hasStaged, removeSecret } from './_key-files.ts'
import {
  alone,
  beginGeneration,
  generationName,
  type Keys,
  learnOf,
  type RootKey,
  type WrappedKey,
} from './keys.ts'
import { append } from './ledger.ts'

export type Generations = {
  readonly database: Database
  readonly clock: Clock
  readonly keys: Keys
  readonly root: RootKey
  /** Of the keys. */
  readonly folder: string
  readonly backupHorizonDays: number
}

/** A generation, how many data keys are wrapped by it, and how many look-up values covered. */
export type Generation = {
  readonly number: number
  readonly createdAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | null
  readonly destroyedAt: Temporal.Instant | null
  readonly keys: number
  readonly lookUps: number
}

/** Where a turn is announced to the other processes of the store. */
export const TURNED = 'generation'

const FIRST = '00000000-0000-0000-0000-000000000000' as Id
/** So many data keys are wrapped in one go: about two milliseconds in which nothing else is answered. */
const AT_ONCE = 200
/** So many look-up values: about four of an order. */
const VALUES_AT_ONCE = 400
/** After each go the house rests so many times as long as it took: checkouts go on beside it. */
const REST = 20

/** By then every process has heard of a turn. */
const HEARD_MINUTES = 5

/**
 * Most days between an erasure and the destruction of the key that opens its backups, beyond the horizon: one until
 * the generation turns, one until all is wrapped anew and the house has looked again.
 */
export const TURN_DAYS = 2

/**
 * All that is due: the daily turn, wrapping anew, ending, destroying. Safe at any time and by many processes at once;
 * what was cut off is taken up again.
 */
export async function keepGenerations(
  generations: Generations,
  signal?: AbortSignal,
): Promise<void> {
  await turnWhenDue(generations)
  await wrapAnew(generations, signal)
  await coverAnew(generations, signal)
  if (signal?.aborted === true) return
  await endUnused(generations)
  await destroyDue(generations)
}

/** Makes a new generation now, and returns its number. */
export async function turn(generations: Generations): Promise<number> {
  const { database, keys } = generations
  const number = await alone(database, (tx) => begin(generations, tx))
  await keys.learn(database)
  return number
}

/** The generations of a store, oldest first. */
export async function generationsOf(on: Queries): Promise<readonly Generation[]> {
  return on.many<Generation>(sql`
    select number, created_at as "createdAt", ended_at as "endedAt", destroyed_at as "destroyedAt",
      coalesce(k.count, 0)::bigint as keys, coalesce(l.count, 0)::bigint as "lookUps"
    from generation
      left join (select generation, count(*) from data_key group by generation) k
        on k.generation = number
      left join (select generation, count(*) from blind_index group by generation) l
        on l.generation = number
    order by number`)
}

/** A day, in UTC, has one turn. */
async function turnWhenDue(generations: Generations): Promise<void> {
  const { database, clock, keys } = generations
  const today = clock().toZonedDateTimeISO('UTC').toPlainDate()
  await alone(database, async (tx) => {
    const { at } = await tx.one<{ at: Temporal.Instant }>(
      sql`select max(created_at) as at from generation`,
    )
    const last = at.toZonedDateTimeISO('UTC').toPlainDate()
    if (Temporal.PlainDate.compare(last, today) < 0) await begin(generations, tx)
  })
  await keys.learn(database)
}

async function begin({ root, folder, clock }: Generations, tx: Transaction): Promise<number> {
  const { last } = await tx.one<{ last: number }>(sql`select max(number) as last from generation`)
  const { number } = await beginGeneration(tx, root, folder, last + 1, clock())
  await tx.run(sql`select pg_notify(${TURNED}, ${String(number)})`)
  return number
}

/** Wraps every living data key by the present generation, in the order of their ids. Returns how many it wrapped. */
export async function wrapAnew(
  generations: Generations,
  signal?: AbortSignal,
  rest = REST,
): Promise<number> {
  const { database, keys } = generations
  await keys.learn(database)
  if (!(await areOlder(database, keys.present()))) return 0
  return inBatches(generations, wrapBatch, rest, signal)
}

/** Covers every look-up value by the present generation, likewise. */
export async function coverAnew(
  generations: Generations,
  signal?: AbortSignal,
  rest = REST,
): Promise<number> {
  const { database, keys } = generations
  await keys.learn(database)
  if (!(await areOlder(database, keys.present()))) return 0
  const covered = await inBatches(generations, coverBatch, rest, signal)
  return covered + (await inBatches(generations, coverMailboxes, rest, signal))
}

/**
 * After a restore, before the store opens: what has come back is under the present generation, and each of those before
 * has ended when the next one was made, as it had. So copies from before end on the days that their receipts name, and
 * no backup from now on needs a key that goes by then.
 */
export async function endFormer(generations: Generations): Promise<void> {
  const { database, keys } = generations
  await wrapAnew(generations, undefined, 0)
  await coverAnew(generations, undefined, 0)
  await alone(database, (tx) =>
    tx.run(sql`
      update generation g set ended_at = next.created_at from generation next
      where next.number = g.number + 1 and g.number < ${keys.present()} and g.ended_at is null
        and not exists (select from used_generation u where u.generation = g.number)`),
  )
}

/** A batch begins after an id, and returns those of the rows that it renewed, in their order. */
type Batch = (generations: Generations, after: Id) => Promise<readonly Id[]>

async function inBatches(
  generations: Generations,
  renew: Batch,
  rest: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let renewed = 0
  for (let after: Id | undefined = FIRST; after !== undefined && signal?.aborted !== true; ) {
    const elapsed = stopwatch()
    const batch = await renew(generations, after)
    renewed += batch.length
    after = batch.at(-1)
    await pause(after === undefined ? 0 : elapsed() * rest)
  }
  return renewed
}

/** Whether a generation before this one has not ended. */
async function areOlder(on: Queries, present: number): Promise<boolean> {
  const row = await on.first(sql`
    select 1 as found from generation where number < ${present} and ended_at is null limit 1`)
  return row !== undefined
}

/** A key that is just being destroyed is passed over: nobody waits. */
function wrapBatch({ database, keys }: Generations, after: Id): Promise<readonly Id[]> {
  return database.transaction(async (tx) => {
    const rows = await locked<WrappedKey>(
      tx,
      sql`select id, kind, generation, wrapped from data_key
        where id > ${after} and generation < ${keys.present()} order by id limit ${AT_ONCE}
        for no key update skip locked`,
    )
    if (rows.length === 0) return []
    await learnOf(keys, tx, rows)
    const fresh = rows.map((row) => keys.renewed(row).wrapped)
    const ids = rows.map(({ id }) => id)
    await tx.run(sql`
      update data_key set generation = ${keys.present()},
        wrapped = (${fresh}::bytea[])[array_position(${ids}::uuid[], id)]
      where id = any(${ids}::uuid[])`)
    return ids
  })
}

/** The values of one subject may be of two batches: those that were covered anew are not found a second time. */
function coverBatch({ database, keys }: Generations, after: Id): Promise<readonly Id[]> {
  return database.transaction(async (tx) => {
    const rows = await locked<Covered & { readonly subject: Id }>(
      tx,
      sql`select subject, generation, covered from blind_index
        where subject >= ${after} and generation < ${keys.present()} order by subject
        limit ${VALUES_AT_ONCE} for no key update skip locked`,
    )
    const [first, last] = [rows[0], rows.at(-1)]
    if (first === undefined || last === undefined) return []
    await learnOf(keys, tx, rows)
    const subjects = rows.map(({ subject }) => subject)
    await tx.run(sql`
      update blind_index b set generation = ${keys.present()}, covered = fresh
      from unnest(${subjects}::uuid[], ${rows.map(({ covered }) => covered)}::bytea[],
        ${rows.map((row) => keys.cover(keys.uncover(row)).covered)}::bytea[])
        as renewed (subject, old, fresh)
      where b.subject between ${first.subject} and ${last.subject}
        and b.subject = renewed.subject and b.covered = old`)
    return subjects
  })
}

/** There are few: only who ordered often has one. */
function coverMailboxes({ database, keys }: Generations, after: Id): Promise<readonly Id[]> {
  return database.transaction(async (tx) => {
    const rows = await locked<Covered & { readonly id: Id }>(
      tx,
      sql`select id, generation, covered from mailbox
        where id > ${after} and generation < ${keys.present()} order by id limit ${AT_ONCE}
        for no key update skip locked`,
    )
    if (rows.length === 0) return []
    await learnOf(keys, tx, rows)
    const ids = rows.map(({ id }) => id)
    await tx.run(sql`
      update mailbox set generation = ${keys.present()},
        covered = (${rows.map((row) => keys.cover(keys.uncover(row)).covered)}::bytea[])
          [array_position(${ids}::uuid[], id)]
      where id = any(${ids}::uuid[])`)
    return ids
  })
}

/** The plan is made for the table as it is, not as it was when the connection was opened. */
async function locked<Row>(tx: Transaction, query: Query): Promise<readonly Row[]> {
  const [, , rows] = await Promise.all([
    tx.run(sql`set local plan_cache_mode = force_custom_plan`),
    tx.run(sql`set local enable_seqscan = off`),
    tx.many<Row>(query),
  ])
  return rows
}

/**
 * A generation that is not used any more has ended, once every process has had time to hear of the next one: until then
 * a checkout may still be under way that uses it.
 */
async function endUnused({ database, clock, keys }: Generations): Promise<void> {
  const present = keys.present()
  if (!(await areOlder(database, present))) return
  const at = clock()
  await alone(database, (tx) =>
    tx.run(sql`
      update generation set ended_at = ${at}
      where number < ${present} and ended_at is null
        and not exists (select from used_generation u where u.generation = number)
        and ${at.subtract({ minutes: HEARD_MINUTES })}
          >= (select created_at from generation where number = ${present})`),
  )
}

/**
 * Destroys the keys of generations whose time is up. What is recorded as destroyed and still lies in the folder, since
 * the store was killed in between, goes as well. One that is used after all has not ended, and is not destroyed.
 */
export async function destroyDue(generations: Generations): Promise<readonly number[]> {
  const { database, clock, folder, keys, backupHorizonDays: days } = generations
  const at = clock()
  const due = await database.many<{ number: number }>(sql`
    select number from generation
    where destroyed_at is null and number < ${keys.present() - days}
      and ended_at + make_interval(days => ${days}) <= least(${at}::timestamptz, now())`)
  const numbers = due.map(({ number }) => number)
  const destroyed = numbers.length === 0 ? [] : await destroy(database, numbers, at)
  await sweep(database, folder)
  await keys.learn(database)
  return destroyed
}

function destroy(
  database: Database,
  due: readonly number[],
  at: Temporal.Instant,
): Promise<readonly number[]> {
  return alone(database, async (tx) => {
    await tx.run(sql`
      update generation set ended_at = null
      where number = any(${due})
        and exists (select from used_generation u where u.generation = number)`)
    const rows = await tx.many<{ number: number }>(sql`
      update generation set destroyed_at = ${at}
      where number = any(${due}) and destroyed_at is null and ended_at is not null
      returning number`)
    for (const { number } of rows) {
      const because = `generation ${number}: the backup horizon has passed`
      const kind = 'generation destroyed'
      await append(tx, { kind, reference: newId(at), clause: 'C3.1', because }, at)
    }
    return rows.map(({ number }) => number)
  })
}

/** A move to another root key that was cut off left copies, which must not outlive what they are copies of. */
async function sweep(on: Database, folder: string): Promise<void> {
  if (await hasStaged(folder)) await alone(on, () => forgetStaged(folder))
  const files = new Set(await readdir(folder))
  const destroyed = await on.many<{ number: number }>(
    sql`select number from generation where destroyed_at is not null`,
  )
  const left = destroyed.filter(({ number }) => files.has(`${generationName(number)}.key`))
  for (const { number } of left) await removeSecret(folder, generationName(number))
}
