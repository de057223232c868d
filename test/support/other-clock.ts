/**
 * Another clock for the whole program: for its processes of Node by a module that is loaded before them, for what asks
 * its database by functions that are found before PostgreSQL's own. libfaketime does the first one level below; where
 * the machine has it (Debian's package, or LIBFAKETIME names the library) it is used as well.
 */

import { globSync } from 'node:fs'
import { type Database, sql } from '../../src/base/database.ts'

const PRELOADED = new URL('_other-clock.ts', import.meta.url).href

const [LIBRARY = process.env.LIBFAKETIME] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')

/** The environment of a process with another clock. */
export type Clock = Readonly<Record<string, string>>

/** How the clock of a process is set so many hours ahead, in each way that this machine knows. */
export const clocks: readonly { readonly by: string; readonly clock: (hours: number) => Clock }[] =
  [
    { by: 'by a module', clock: otherClock },
    ...(LIBRARY === undefined ? [] : [{ by: 'by libfaketime', clock: fakeTime(LIBRARY) }]),
  ]

export function otherClock(hours: number): Clock {
  return { NODE_OPTIONS: `--import=${PRELOADED}`, OTHER_CLOCK_HOURS: String(hours) }
}

function fakeTime(library: string): (hours: number) => Clock {
  return (hours) => ({
    LD_PRELOAD: library,
    FAKETIME: `${hours < 0 ? '' : '+'}${hours * 3600}s`,
    DONT_FAKE_MONOTONIC: '1',
  })
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
