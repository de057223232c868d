/**
 * Keeps a PostgreSQL for test files that are run by hand, and stops it when nobody has used it for a minute.
 *
 * Use: `node test/support/_keeper.ts FOLDER`. A second keeper of a folder is refused by its lock, and ends at once.
 */

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { openPostgres } from '../../src/base/postgres.ts'
import { FAST_SETTINGS } from './settings.ts'

const CHECK_MS = 5_000
const IDLE_CHECKS = 12

const [folder = ''] = process.argv.slice(2)
const postgres = await openPostgres({ folder, settings: FAST_SETTINGS })
process.on('SIGTERM', () => postgres.stop().then(() => process.exit()))
process.on('SIGINT', () => postgres.stop().then(() => process.exit()))

try {
  for (let idle = 0; idle < IDLE_CHECKS; idle += 1) {
    await pause(CHECK_MS)
    if (await isUsed()) idle = 0
  }
} finally {
  await postgres.stop()
}

async function isUsed(): Promise<boolean> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  try {
    const { rowCount } = await client.query(
      `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    return rowCount !== 0
  } finally {
    await client.end()
  }
}
