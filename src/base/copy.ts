/**
 * Whole tables, in and out, as PostgreSQL's COPY has them: one snapshot out, one transaction in.
 *
 * Names of tables and columns come from the database's own catalogue, quoted by it; nothing else becomes text of SQL.
 */

import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { type Database, onOwnConnection, sql, type Transaction } from './database.ts'
import { check } from './failure.ts'

/** A table with the columns that are stored and not computed, each as SQL writes it. */
export type Table = { readonly name: string; readonly columns: readonly string[] }

export interface Copying extends Transaction {
  /** The rows of a table, as COPY writes them. */
  rows(table: Table): Readable
  /** What a query finds, likewise. */
  found(query: string): Readable
  /** Takes rows in, and gives how many there were. */
  load(table: Table, rows: AsyncIterable<Buffer>): Promise<number>
  script(text: string): Promise<void>
}

/** All tables of the store, those that others refer to first. */
export async function tablesOf(database: Database): Promise<readonly Table[]> {
  const tables = await database.many<Table & { refersTo: readonly string[] }>(sql`
    select quote_ident(c.relname) as name,
      array(select quote_ident(attname) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = ''
        order by attnum) as columns,
      array(select distinct quote_ident(r.relname) from pg_constraint f
        join pg_class r on r.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as "refersTo"
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition
    order by c.relname`)
  const sorted = new Map<string, Table>()
  while (sorted.size < tables.length) {
    const next = tables.find(
      ({ name, refersTo }) => !sorted.has(name) && refersTo.every((other) => sorted.has(other)),
    )
    check(next !== undefined, 'Tables must not refer to each other in a circle')
    sorted.set(next.name, { name: next.name, columns: next.columns })
  }
  return [...sorted.values()]
}

/** Reads the tables as they are at one moment, while the store goes on. None of them changes its shape meanwhile. */
export function inSnapshot<T>(
  url: string,
  tables: readonly Table[],
  work: (copying: Copying) => Promise<T>,
): Promise<T> {
  return copying(url, 'begin isolation level repeatable read, read only', async (on) => {
    // The snapshot is taken by the first query after the locks.
    await on.script(`lock table ${tables.map(({ name }) => name).join(', ')} in access share mode`)
    return work(on)
  })
}

/** Loads tables: all of it, or nothing. */
export function inOneLoad<T>(url: string, work: (copying: Copying) => Promise<T>): Promise<T> {
  return copying(url, 'begin', work)
}

function copying<T>(
  url: string,
  begin: string,
  work: (copying: Copying) => Promise<T>,
): Promise<T> {
  return onOwnConnection(url, begin, (tx, client) =>
    work({
      ...tx,
      rows: ({ name, columns }) =>
        client.query(copyTo(`copy (select ${columns.join(', ')} from ${name}) to stdout`)),
      found: (query) => client.query(copyTo(`copy (${query}) to stdout`)),
      async load({ name, columns }, rows) {
        const loading = client.query(copyFrom(`copy ${name} (${columns.join(', ')}) from stdin`))
        await pipeline(rows, loading)
        return loading.rowCount
      },
      async script(text) {
        await client.query(text)
      },
    }),
  )
}
