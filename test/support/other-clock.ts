/**
 * Another clock for the whole program: for its processes of Node by a module that is loaded before them, for what asks
 * its database by functions that are found before PostgreSQL's own. libfaketime does the same one level below; it
 * cannot be had from the package registry, and would set the clock of the companies outside (`sandbox/`) as well.
 */

import { type Database, sql } from '../../src/base/database.ts'

const PRELOADED = new URL('_other-clock.ts', import.meta.url).href

/** The environment of a process whose clock is so many hours ahead. */
export function otherClock(hours: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${PRELOADED}`, OTHER_CLOCK_HOURS: String(hours) }
}

/** Lets `now()` and `clock_timestamp()` be asked of functions whose clock can be set. */
export async function prepareDatabaseClock(books: Database): Promise<void> {
  for (const name of ['now', 'clock_timestamp']) {
    await books.script(`
      create or replace function public.${name}() returns timestamptz language sql stable as $$
        select pg_catalog.${name}() + coalesce(current_setting('other.clock', true), '0')::interval
      $$`)
  }
  const { name } = await books.one<{ name: string }>(sql`select current_database() as name`)
  await books.script(`alter database ${name} set search_path = public, pg_catalog`)
}

/** Sets the clock of the database so many hours ahead, for connections that are opened from now on. */
export async function setDatabaseClock(books: Database, hours: number): Promise<void> {
  const { name } = await books.one<{ name: string }>(sql`select current_database() as name`)
  await books.script(`alter database ${name} set other.clock = '${hours} hours'`)
}
