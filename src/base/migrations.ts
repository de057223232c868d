/**
 * Migrations: numbered files of plain SQL, forward only, each in a transaction of its own.
 *
 * Invariant: two processes that start at once run each file once; a file that has run and was changed afterwards
 * stops the start.
 */

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, sql } from './database.ts'
import { Fault } from './failure.ts'

type Migration = { readonly name: string; readonly text: string; readonly digest: string }

const LOCK = 7_465_210

/** Runs what has not run yet (of the named files, where they are given), and returns the names of the files it ran. */
export async function migrate(
  database: Database,
  folder: string,
  named?: readonly string[],
): Promise<readonly string[]> {
  const all = await readMigrations(folder)
  const migrations = all.filter(({ name }) => named?.includes(name) ?? true)
  const client = await database.pool.connect()
  const ran: string[] = []
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await client.query(`create table if not exists migration (
      name text primary key, digest text not null, ran_at timestamptz not null default now());
      comment on table migration is 'retention: none: no person in it'`)
    const { rows } = await client.query<{ name: string; digest: string }>(
      'select name, digest from migration',
    )
    const known = new Map(rows.map(({ name, digest }) => [name, digest]))
    for (const { name, text, digest } of migrations) {
      if (known.has(name)) checkUnchanged(name, digest, known.get(name))
      else {
        await client.query('begin')
        await client.query(text).catch((error: unknown) => {
          throw refusalIn(error) ?? error
        })
        await client.query('insert into migration (name, digest) values ($1, $2)', [name, digest])
        await client.query('commit')
        ran.push(name)
      }
    }
    return ran
  } finally {
    // Closed and not given back: that rolls back and unlocks, also where the connection is no good any more.
    client.release(true)
  }
}

/** What a file says by `raise exception`: that it cannot be done here, and, as its hint, what to do. */
function refusalIn(error: unknown): Fault | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'P0001')) return undefined
  const remedy = 'hint' in error && typeof error.hint === 'string' ? { remedy: error.hint } : {}
  return new Fault('conflict', error.message, { ...remedy, cause: error })
}

/** Whether every file has run: what a process that must not migrate asks at its start. */
export async function isMigrated(database: Database, folder: string): Promise<boolean> {
  const files = await readMigrations(folder)
  const found = await database.many<{ name: string }>(
    sql`select name from migration where name = any(${files.map(({ name }) => name)})`,
  )
  return found.length === files.length
}

/** The files of a folder, oldest first. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8')
      return { name, text, digest: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

function checkUnchanged(name: string, digest: string, ran: string | undefined): void {
  if (digest === ran) return
  throw new Fault('conflict', `Migration ${name} was changed after it ran here`, {
    remedy: 'Put the file back as it was and write a new migration for the change',
  })
}
