/** The sequencer on a real database: order, late commits, one leader, hand-over, and what it refuses to sign. */

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { type Database, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { fileRootKey } from './keys.ts'
import { leafOf } from './ledger.ts'
import { EMPTY, extend, hashLeaf, isConsistent, rootOf, rootOfInclusion } from './merkle.ts'
import { fromBase64, openNote, parseCheckpoint, parseKey } from './note.ts'
import { consistencyProof, inclusionReceipt } from './receipt.ts'
import { lastCheckpoint, openTree, recordedKey, sequence, type Tree } from './sequencer.ts'

const folder = await mkdtemp(join(tmpdir(), 'tacet-tree-'))
after(() => rm(folder, { recursive: true, force: true }))
const root = await fileRootKey(join(folder, 'root.key'))
const start = Temporal.Instant.from('2026-03-10T08:00:00Z')
const ledger = { after }

async function openLedger(keys = 'keys'): Promise<Tree & { readonly database: Database }> {
  const database = await testDatabase(ledger)
  await database.run(sql`call make_partitions('2026-03-01'::date, 1)`)
  return openTree(database, root, join(folder, keys), 'shop.example')
}

/** Entries whose ids are in the order of `at`. */
async function add(on: Pick<Database, 'run'>, ...at: readonly number[]): Promise<readonly Id[]> {
  const leaves = at.map((seconds) => {
    const when = start.add({ seconds })
    return leafOf({ kind: 'key destroyed', reference: '0'.repeat(8), because: `${seconds}` }, when)
  })
  await on.run(sql`
    insert into ledger_entry (id, leaf)
    select * from unnest(${leaves.map(({ id }) => id)}::uuid[], ${leaves.map(({ text }) => text)}::text[])`)
  return leaves.map(({ id }) => id)
}

const range = (begin: number, end: number) =>
  Array.from({ length: end - begin }, (_, at) => begin + at)

async function order(database: Database): Promise<readonly Id[]> {
  const rows = await database.many<{ entry: Id; index: number }>(
    sql`select entry, index from ledger_position order by index`,
  )
  assert.deepEqual(
    rows.map(({ index }) => index),
    range(0, rows.length),
  )
  return rows.map(({ entry }) => entry)
}

/** The last checkpoint says what the entries are, counted anew. */
async function checkHead({ database, signer }: Tree): Promise<void> {
  const rows = await database.many<{ leaf: string }>(sql`
    select leaf from ledger_position join ledger_entry on id = entry order by index`)
  const { size, root } = await lastCheckpoint(database, signer)
  assert.equal(size, rows.length)
  const leaves = rows.map(({ leaf }) => hashLeaf(Buffer.from(leaf)))
  assert.deepEqual(root, rootOf(extend(EMPTY, leaves)))
}

test('a new ledger has a key, a name and a signed checkpoint of nothing', async () => {
  const tree = await openLedger()
  const key = parseKey((await recordedKey(tree.database)) ?? '')
  assert.equal(key.name, 'shop.example/tacet')
  assert.equal((await lastCheckpoint(tree.database, key)).size, 0)
  assert.equal(await sequence(tree), 0)
})

test('the ledger keeps its name when the store moves, and refuses a key that is not its own', async () => {
  const { database, signer } = await openLedger('first')
  const moved = await openTree(database, root, join(folder, 'first'), 'elsewhere.example')
  assert.equal(moved.signer.text, signer.text)
  await assert.rejects(openTree(database, root, join(folder, 'absent'), 'shop.example'), {
    code: 'storage',
  })
  await openLedger('second')
  await assert.rejects(openTree(database, root, join(folder, 'second'), 'shop.example'), {
    code: 'storage',
    message: /does not belong/,
  })
})

test('entries of a batch are in the order of their ids, and batches one after the other', async () => {
  const tree = await openLedger()
  const [c, a, b] = await add(tree.database, 3, 1, 2)
  assert.equal(await sequence(tree), 3)
  const [zero] = await add(tree.database, 0)
  assert.equal(await sequence(tree), 1)
  assert.equal(await sequence(tree), 0)
  assert.deepEqual(await order(tree.database), [a, b, c, zero])
  await checkHead(tree)
})

test('an entry that commits later than a newer one is not missed', async () => {
  const tree = await openLedger()
  const { database } = tree
  const late = Promise.withResolvers<void>()
  const written = Promise.withResolvers<readonly Id[]>()
  const slow = database.transaction(async (tx) => {
    written.resolve(await add(tx, 1))
    await late.promise
  })
  const [old] = await written.promise
  const [recent] = await add(database, 2)
  assert.equal(await sequence(tree), 1)
  assert.equal(await inclusionReceipt(database, old ?? ''), undefined)
  late.resolve()
  await slow
  assert.equal(await sequence(tree), 1)
  assert.deepEqual(await order(database), [recent, old])
  await checkHead(tree)
})

test('an entry that was rolled back is never in the tree', async () => {
  const tree = await openLedger()
  const undone = tree.database.transaction(async (tx) => {
    await add(tx, 1)
    throw new Error('undone')
  })
  await assert.rejects(undone, /undone/)
  assert.equal(await sequence(tree), 0)
})

test('many sequencers at once: one leads, and each entry has one index', async () => {
  const tree = await openLedger()
  const writers = range(0, 20).map((at) => add(tree.database, at, at + 100))
  const leaders = range(0, 30).map(() => sequence(tree))
  await Promise.all([...writers, ...leaders])
  while ((await sequence(tree)) > 0);
  assert.equal((await order(tree.database)).length, 40)
  await checkHead(tree)
})

test('when the leader dies, its batch is taken by the next', async () => {
  const tree = await openLedger()
  const { database } = tree
  await add(database, 1, 2)
  await database.run(sql`alter table ledger_checkpoint add constraint stop check (size < 2)`)
  await assert.rejects(sequence(tree))
  await database.run(sql`alter table ledger_checkpoint drop constraint stop`)
  assert.equal((await order(database)).length, 0)
  const client = await database.pool.connect()
  await client.query('begin')
  await client.query('select pg_advisory_xact_lock(7465213)')
  await client.query('delete from ledger_unsequenced')
  assert.equal(await sequence(tree), 0)
  client.release(true)
  while ((await sequence(tree)) === 0);
  await checkHead(tree)
})

test('receipts and consistency proofs hold across the borders of tiles', async () => {
  const tree = await openLedger()
  const { database, signer } = tree
  const heads = [await lastCheckpoint(database, signer)]
  for (const end of [1, 200, 256, 257, 511, 700, 65_536, 66_000]) {
    const begin = heads.at(-1)?.size ?? 0
    await add(database, ...range(begin, end))
    while ((await sequence(tree)) > 0) heads.push(await lastCheckpoint(database, signer))
  }
  await checkHead(tree)
  const last = heads.at(-1)
  assert.equal(last?.size, 66_000)
  for (const first of heads) {
    const proof = await consistencyProof(database, first.size, last.size)
    assert.ok(isConsistent(first, last, decoded(proof)), `from ${first.size}`)
  }
  const entries = await order(database)
  for (const index of [0, 1, 199, 255, 256, 510, 65_535, 65_536, 65_999]) {
    const receipt = await inclusionReceipt(database, entries[index] ?? '')
    assert.equal(receipt?.index, index)
    const { size, root } = parseCheckpoint(openNote(receipt.checkpoint, signer), signer.name)
    const leaf = hashLeaf(Buffer.from(receipt.entry))
    assert.deepEqual(rootOfInclusion(leaf, index, size, decoded(receipt.proof)), root)
  }
  await assert.rejects(consistencyProof(database, 5, 66_001), { code: 'invalid' })
  await assert.rejects(consistencyProof(database, 5, 4), { code: 'invalid' })
})

test('a tree that contradicts its last checkpoint is not signed again', async () => {
  const tree = await openLedger()
  const { database } = tree
  await add(database, 1, 2, 3)
  await sequence(tree)
  await database.run(
    sql`update ledger_tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)`,
  )
  await add(database, 4)
  await assert.rejects(sequence(tree), {
    code: 'storage',
    message: /not the one of its checkpoint/,
  })
})

test('an entry that is deleted before it is in the tree is missed', async () => {
  const tree = await openLedger()
  const [id] = await add(tree.database, 1)
  await tree.database.run(sql`delete from ledger_entry where id = ${id}`)
  await assert.rejects(sequence(tree), { code: 'storage', message: /was deleted before/ })
})

function decoded(hashes: readonly string[]): readonly Buffer[] {
  return hashes.map((hash) => fromBase64(hash) ?? Buffer.alloc(0))
}
