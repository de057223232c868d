/**
 * Work for later, enqueued in the transaction that wants it done: it is done after the commit, or never.
 *
 * Invariant: a payload holds ids and nothing else, never a value about a person.
 */

import { sql, type Transaction } from './database.ts'
import type { Id } from './ids.ts'

export type TaskName =
  | 'book shipment'
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
