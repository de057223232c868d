/** Migrations: each runs once, whole or not at all, and is not changed afterwards. */

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { type Database, sql } from './database.ts'
import { isMigrated, migrate } from './migrations.ts'

async function newFolder(t: TestContext): Promise<{ database: Database; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-migrations-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, '8001-first.sql'), 'create table first_made (id int);')
  await writeFile(join(folder, '8002-second.sql'), 'insert into first_made values (1), (2);')
  await writeFile(join(folder, 'notes.md'), 'no migration')
  return { database: await testDatabase(t), folder }
}

const countOf = async (database: Database) =>
  (await database.one<{ count: number }>(sql`select count(*) from first_made`)).count

test('processes that start at once run each file once, in its order', async (t) => {
  const { database, folder } = await newFolder(t)
  assert.equal(await isMigrated(database, folder), false)
  const ran = await Promise.all(Array.from({ length: 5 }, () => migrate(database, folder)))
  assert.deepEqual(ran.flat(), ['8001-first.sql', '8002-second.sql'])
  assert.equal(await countOf(database), 2)
  assert.equal(await isMigrated(database, folder), true)
  assert.deepEqual(await migrate(database, folder), [])
})

test('a file that was changed after it ran stops the start', async (t) => {
  const { database, folder } = await newFolder(t)
  await migrate(database, folder)
  await writeFile(join(folder, '8001-first.sql'), 'create table first_made (id bigint);')
  const changed = { name: 'Fault', code: 'conflict', message: /8001-first\.sql/ }
  await assert.rejects(migrate(database, folder), changed)
})

test('a file that fails leaves nothing of itself, and is run again once it is mended', async (t) => {
  const { database, folder } = await newFolder(t)
  const file = join(folder, '8003-third.sql')
  await writeFile(file, 'insert into first_made values (3); select 1 / 0;')
  await assert.rejects(migrate(database, folder), { code: '22012' })
  assert.equal(await countOf(database), 2)
  await writeFile(file, 'insert into first_made values (3);')
  assert.deepEqual(await migrate(database, folder), ['8003-third.sql'])
  assert.equal(await countOf(database), 3)
})

test('a file that refuses is a fault, with what to do', async (t) => {
  const { database, folder } = await newFolder(t)
  const text = "do $$ begin raise exception 'Not here' using hint = 'Begin anew'; end $$;"
  await writeFile(join(folder, '8003-third.sql'), text)
  const refused = { name: 'Fault', code: 'conflict', message: 'Not here', remedy: 'Begin anew' }
  await assert.rejects(migrate(database, folder), refused)
})

test('a connection that is cut fails the start, and does not hold up the end', async (t) => {
  const { database, folder } = await newFolder(t)
  await writeFile(join(folder, '8003-third.sql'), 'select pg_terminate_backend(pg_backend_pid());')
  await assert.rejects(migrate(database, folder))
  await rm(join(folder, '8003-third.sql'))
  assert.deepEqual(await migrate(database, folder), [])
})
