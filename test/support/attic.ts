/**
 * Everything that a store with an embedded database leaves on its disk, and all of its rows as text.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { sql } from '../../src/base/database.ts'
import type { Hit, Search } from './canary.ts'
import type { TestStore } from './store.ts'

type Found = { readonly where: string; readonly hits: readonly Hit[] }

/** Has all that is still in memory written to the disk. */
export async function settle({ database }: TestStore): Promise<void> {
  await database.script('checkpoint')
}

/** Searches every file below DATA_DIR: tables, write-ahead log, the server's log, keys, our logs, pictures. */
export async function searchFiles(
  { folder }: TestStore,
  search: Search,
): Promise<{ readonly files: readonly string[]; readonly found: readonly Found[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((one) => join(one.parentPath, one.name))
  const found: Found[] = []
  for (const path of paths) {
    const hits = search(await readFile(path))
    if (hits.length > 0) found.push({ where: relative(folder, path), hits })
  }
  return { files: paths.map((path) => relative(folder, path)), found }
}

/** Searches every row of every table of every schema, those of the job queue and of statistics included. */
export async function searchRows(
  { database }: TestStore,
  search: Search,
): Promise<{ readonly tables: readonly string[]; readonly found: readonly Found[] }> {
  const tables = await database.many<{ name: string }>(sql`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') order by 1`)
  const found: Found[] = []
  for (const { name } of tables) {
    const { rows } = await database.pool.query<{ row: string }>(
      `select t::text as row from ${name} t`,
    )
    const hits = search(Buffer.from(rows.map(({ row }) => row).join('\n')))
    if (hits.length > 0) found.push({ where: name, hits })
  }
  return { tables: tables.map(({ name }) => name), found }
}
