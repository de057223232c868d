/**
 * Changes to the shape of tables while the store runs: partitions that are made and dropped.
 *
 * Such a change waits for whoever reads the table, a backup for minutes; and all who come later wait behind it,
 * whatever they want of the table. So it waits for a moment only, lets everybody by, and comes again. A moment is less
 * than PostgreSQL takes to find a deadlock (`deadlock_timeout`, a second): of two who wait for each other this one
 * gives way, and no purchase is lost for it.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { type Database, sql, type Transaction } from './database.ts'
import { Fault } from './failure.ts'

const MOMENT_MS = 200
const TRIES = 10
/** PostgreSQL's `lock_not_available`. */
const NOT_AVAILABLE = '55P03'

/**
 * Does `work` in a transaction of its own, again from its beginning while somebody is in its way.
 *
 * @throws {Fault} `conflict` when somebody was for four seconds. Nothing was changed.
 */
export async function reshape<T>(
  database: Database,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.transaction(async (tx) => {
        await tx.run(sql`select set_config('lock_timeout', ${String(MOMENT_MS)}, true)`)
        return work(tx)
      })
    } catch (cause) {
      if (!isInTheWay(cause)) throw cause
      if (tries === TRIES) throw inUse(cause)
      await pause(MOMENT_MS)
    }
  }
}

function isInTheWay(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === NOT_AVAILABLE
}

function inUse(cause: unknown): Fault {
  return new Fault(
    'conflict',
    'Tables were in use, by a backup perhaps, and keep their shape for now',
    {
      remedy: 'It is tried again by itself',
      cause,
    },
  )
}
