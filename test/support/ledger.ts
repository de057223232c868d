/**
 * For tests of the ledger's tree: a ledger with entries in it, of no person.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, type Queries, sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { fileRootKey } from '../../src/privacy/keys.ts'
import { leafOf } from '../../src/privacy/ledger.ts'
import { openTree, sequence, type Tree } from '../../src/privacy/sequencer.ts'
import { testDatabase } from './database.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

const START = Temporal.Instant.from('2026-03-10T08:00:00Z')

/** A folder for root key and key folder. It goes when the test ends. */
export async function keyFolder(t: Ending): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-ledger-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An empty ledger, signed by the key of a folder. */
export async function testLedger(t: Ending, folder: string, database?: Database): Promise<Tree> {
  const on = database ?? (await testDatabase(t))
  await on.run(sql`call make_partitions('2026-03-01'::date, 1)`)
  const root = await fileRootKey(join(folder, 'keys', 'root.key'))
  return openTree(on, root, join(folder, 'keys'), 'shop.example')
}

/** Adds an entry a millisecond, counted from a fixed instant. `what` tells two ledgers apart. */
export async function addEntries(
  on: Queries,
  begin: number,
  end: number,
  what = 'r',
): Promise<readonly Id[]> {
  const leaves = Array.from({ length: end - begin }, (_, at) =>
    leafOf({ kind: 'key destroyed', reference: what }, START.add({ milliseconds: begin + at })),
  )
  await on.run(sql`
    insert into ledger_entry (id, leaf)
    select * from unnest(${leaves.map(({ id }) => id)}::uuid[], ${leaves.map(({ text }) => text)}::text[])`)
  return leaves.map(({ id }) => id)
}

/** Adds entries and takes them into the tree. */
export async function growTo(tree: Tree, begin: number, end: number, what?: string): Promise<void> {
  await addEntries(tree.database, begin, end, what)
  while ((await sequence(tree)) > 0);
}
