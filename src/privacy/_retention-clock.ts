/**
 * Whether the clock can be believed, before anything ends by it (C3.2).
 *
 * Three must agree within 48 hours: the store's clock, the database's, and what was seen before: the last run and
 * the ledger's newest entry. A store that was off for longer looks the same as a clock that jumped: a
 * person must say which.
 *
 * Invariant: a hold stays until a person releases it, also when the clock is right again.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql } from '../base/database.ts'
import { type Id, instantOf } from '../base/ids.ts'

/** Why nothing ends now. */
export type Hold = { readonly reason: string }

type Seen = {
  readonly state: 'begun' | 'held' | 'resumed'
  readonly at: Temporal.Instant
  readonly reason: string
  readonly believed: Id | null
}

const MOST_HOURS = 48
const LOCK = 7_465_215

/** The hold that a person has to release, if any. */
export async function holdOf(on: Queries): Promise<Hold | undefined> {
  const seen = await lastSeen(on)
  return seen?.state === 'held' ? { reason: seen.reason } : undefined
}

/** Notes that a run begins, or that it must not. `due`: whether something would end. */
export async function beginRun(
  database: Database,
  clock: Clock,
  due: boolean,
): Promise<Hold | undefined> {
  return database.transaction(async (tx) => {
    await tx.run(sql`select pg_advisory_xact_lock(${LOCK})`)
    const seen = await lastSeen(tx)
    if (seen?.state === 'held') return { reason: seen.reason }
    const at = clock()
    const reason = await doubt(tx, at, seen, due)
    const state = reason === undefined ? 'begun' : 'held'
    await tx.run(sql`
      insert into retention_run (at, state, reason, believed)
      values (${at}, ${state}, ${reason ?? ''}, ${seen?.believed ?? null})`)
    return reason === undefined ? undefined : { reason }
  })
}

/** A person says that the clock is right: what was seen before says no more about it. Returns what is believed now. */
export async function resume(database: Database, clock: Clock): Promise<Temporal.Instant> {
  return database.transaction(async (tx) => {
    await tx.run(sql`select pg_advisory_xact_lock(${LOCK})`)
    const at = clock()
    await tx.run(sql`
      insert into retention_run (at, state, believed)
      values (${at}, 'resumed', ${(await newestEntry(tx)) ?? null})`)
    return at
  })
}

async function doubt(
  on: Queries,
  at: Temporal.Instant,
  seen: Seen | undefined,
  due: boolean,
): Promise<string | undefined> {
  const { now } = await on.one<{ now: Temporal.Instant }>(sql`select clock_timestamp() as now`)
  if (isFar(hours(now, at))) return `the database's clock says ${day(now)}, the store's ${day(at)}`
  if (seen === undefined) return due ? 'this is the first run, and something would end' : undefined
  if (isFar(hours(seen.at, at))) return `the last run was on ${day(seen.at)}, and it is ${day(at)}`
  const newest = await newestEntry(on)
  if (newest === undefined || (seen.believed !== null && newest <= seen.believed)) return undefined
  const written = instantOf(newest)
  if (hours(at, written) <= MOST_HOURS) return undefined
  return `the ledger has an entry of ${day(written)}, and it is ${day(at)}`
}

async function lastSeen(on: Queries): Promise<Seen | undefined> {
  return on.first<Seen>(sql`
    select state, at, reason, believed from retention_run order by position desc limit 1`)
}

async function newestEntry(on: Queries): Promise<Id | undefined> {
  const row = await on.first<{ id: Id }>(sql`select id from ledger_entry order by id desc limit 1`)
  return row?.id
}

function hours(from: Temporal.Instant, to: Temporal.Instant): number {
  return to.since(from).total('hours')
}

function isFar(apart: number): boolean {
  return Math.abs(apart) > MOST_HOURS
}

function day(at: Temporal.Instant): string {
  return at.toString().slice(0, 10)
}
