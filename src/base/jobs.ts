/**
 * Work for later, enqueued in the transaction that wants it done: it is done after the commit, or never.
 *
 * Invariant: a payload holds ids and nothing else, never a value about a person.
 */

import { type Queries, sql, type Transaction } from './database.ts'
import type { Id } from './ids.ts'

export type TaskName =
  | 'book shipment'
  | 'confirm new address'
  | 'gather orders'
  | 'refund'
  | 'send account link'
  | 'send data link'
  | 'send erasure notice'
  | 'send joining link'
  | 'send message'
  | 'tell former address'

/** Ids only; the order first, since the others are found with it. */
export type Payload = {
  readonly order: Id
  readonly id: Id
  /** The account that an order is to join. */
  readonly account?: Id
}

/** What a domain does for a job. It throws to be tried again, unless this was the last attempt. */
export type Task = (payload: Payload, attempt: Attempt) => Promise<void>

export type Attempt = { readonly number: number; readonly isLast: boolean }

/** At most this many tries, with growing pauses (graphile-worker's: exp(attempt) seconds, so ~20 h over 11). */
export const MAX_ATTEMPTS = 11

/** Enqueues a piece of work once, whatever enqueues it again: no other mode of `add_job` is as quick when many wait. */
export async function enqueue(tx: Transaction, task: TaskName, payload: Payload): Promise<void> {
  await tx.run(sql`
    select graphile_worker.add_job(${task}, ${JSON.stringify(payload)}::json,
      max_attempts => ${MAX_ATTEMPTS}, job_key => ${`${task} ${payload.id}`},
      job_key_mode => 'unsafe_dedupe')`)
}

/** Of some pieces of work, those that a job is doing or will do: it waits, or was not tried too often yet. */
export async function pendingOf(
  on: Queries,
  task: TaskName,
  ids: readonly Id[],
): Promise<ReadonlySet<Id>> {
  const rows = await on.many<{ id: Id }>(sql`
    select asked.id from unnest(${ids}::text[]) as asked (id)
      join graphile_worker._private_jobs job on job.key = ${task} || ' ' || asked.id
    where job.attempts < job.max_attempts or job.locked_at is not null`)
  return new Set(rows.map(({ id }) => id))
}
