/**
 * Failed sign-ins, counted: 5 for a sign-in name and 30 for a client's address, in 15 minutes each.
 *
 * The first count is in the database, so a restart does not help whoever guesses. The second is in memory alone.
 *
 * Invariant: no sign-in name that was typed and no client's address is ever stored or logged (C7).
 */

import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { type Queries, sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'

const WINDOW_MINUTES = 15
const PER_NAME = 5
const PER_ADDRESS = 30
const ADDRESSES = 10_000

/** Counts an attempt before it is checked, so that many at once gain nothing. @throws {Fault} `too_many_attempts` */
export async function countAttempt(on: Queries, login: string, now: Temporal.Instant) {
  const begin = now.subtract({ minutes: WINDOW_MINUTES })
  const { attempts } = await on.one<{ attempts: number }>(sql`
    insert into sign_in_attempt as counted (slot, attempts, since)
    values (${slotOf(login)}, 1, ${now})
    on conflict (slot) do update set
      attempts = case when counted.since <= ${begin} then 1 else least(counted.attempts + 1, 1000) end,
      since = case when counted.since <= ${begin} then excluded.since else counted.since end
    returning attempts`)
  if (attempts > PER_NAME) throw tooMany()
}

/** Forgets the attempts of a name, whose owner has signed in. */
export async function forgetAttempts(on: Queries, login: string): Promise<void> {
  await on.run(sql`delete from sign_in_attempt where slot = ${slotOf(login)}`)
}

export interface Addresses {
  /** @throws {Fault} `too_many_attempts` */
  count(address: string): void
  /** An attempt that turned out to be right. */
  forgive(address: string): void
}

export function openAddresses(clock: Clock): Addresses {
  const counts = new Map<string, { attempts: number; readonly since: Temporal.Instant }>()
  const isOver = (since: Temporal.Instant) =>
    Temporal.Instant.compare(since.add({ minutes: WINDOW_MINUTES }), clock()) <= 0
  return {
    count(address) {
      const known = counts.get(address)
      if (known === undefined || isOver(known.since)) {
        counts.delete(address)
        counts.set(address, { attempts: 1, since: clock() })
      } else {
        known.attempts += 1
        if (known.attempts > PER_ADDRESS) throw tooMany()
      }
      const [oldest] = counts.keys()
      if (counts.size > ADDRESSES && oldest !== undefined) counts.delete(oldest)
    },
    forgive(address) {
      const known = counts.get(address)
      if (known !== undefined) known.attempts -= 1
    },
  }
}

/** 16 bits of the name's hash: many names share one, so none can be read out of it. */
function slotOf(login: string): number {
  return createHash('sha256').update(login).digest().readUInt16BE(0)
}

function tooMany(): Fault {
  return new Fault('too_many_attempts', 'There were too many attempts to sign in', {
    remedy: `Wait ${WINDOW_MINUTES} minutes and try again`,
    waitSeconds: WINDOW_MINUTES * 60,
  })
}
