/**
 * A restore that is under way, as a table of one row that says how far it is. While it is there the store stays shut.
 *
 * The table is made before anything else in an empty database and goes with the last step, when the store has ended
 * again what was ended since the backup. So whatever is interrupted is found at the next start, or restored anew.
 */

import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'

export type Unfinished = {
  readonly madeAt: Temporal.Instant | null
  /** Null while the rows are not there. */
  readonly loadedAt: Temporal.Instant | null
  /** Whether entries of the ledger are lost, so that a log of another name must begin. */
  readonly anew: boolean
}

/** The restore that is under way in this database, or undefined. */
export async function unfinishedRestore(on: Queries): Promise<Unfinished | undefined> {
  const { found } = await on.one<{ found: boolean }>(
    sql`select to_regclass('unfinished_restore') is not null as found`,
  )
  if (!found) return undefined
  return on.one(sql`
    select made_at as "madeAt", loaded_at as "loadedAt", anew from unfinished_restore`)
}

/** @throws {Fault} `conflict` unless the database is empty, but for a restore that was interrupted. */
export async function checkEmpty(database: Database): Promise<void> {
  const unfinished = await unfinishedRestore(database)
  if (unfinished !== undefined && unfinished.loadedAt === null) return
  const { tables } = await database.one<{ tables: number }>(sql`
    select count(*) as tables from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')`)
  if (unfinished === undefined && tables === 0) return
  throw new Fault('conflict', 'This database is not empty: nothing was restored', {
    remedy:
      'Restore into an empty database: an empty one by DATABASE_URL, or a DATA_DIR that has the keys ' +
      'folder of the store and nothing else',
  })
}

/** @throws {Fault} `conflict` while the rows of a restore are not all there: this is no store. */
export async function checkLoaded(on: Queries): Promise<void> {
  const unfinished = await unfinishedRestore(on)
  if (unfinished === undefined || unfinished.loadedAt !== null) return
  throw new Fault(
    'conflict',
    'A restore into this database was interrupted: there is no store yet',
    {
      remedy: 'Run `npm run tacet -- restore FILE` again',
    },
  )
}

/** Harmless where it was begun. */
export const BEGIN_RESTORE = `
    create table if not exists unfinished_restore (
      sole boolean primary key default true check (sole),
      made_at timestamptz,
      loaded_at timestamptz,
      anew boolean not null default false
    );
    comment on table unfinished_restore is 'retention: none: no person in it';
    insert into unfinished_restore default values on conflict do nothing`

/** In the transaction that loads the rows. */
export async function markLoaded(
  tx: Transaction,
  { madeAt, loadedAt, anew }: Unfinished,
): Promise<void> {
  await tx.run(sql`
    update unfinished_restore set made_at = ${madeAt}, loaded_at = ${loadedAt}, anew = ${anew}`)
}
