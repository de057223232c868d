/**
 * Runs of retention: one at a time, and each that ended something is remembered, in counts.
 *
 * Invariant: of processes that run retention at once, one does; its lock goes with its connection.
 */

import { type Database, type Queries, sql } from '../base/database.ts'
import { type Id, instantOf } from '../base/ids.ts'

/** Who said that it is time. */
export type RunBy = 'the clock' | 'a person' | 'a restore'

/** What a run has ended so far. */
export type Ended = { readonly contacts: number; readonly months: readonly string[] }

export type Run = Ended & {
  readonly id: Id
  readonly by: RunBy
  readonly beganAt: Temporal.Instant
  /** Null while it is under way, and when it was cut off. */
  readonly finishedAt: Temporal.Instant | null
}

const LOCK = 7_465_217

/** Runs `work` unless another process does so now: then `busy`. Whoever `waits` does it afterwards. */
export async function alone<T>(
  database: Database,
  waits: boolean,
  work: () => Promise<T>,
): Promise<T | 'busy'> {
  return database.together(async (on) => {
    const { taken } = waits
      ? await on.one<{ taken: boolean }>(
          sql`select true as taken from (select pg_advisory_lock(${LOCK})) as waited`,
        )
      : await on.one<{ taken: boolean }>(sql`select pg_try_advisory_lock(${LOCK}) as taken`)
    if (!taken) return 'busy'
    try {
      return await work()
    } finally {
      await on.run(sql`select pg_advisory_unlock(${LOCK})`)
    }
  })
}

/** Writes down what a run has ended until now; told after each of its steps. */
export async function noteRun(
  on: Queries,
  { id, by, contacts, months, finishedAt }: Omit<Run, 'beganAt'>,
): Promise<void> {
  await on.run(sql`
    insert into retention_run (id, by, contacts, months, finished_at)
    values (${id}, ${by}, ${contacts}, ${months}, ${finishedAt})
    on conflict (id) do update set contacts = excluded.contacts, months = excluded.months,
      finished_at = excluded.finished_at`)
}

/** The newest runs first. */
export async function lastRuns(on: Queries, limit: number): Promise<readonly Run[]> {
  const rows = await on.many<Row>(sql`
    select id, by, contacts, months, finished_at as "finishedAt" from retention_run
    order by id desc limit ${limit}`)
  return rows.map(begun)
}

/** Those from one id on and before another, the oldest first. */
export async function runsBetween(on: Queries, from: Id, before: Id): Promise<readonly Run[]> {
  const rows = await on.many<Row>(sql`
    select id, by, contacts, months, finished_at as "finishedAt" from retention_run
    where id >= ${from} and id < ${before} order by id`)
  return rows.map(begun)
}

type Row = Omit<Run, 'beganAt'>

function begun(row: Row): Run {
  return { ...row, beganAt: instantOf(row.id) }
}
