/**
 * The ledger: how long the audit of a million entries takes, how fast they go into the tree, and what it costs an entry
 * that it must wait in a table for that.
 */

import { join } from 'node:path'
import { type Database, openDatabase, sql } from '../src/base/database.ts'
import { migrate } from '../src/base/migrations.ts'
import { openPostgres } from '../src/base/postgres.ts'
import { auditLedger } from '../src/privacy/audit.ts'
import { fileRootKey } from '../src/privacy/keys.ts'
import { inclusionReceipt } from '../src/privacy/receipt.ts'
import { openTree, sequence, type Tree } from '../src/privacy/sequencer.ts'
import { ROOT } from '../test/support/store.ts'
import type { Finding } from './_report.ts'
import { newFolder } from './_store.ts'

const ENTRIES = 1_000_000
const PER_BATCH = 250
const SINGLES = 4_000
const AT_ONCE = 8
const ROUNDS = 3

export async function measureLedger(): Promise<readonly Finding[]> {
  const folder = await newFolder()
  const postgres = await openPostgres({ folder: join(folder.path, 'postgres') })
  const database = openDatabase({ url: postgres.url, connections: AT_ONCE, onLost: () => {} })
  try {
    await migrate(database, join(ROOT, 'migrations'))
    await database.run(sql`call make_partitions('2026-03-01'::date, 4)`)
    const root = await fileRootKey(join(folder.path, 'root.key'))
    const tree = await openTree(database, root, join(folder.path, 'keys'), 'shop.example')
    const cost = await measureEntry(database)
    const seconds = await fill(tree)
    return [...(await measureAudit(tree, seconds)), await measureReceipt(database), cost]
  } finally {
    await database.close()
    await postgres.stop()
    await folder.remove()
  }
}

/** Entries of the usual length, put in order by the sequencer in batches as a busy store has them. */
async function fill(tree: Tree): Promise<number> {
  await tree.database.run(sql`truncate ledger_unsequenced`)
  const began = performance.now()
  for (let from = 0; from < ENTRIES; from += PER_BATCH * 40) {
    await addMany(tree.database, from, PER_BATCH * 40)
    await sequence(tree)
  }
  return (performance.now() - began) / 1000
}

async function addMany(database: Database, from: number, count: number): Promise<void> {
  await database.run(sql`
    insert into ledger_entry (id, leaf)
    select (lpad(to_hex(1772400000000 + n), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid,
      '{"at":"2026-03-10T08:00:00.000Z","because":"parcel booked","channel":"encrypted","clause":"C8.1",' ||
      '"company":"EasyPost","fields":["firstName","lastName","postalAddress","email","phone"],"id":"' || n ||
      '","kind":"disclosure granted","purpose":"transport","recipient":"carrier","revision":"1a","version":1}'
    from generate_series(${from}::bigint, ${from + count - 1}::bigint) as n`)
}

async function measureAudit(
  { database, signer }: Tree,
  sequencing: number,
): Promise<readonly Finding[]> {
  const began = performance.now()
  const { entries, checkpoints, findings } = await auditLedger(database, signer)
  const seconds = (performance.now() - began) / 1000
  if (findings.length > 0) throw new Error(findings.join('; '))
  return [
    {
      claim: `Audit of ${entries} entries`,
      measured: seconds,
      unit: ' s',
      goal: { most: 60 },
      notes: [
        `${checkpoints} checkpoints; written and put into the tree in ${sequencing.toFixed(0)} s`,
      ],
    },
  ]
}

async function measureReceipt(database: Database): Promise<Finding> {
  const rows = await database.many<{ entry: string }>(sql`
    select entry from ledger_position where index % 5000 = 17`)
  const began = performance.now()
  for (const { entry } of rows) await inclusionReceipt(database, entry)
  const measured = (performance.now() - began) / rows.length
  return { claim: 'A receipt, of a million entries', measured, unit: ' ms', notes: [] }
}

/** An entry in a transaction of its own, with the table it waits in and without. */
async function measureEntry(database: Database): Promise<Finding> {
  const rates = { with: 0, without: 0 }
  let from = ENTRIES * 2
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const way of ['with', 'without'] as const) {
      const enable = sql`alter table ledger_entry enable trigger unsequenced`
      const disable = sql`alter table ledger_entry disable trigger unsequenced`
      await database.run(way === 'with' ? enable : disable)
      const began = performance.now()
      await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, lane) => {
          for (let n = lane; n < SINGLES; n += AT_ONCE) await addMany(database, from + n, 1)
        }),
      )
      rates[way] += SINGLES / (performance.now() - began)
      from += SINGLES
      await database.run(enable)
    }
  }
  await database.run(sql`truncate ledger_entry, ledger_unsequenced`)
  const perEntry = (1000 * ROUNDS) / rates.with - (1000 * ROUNDS) / rates.without
  return {
    claim: 'Entries a second, waiting for the tree against not waiting',
    measured: rates.with / rates.without,
    goal: { least: 0.8 },
    notes: [`waiting costs an entry about ${perEntry.toFixed(0)} µs`],
  }
}
