/**
 * A whole store for a test: real database, sandbox in its own process, server on a port of its own, jobs on demand.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runMigrations } from 'graphile-worker'
import { startSandbox } from '../../src/_sandbox.ts'
import { tasksOf } from '../../src/_tasks.ts'
import { type Clock, systemClock } from '../../src/base/clock.ts'
import { type Database, openDatabase } from '../../src/base/database.ts'
import { type Log, openLog } from '../../src/base/log.ts'
import { migrate } from '../../src/base/migrations.ts'
import { openPostgres } from '../../src/base/postgres.ts'
import { importCatalogue } from '../../src/catalogue/import/import.ts'
import { readConfig } from '../../src/config/config.ts'
import { runDueJobs } from '../../src/jobs/worker.ts'
import { openStore, type Store } from '../../src/store.ts'
import { testDatabase } from './database.ts'
import { freePort } from './ports.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

export type TestStore = Store & {
  readonly database: Database
  readonly url: URL
  readonly sandbox: URL
  /** Its third parties and their keys, for tests that speak in their name. */
  readonly access: Awaited<ReturnType<typeof startSandbox>>['access']
  /** DATA_DIR. */
  readonly folder: string
  /** Does all work that is due, mails and bookings included. */
  readonly work: () => Promise<void>
}

export type TestStoreOptions = {
  readonly clock?: Clock
  readonly log?: Log
  /** Rows of a catalogue; a teapot of 100 pieces where it is left out. */
  readonly catalogue?: string
  readonly environment?: Readonly<Record<string, string>>
  /** A PostgreSQL of its own below DATA_DIR, as a merchant has it, in place of a database of the tests' server. */
  readonly embedded?: boolean
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const TEAPOT = [
  'slug,sku,name,price,currency,status,description,tax_category,category1,weight,weight_unit,' +
    'inventory_count,track_inventory,hs_code,origin_country',
  'teapot,TEAPOT-1,Stoneware Teapot,42.50,EUR,active,A teapot.,Default,Kitchen,900,g,' +
    '100,TRUE,691200,DK',
  '',
].join('\n')

/** Starts a store; everything ends with the test. */
export async function testStore(t: Ending, options: TestStoreOptions = {}): Promise<TestStore> {
  const { clock = systemClock, environment = {} } = options
  const folder = await mkdtemp(join(tmpdir(), 'tacet-store-'))
  const database = await (options.embedded ? embeddedDatabase(t, folder) : testDatabase(t))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const port = await freePort()
  const config = readConfig({ PORT: String(port), DATA_DIR: folder, ...environment })
  const log = options.log ?? openLog(join(folder, 'logs'), clock)
  const storeUrl = config.publicUrl
  const sandbox = await startSandbox({ root: ROOT, port: 0, folder: '', storeUrl })
  t.after(() => sandbox.stop())
  await importRows(database, folder, clock, options.catalogue ?? TEAPOT)
  const { access } = sandbox
  const store = await openStore({
    config,
    database,
    access,
    clock,
    log,
    root: ROOT,
    production: false,
  })
  t.after(() => store.server.close())
  await store.server.listen({ port, host: '127.0.0.1' })
  const tasks = tasksOf(store, config)
  return {
    ...store,
    database,
    url: storeUrl,
    sandbox: sandbox.url,
    access,
    folder,
    work: () => runDueJobs({ database, clock, log, tasks }),
  }
}

/** Migrated, with the settings of a real store. */
async function embeddedDatabase(t: Ending, folder: string): Promise<Database> {
  const postgres = await openPostgres({ folder: join(folder, 'postgres') })
  const database = openDatabase({ url: postgres.url, connections: 10, onLost: () => undefined })
  t.after(async () => {
    await database.close()
    await postgres.stop()
  })
  await migrate(database, join(ROOT, 'migrations'))
  await runMigrations({ connectionString: postgres.url })
  return database
}

async function importRows(
  database: Database,
  folder: string,
  clock: Clock,
  rows: string,
): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  const file = join(folder, 'catalogue.csv')
  await writeFile(file, rows)
  await importCatalogue({ database, picturesFolder: join(folder, 'pictures'), clock }, file, {
    currency: 'EUR',
  })
}
