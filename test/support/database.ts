/**
 * A fresh, migrated database for a test, on a real PostgreSQL.
 *
 *     const database = await testDatabase(t)      // t: of the test, or `{ after }` of node:test for the whole file
 *
 * Under `npm test` the runner has a server ready and names it in TACET_TEST_POSTGRES. A file that is run
 * by hand finds the server of this checkout, or starts it; that one ends by itself when nobody has used
 * it for a minute (`_keeper.ts`).
 *
 * Migrations run once a server, into a template named by their content; a database is a copy of it.
 */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runMigrations } from 'graphile-worker'
import pg from 'pg'
import { type Database, openDatabase, sql } from '../../src/base/database.ts'
import { migrate } from '../../src/base/migrations.ts'
import { runningPostgres } from '../../src/base/postgres.ts'

/** What a test's context and `{ after }` have in common. */
type Ending = { readonly after: (end: () => Promise<void>) => void }

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const MIGRATIONS = join(CHECKOUT, 'migrations')
const KEEPER = fileURLToPath(new URL('_keeper.ts', import.meta.url))
const TEMPLATE_LOCK = 7_465_211
const KEEPER_TRIES = 600

type Server = { readonly url: string; readonly template: string }

let server: Promise<Server> | undefined

/** Opens a fresh database. It is closed and dropped when the test ends. */
export async function testDatabase(t: Ending, connections = 10): Promise<Database> {
  const { url, drop } = await makeDatabase()
  const database = openDatabase({ url, connections, onLost: () => {} })
  t.after(async () => {
    await database.close()
    await drop()
  })
  return database
}

/** The address of a fresh database, for a test that starts a store of its own. It is dropped when the test ends. */
export async function testDatabaseUrl(t: Ending): Promise<string> {
  const { url, drop } = await makeDatabase()
  t.after(drop)
  return url
}

/** The address of a database without any table. It is dropped when the test ends. */
export async function emptyDatabaseUrl(t: Ending): Promise<string> {
  const { url, drop } = await makeDatabase('template1')
  t.after(drop)
  return url
}

async function makeDatabase(from?: string) {
  server ??= findServer().then(async (found) => ({
    url: found,
    template: await makeTemplate(found),
  }))
  const { url, template } = await server
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(url, (client) =>
    client.query(`create database ${name} template ${from ?? template} strategy file_copy`),
  )
  const drop = () =>
    administer(url, async (client) => {
      await client.query(`drop database ${name} with (force)`)
    })
  return { url: withName(url, name), drop }
}

async function findServer(): Promise<string> {
  const given = process.env.TACET_TEST_POSTGRES
  if (given) return given
  const folder = keptFolder()
  const running = await runningPostgres(folder)
  if (running !== undefined) return running
  spawn(process.execPath, [KEEPER, folder], { detached: true, stdio: 'ignore' }).unref()
  for (let tries = 0; tries < KEEPER_TRIES; tries += 1) {
    const url = await runningPostgres(folder)
    if (url !== undefined) return url
    await pause(50)
  }
  throw new Error(`The tests' PostgreSQL did not start; see ${folder}/server.log`)
}

function keptFolder(): string {
  const user = process.getuid?.() ?? 'user'
  const checkout = createHash('sha256').update(CHECKOUT).digest('hex').slice(0, 8)
  return join(tmpdir(), `tacet-test-${user}-${checkout}`)
}

/** Makes the template unless it is there. It gets its name last, so that no half of one is ever copied. */
async function makeTemplate(url: string): Promise<string> {
  const name = templateName()
  await administer(url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const found = await client.query('select from pg_database where datname = $1', [name])
    if (found.rowCount !== 0) return
    await client.query(`drop database if exists ${name}_new with (force)`)
    await client.query(`create database ${name}_new`)
    await fill(withName(url, `${name}_new`))
    await client.query(`alter database ${name}_new rename to ${name}`)
  })
  return name
}

async function fill(url: string): Promise<void> {
  const database = openDatabase({ url, connections: 2, onLost: () => {} })
  try {
    await migrate(database, MIGRATIONS)
    await runMigrations({ connectionString: url })
  } finally {
    await database.close()
  }
}

function templateName(): string {
  const hash = createHash('sha256').update(readFileSync(join(CHECKOUT, 'package-lock.json')))
  for (const file of readdirSync(MIGRATIONS).sort()) {
    hash.update(file).update(readFileSync(join(MIGRATIONS, file)))
  }
  return `template_${hash.digest('hex').slice(0, 12)}`
}

/** Runs `work` on the server's own database. */
async function administer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function withName(url: string, name: string): string {
  return url.replace(/^postgres:\/\/\/[^?]*/, `postgres:///${name}`)
}

/** Until a transaction waits for a lock that another one has. */
export async function untilSomebodyWaits(database: Database): Promise<void> {
  const ends = performance.now() + 10_000
  for (;;) {
    const { n } = await database.one<{ n: number }>(
      sql`select count(*) as n from pg_locks where not granted`,
    )
    if (n > 0) return
    assert.ok(performance.now() < ends, 'somebody must wait')
  }
}
