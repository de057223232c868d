/**
 * The command line's way to the data: the database that the running store uses, or the same one, started for a moment.
 */

import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { unfinishedRestore } from '../backup/unfinished.ts'
import { type Database, openDatabase } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { isMigrated, migrate } from '../base/migrations.ts'
import { openPostgres, runningPostgres } from '../base/postgres.ts'
import { migrateJobs } from '../jobs/worker.ts'
import type { Terminal } from './command.ts'

type Opened = { readonly url: string; readonly close: () => Promise<void> }

/**
 * Runs `work` on the data of this installation.
 *
 * @param make whether a store that was never started is made.
 * @throws {Fault} `storage`, `not_found` when there is no store yet, `conflict` while a restore is not finished.
 */
export async function withData<T>(
  terminal: Terminal,
  make: 'make' | 'find',
  work: (database: Database, url: string) => Promise<T>,
): Promise<T> {
  return withDatabase(terminal, make, async (database, url) => {
    await prepare(database, url, join(terminal.root, 'migrations'), make)
    return work(database, url)
  })
}

/** Runs `work` on the database as it is, be there a store in it or not. */
export async function withDatabase<T>(
  terminal: Terminal,
  make: 'make' | 'find',
  work: (database: Database, url: string) => Promise<T>,
): Promise<T> {
  const { url, close } = await open(terminal, make)
  const interrupted = () => close().finally(() => process.exit(130))
  process.once('SIGINT', interrupted)
  const database = openDatabase({ url, connections: 4, onLost: () => {} })
  try {
    return await work(database, url)
  } finally {
    process.removeListener('SIGINT', interrupted)
    await database.close()
    await close()
  }
}

async function open({ config }: Terminal, make: 'make' | 'find'): Promise<Opened> {
  const { databaseUrl, databaseFolder } = config()
  const near = databaseUrl || (await runningPostgres(databaseFolder))
  if (near) return { url: near, close: async () => {} }
  if (make === 'find' && !(await exists(join(databaseFolder, 'cluster')))) throw noStore()
  const { url, stop } = await openPostgres({ folder: databaseFolder })
  return { url, close: stop }
}

async function prepare(
  database: Database,
  url: string,
  migrations: string,
  make: 'make' | 'find',
): Promise<void> {
  const unfinished = await unfinishedRestore(database)
  if (unfinished !== undefined) {
    throw new Fault('conflict', 'A restore into this database is not finished', {
      remedy:
        unfinished.loadedAt === null
          ? 'Run `npm run tacet -- restore FILE` again'
          : 'Start the store, which finishes it',
    })
  }
  if (await isMigrated(database, migrations).catch(() => false)) return
  if (make === 'find') throw noStore()
  await migrate(database, migrations)
  await migrateJobs(url)
}

function noStore(): Fault {
  return new Fault('not_found', 'There is no store here yet, or an older one', {
    remedy: 'Run `npm start` once, or set DATA_DIR or DATABASE_URL to where it is',
  })
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
