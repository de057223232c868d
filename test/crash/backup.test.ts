/**
 * Backups under bad conditions: orders that are placed meanwhile, files that were touched, `kill -9`, a full disk.
 */

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { restore } from '../../src/backup/restore.ts'
import { checkLoaded, unfinishedRestore } from '../../src/backup/unfinished.ts'
import { systemClock } from '../../src/base/clock.ts'
import { type Database, openDatabase, sql } from '../../src/base/database.ts'
import { openEndings } from '../../src/privacy/endings.ts'
import { fileRootKey } from '../../src/privacy/keys.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { ADA, buy } from '../support/purchase.ts'
import { startTacet, tacet, urlOf } from '../support/restored.ts'
import { ROOT, testStore } from '../support/store.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

const store = await testStore({ after })
const url = urlOf(store.database)
const file = join(store.folder, 'tacet.backup')

before(async () => {
  await store.database.run(sql`update stock set available = 1000`)
  await mkdir(join(store.folder, 'pictures'), { recursive: true })
  await writeFile(join(store.folder, 'pictures', 'kettle-1.webp'), randomBytes(200_000))
  await buy(store, { contact: ADA })
  await sequence(store.ledger)
  const { code, complaint } = await tacet(`backup ${file}`, store.folder, url)
  assert.equal(code, 0, complaint)
  await cp(join(store.folder, 'keys'), join(store.folder, 'mirror'), { recursive: true })
})

/** A data folder with the keys alone, as they come back from their mirror. */
async function mirror(t: Ending): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-mirror-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await cp(join(store.folder, 'mirror'), join(folder, 'keys'), { recursive: true })
  return folder
}

function openAt(t: Ending, address: string): Database {
  const database = openDatabase({ url: address, connections: 2, onLost: () => undefined })
  t.after(() => database.close())
  return database
}

async function tablesIn(database: Database): Promise<number> {
  const { n } = await database.one<{ n: number }>(sql`
    select count(*) as n from pg_class where relnamespace = 'public'::regnamespace`)
  return n
}

test('a backup that was flipped anywhere, cut or extended is refused, and nothing is changed', async (t) => {
  const folder = await mirror(t)
  const address = await emptyDatabaseUrl(t)
  const database = openAt(t, address)
  const whole = await readFile(file)
  const touched = join(folder, 'touched')
  const refuse = async (bytes: Buffer) => {
    await writeFile(touched, bytes)
    const { code, complaint } = await tacet(`restore ${touched}`, folder, address)
    assert.equal(code, 1)
    assert.match(complaint, /was changed or cut off|no backup of a Tacet store/)
  }
  const flipped = fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
    const bytes = Buffer.from(whole)
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await refuse(bytes)
  })
  await fc.assert(flipped, { numRuns: 40 })
  for (const length of [0, 10, 47, 1000, whole.length - 1]) await refuse(whole.subarray(0, length))
  await refuse(Buffer.concat([whole, Buffer.of(0)]))
  assert.equal(await tablesIn(database), 0)
  assert.deepEqual(await readdir(folder), ['keys', 'touched'])
})

test('other keys, an older mirror, a lost checkpoint and a full database are refused', async (t) => {
  const address = await emptyDatabaseUrl(t)
  const database = openAt(t, address)
  const refused = async (change: (keys: string) => Promise<void>, reason: RegExp) => {
    const folder = await mirror(t)
    await change(join(folder, 'keys'))
    const { code, complaint } = await tacet(`restore ${file}`, folder, address)
    assert.equal(code, 1)
    assert.match(complaint, reason)
    assert.equal(await tablesIn(database), 0)
  }
  await refused(async (keys) => {
    await writeFile(join(keys, 'root.key'), randomBytes(32).toString('base64'))
  }, /root key does not open the key "backup"/)
  await refused(
    (keys) => rm(join(keys, 'endings'), { recursive: true }),
    /does not know this backup/,
  )
  await refused((keys) => rm(join(keys, 'checkpoint')), /It is not known how many entries/)
  await refused((keys) => rm(join(keys, 'generation-1.key')), /generation 1 is not in the keys/)
  const full = await tacet(`restore ${file}`, await mirror(t), url)
  assert.equal(full.code, 1)
  assert.match(full.complaint, /not empty: nothing was restored/)
})

test('a checkpoint that a witness kept is held against the backup', async (t) => {
  const folder = await mirror(t)
  await buy(store, { contact: ADA })
  await sequence(store.ledger)
  const { note } = await store.database.one<{ note: string }>(
    sql`select note from ledger_checkpoint order by size desc limit 1`,
  )
  await writeFile(join(folder, 'seen'), note)
  const address = await emptyDatabaseUrl(t)
  const asked = `restore ${file} --checkpoint ${join(folder, 'seen')}`
  const { code, complaint } = await tacet(asked, folder, address)
  assert.equal(code, 1)
  assert.match(complaint, /\d+ entries of the ledger were signed after this backup/)
})

test('a folder is no backup, and that is said', async (t) => {
  const folder = await mirror(t)
  const { code, complaint } = await tacet(`restore ${folder}`, folder, await emptyDatabaseUrl(t))
  assert.equal(code, 2)
  assert.match(complaint, /is no file\. Name the file of the backup/)
})

test('C3.1 a backup from before the horizon is refused', async (t) => {
  const folder = await mirror(t)
  const address = await emptyDatabaseUrl(t)
  const database = openAt(t, address)
  const keysFolder = join(folder, 'keys')
  const clock = () => systemClock().add({ hours: 24 * 31 })
  const restoring = {
    ...{ database, url: address, keysFolder, clock, horizonDays: 30 },
    root: await fileRootKey(join(keysFolder, 'root.key')),
    picturesFolder: join(folder, 'pictures'),
    endings: openEndings(keysFolder, clock, 30),
    migrationsFolder: join(ROOT, 'migrations'),
    prepareJobs: async () => undefined,
  }
  await assert.rejects(restore(restoring, file, { acceptLoss: true }), {
    ...{ code: 'conflict', message: /older than 30 days \(C3\.1\)/ },
  })
  assert.equal(await tablesIn(database), 0)
})

test('a backup while orders are placed is consistent', async (t) => {
  let buying = true
  const buyers = Array.from({ length: 4 }, async () => {
    while (buying) await buy(store, { contact: ADA })
  })
  const under = join(store.folder, 'under-way.backup')
  const made = await tacet(`backup ${under}`, store.folder, url)
  buying = false
  await Promise.all(buyers)
  assert.equal(made.code, 0, made.complaint)
  const address = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${under} --accept-loss`, store.folder, address)
  assert.equal(restored.code, 0, restored.complaint)
  const database = openAt(t, address)
  const wrong = await database.one<Record<string, number>>(sql`
    select
      (select count(*) from orders o where not exists
        (select from order_line where order_id = o.id)) as "withoutLines",
      (select count(*) from order_line l where not exists
        (select from orders where id = l.order_id)) as "withoutOrder",
      (select count(*) from orders o where not exists
        (select from payment where order_id = o.id)) as "withoutPayment",
      (select count(*) from orders o where not exists
        (select from data_key where id = o.id)) as "withoutKey",
      (select count(*) from orders where state = 'paid') - (select count(*) from accounting_record)
        as "withoutRecord",
      (select sum(available) from stock) + (select sum(quantity) from order_line) - 1000 as stock`)
  for (const [what, count] of Object.entries(wrong)) assert.equal(Number(count), 0, what)
})

test('a full disk is said plainly, and leaves no file', async () => {
  const folder = await mkdtemp(join(store.folder, 'full-'))
  const wanted = join(folder, 'b')
  // 512 bytes a block: less than the pictures.
  const started = startTacet(`backup ${wanted}`, store.folder, url, 'ulimit -f 200;')
  assert.equal(await started.ended, 1, started.said())
  assert.match(started.said(), /The disk is full: no backup was written/)
  assert.deepEqual(await readdir(folder), [])
})

test('kill -9 during a backup leaves no file under its name', async () => {
  const folder = await mkdtemp(join(store.folder, 'killed-'))
  const blocker = openDatabase({ url, connections: 1, onLost: () => undefined })
  const killed = await blocker.transaction(async (tx) => {
    // It waits for this table, with the part under way.
    await tx.run(sql`lock table cart in access exclusive mode`)
    const started = startTacet(`backup ${join(folder, 'b')}`, store.folder, url)
    await until(async () => (await readdir(folder)).length > 0)
    started.child.kill('SIGKILL')
    await started.ended
    return started
  })
  await blocker.close()
  assert.equal(killed.said(), '')
  assert.equal(existsSync(join(folder, 'b')), false)
  assert.equal((await tacet(`backup ${join(folder, 'b')}`, store.folder, url)).code, 0)
})

test('kill -9 during a restore leaves a store that does not open, and can be restored again', async (t) => {
  const folder = await mirror(t)
  const address = await emptyDatabaseUrl(t)
  const database = openAt(t, address)
  const started = startTacet(`restore ${file}`, folder, address)
  // The first step is done, and its tables are being made or filled.
  await until(async () => (await unfinishedRestore(database)) !== undefined)
  started.child.kill('SIGKILL')
  await started.ended
  assert.equal((await unfinishedRestore(database))?.loadedAt, null)
  await assert.rejects(checkLoaded(database), { code: 'conflict', message: /was interrupted/ })
  const other = await tacet('orders list', folder, address)
  assert.match(other.complaint, /is not finished/)
  const again = await tacet(`restore ${file}`, folder, address)
  assert.equal(again.code, 0, again.complaint)
  assert.equal(
    await digest(join(folder, 'pictures', 'kettle-1.webp')),
    await digest(join(store.folder, 'pictures', 'kettle-1.webp')),
  )
})

async function digest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const ends = performance.now() + 30_000
  while (!(await isSo())) assert.ok(performance.now() < ends, 'it must come in the end')
}
