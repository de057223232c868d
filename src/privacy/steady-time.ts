/**
 * The time, where something is ended by it.
 *
 * No clock is trusted alone. The store notes when it last looked; a clock that is now behind that, or over 48 hours
 * after it, has jumped, or the store stood still, and the two cannot be told apart from within. The database's clock
 * must agree. From then on nothing is ended by the clock until somebody has looked at it: `tacet retention resume`.
 *
 * Invariant: a hold is released by a person, never by time.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql } from '../base/database.ts'
import { instantOf, isId } from '../base/ids.ts'

/** Since when, and why, nothing is ended by the clock. */
export type ClockHold = { readonly at: Temporal.Instant; readonly because: HoldReason }

export type HoldReason =
  | 'the clock went back'
  | 'the clock jumped ahead, or the store stood still for over 48 hours'
  | 'the clock differs from that of the database'

const LONGEST_HOURS = 48
const APART_MINUTES = 10

type Seen = {
  readonly seenAt: Temporal.Instant
  readonly heldAt: Temporal.Instant | null
  readonly because: HoldReason | null
  readonly databaseNow: Temporal.Instant
}

/** The present instant, by which something may be ended; undefined while the clock is not trusted. */
export async function steadyTime(
  database: Database,
  clock: Clock,
): Promise<Temporal.Instant | undefined> {
  return database.transaction(async (tx) => {
    const now = clock()
    await tx.run(sql`
      insert into retention_clock (seen_at) values (${await firstSeen(tx, now)}) on conflict do nothing`)
    const seen = await tx.one<Seen>(sql`
      select seen_at as "seenAt", held_at as "heldAt", held_because as because,
        clock_timestamp() as "databaseNow"
      from retention_clock for update`)
    if (seen.heldAt !== null) return undefined
    const because = doubt(now, seen)
    if (because === undefined) {
      await tx.run(sql`update retention_clock set seen_at = ${now}`)
      return now
    }
    await tx.run(sql`update retention_clock set held_at = ${now}, held_because = ${because}`)
    return undefined
  })
}

/** The hold that is on, if any. */
export async function clockHold(on: Queries): Promise<ClockHold | undefined> {
  const row = await on.first<{ at: Temporal.Instant | null; because: HoldReason }>(
    sql`select held_at as at, held_because as because from retention_clock`,
  )
  if (row === undefined || row.at === null) return undefined
  return { at: row.at, because: row.because }
}

/** Somebody has looked at the clock: it is right, and counts from now on. Tells whether there was a hold. */
export async function trustClock(database: Database, clock: Clock): Promise<boolean> {
  return database.transaction(async (tx) => {
    const hold = await clockHold(tx)
    await tx.run(sql`
      insert into retention_clock (seen_at) values (${clock()})
      on conflict (sole) do update
      set seen_at = excluded.seen_at, held_at = null, held_because = null`)
    return hold !== undefined
  })
}

/** Why the clock is not trusted, or undefined. */
export function doubt(
  now: Temporal.Instant,
  { seenAt, databaseNow }: Pick<Seen, 'seenAt' | 'databaseNow'>,
): HoldReason | undefined {
  const minutes = now.since(seenAt).total('minutes')
  if (minutes < -APART_MINUTES) return 'the clock went back'
  if (minutes > LONGEST_HOURS * 60)
    return 'the clock jumped ahead, or the store stood still for over 48 hours'
  if (Math.abs(now.since(databaseNow).total('minutes')) > APART_MINUTES)
    return 'the clock differs from that of the database'
  return undefined
}

/** A store that looks for the first time goes by its ledger's last entry, where there is one. */
async function firstSeen(on: Queries, now: Temporal.Instant): Promise<Temporal.Instant> {
  const row = await on.first<{ id: string }>(
    sql`select id from ledger_entry order by id desc limit 1`,
  )
  return row !== undefined && isId(row.id) ? instantOf(row.id) : now
}
