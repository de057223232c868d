/**
 * The house's own work by the clock.
 *
 * Every piece does a bounded amount and comes again, so that none is missed for long and none takes long.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, sql } from '../base/database.ts'
import { reshape } from '../base/reshape.ts'
import { endStaleCarts } from '../cart/cart.ts'
import { retention } from '../privacy/policy.ts'
import { publishMonths } from '../privacy/transparency.ts'

/** Work that comes again by the clock. */
export type Timed = {
  readonly name: string
  /** As in a crontab: minute, hour, day, month, day of the week; in UTC. */
  readonly when: string
  readonly run: () => Promise<unknown>
}

export type TimedWork = {
  readonly database: Database
  readonly clock: Clock
  /** The present instant; undefined while the clock is not trusted, and nothing ends by it. */
  readonly steady: () => Promise<Temporal.Instant | undefined>
  /** Takes back orders whose payment's time is up: by the processor's clock where ours is not trusted. */
  readonly lapsePayments: (isClockTrusted: boolean) => Promise<unknown>
  /** Asks the processor what became of refunds that are unclear; by a clock that is not trusted none has failed. */
  readonly clearUpRefunds: (isClockTrusted: boolean) => Promise<unknown>
  /** Erases what was asked for while it was open, and has closed since. */
  readonly endRequested: () => Promise<unknown>
  /** Ends accounts, and changes of their address, that nobody has confirmed. */
  readonly endUnconfirmed: () => Promise<unknown>
  /** Ends what its time is over for. */
  readonly runRetention: () => Promise<unknown>
  /** Deletes logs of days that are over. */
  readonly forgetLogs: (now: Temporal.Instant) => void
}

const MOST_CARTS = 5000
/** This month and three more: a store whose work stands still for a season still takes orders. */
const MONTHS = 4

export function timedWork(work: TimedWork): readonly Timed[] {
  const { database, clock, steady, endRequested, endUnconfirmed, runRetention } = work
  const whenSteady = (run: (now: Temporal.Instant) => unknown) => async () => {
    const now = await steady()
    if (now !== undefined) await run(now)
  }
  return [
    {
      name: 'lapse payments',
      when: '* * * * *',
      run: async () => work.lapsePayments((await steady()) !== undefined),
    },
    {
      name: 'clear up refunds',
      when: '*/10 * * * *',
      run: async () => work.clearUpRefunds((await steady()) !== undefined),
    },
    { name: 'end what was asked for', when: '* * * * *', run: endRequested },
    { name: 'forget logs', when: '7 * * * *', run: whenSteady(work.forgetLogs) },
    { name: 'end unconfirmed accounts', when: '23 * * * *', run: whenSteady(endUnconfirmed) },
    {
      name: 'end stale carts',
      when: '17 * * * *',
      run: whenSteady((now) => endStaleCarts(database, cartsEnd(now), MOST_CARTS)),
    },
    {
      name: 'publish months',
      when: '29 4 * * *',
      run: whenSteady((now) => publishMonths(database, () => now)),
    },
    { name: 'retention', when: '27 * * * *', run: runRetention },
    { name: 'make partitions', when: '41 3 * * *', run: () => makePartitions(database, clock) },
  ]
}

/** Carts that were not changed since end. */
function cartsEnd(now: Temporal.Instant): Temporal.Instant {
  const lifetime = Temporal.Duration.from(retention.cart.atMost ?? 'P30D')
  return now.subtract({ hours: lifetime.total({ unit: 'hours', relativeTo: '1970-01-01' }) })
}

/** Makes the months ahead that are missing. */
export async function makePartitions(database: Database, clock: Clock): Promise<void> {
  const today = clock().toZonedDateTimeISO('UTC').toPlainDate().toString()
  await reshape(database, (tx) => tx.run(sql`call make_partitions(${today}::date, ${MONTHS})`))
}
