/**
 * The house's own work by the clock.
 *
 * Every piece does a bounded amount and comes again, so that none is missed for long and none takes long.
 */

import type { Clock } from '../base/clock.ts'
import { type Queries, sql } from '../base/database.ts'
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
  readonly database: Queries
  readonly clock: Clock
  /** Takes back orders whose payment's time is up. */
  readonly lapsePayments: () => Promise<unknown>
  /** Erases what was asked for while it was open, and has closed since. */
  readonly endRequested: () => Promise<unknown>
  /** Ends accounts whose address nobody has confirmed. */
  readonly endUnconfirmed: () => Promise<unknown>
  /** Ends what its time is over for. */
  readonly runRetention: () => Promise<unknown>
}

const MOST_CARTS = 5000
/** This month and three more: a store whose work stands still for a season still takes orders. */
const MONTHS = 4

export function timedWork(work: TimedWork): readonly Timed[] {
  const { database, clock, lapsePayments, endRequested, endUnconfirmed, runRetention } = work
  const cartsEnd = () => {
    const lifetime = Temporal.Duration.from(retention.cart.atMost ?? 'P30D')
    return clock().subtract({ hours: lifetime.total({ unit: 'hours', relativeTo: '1970-01-01' }) })
  }
  return [
    { name: 'lapse payments', when: '* * * * *', run: lapsePayments },
    { name: 'end what was asked for', when: '* * * * *', run: endRequested },
    { name: 'end unconfirmed accounts', when: '23 * * * *', run: endUnconfirmed },
    {
      name: 'end stale carts',
      when: '17 * * * *',
      run: () => endStaleCarts(database, cartsEnd(), MOST_CARTS),
    },
    { name: 'publish months', when: '29 4 * * *', run: () => publishMonths(database, clock) },
    { name: 'retention', when: '27 * * * *', run: runRetention },
    { name: 'make partitions', when: '41 3 * * *', run: () => makePartitions(database, clock) },
  ]
}

/** Makes the months ahead that are missing. Also called at start, before anything is written. */
export async function makePartitions(database: Queries, clock: Clock): Promise<void> {
  const today = clock().toZonedDateTimeISO('UTC').toPlainDate().toString()
  await database.run(sql`call make_partitions(${today}::date, ${MONTHS})`)
}
