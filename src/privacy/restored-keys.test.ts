/** Generations of a database that was put back: what is in the folder goes on, what was destroyed stays so. */

import assert from 'node:assert/strict'
import { rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { keyFolder } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import { generationsOf, turn } from './generations.ts'
import { fileRootKey, openKeys } from './keys.ts'
import { adoptGenerations, checkGenerations, usedGenerations } from './restored-keys.ts'

async function newStore(t: TestContext) {
  const database = await testDatabase(t)
  const home = await keyFolder(t)
  const root = await fileRootKey(join(home, 'root.key'))
  const folder = join(home, 'keys')
  const open = () => openKeys(database, root, folder, systemClock)
  const keys = await open()
  const clock = systemClock
  const generations = { database, clock, keys, root, folder, backupHorizonDays: 30 }
  const adopt = () =>
    database.transaction((tx) => adoptGenerations(tx, root, folder, systemClock()))
  const used = () => database.transaction(usedGenerations)
  return { database, root, folder, open, keys, turned: () => turn(generations), adopt, used }
}

async function keep({ database, keys }: Awaited<ReturnType<typeof newStore>>) {
  const { wrapped, key } = keys.newDataKey('order', newId(systemClock()))
  await database.run(sql`
    insert into data_key (id, kind, generation, wrapped)
    values (${wrapped.id}, ${wrapped.kind}, ${wrapped.generation}, ${wrapped.wrapped})`)
  return { wrapped, key }
}

test('a generation that was made after the backup is taken over, with the age of its file', async (t) => {
  const store = await newStore(t)
  const { wrapped, key } = await keep(store)
  await store.turned()
  const seconds = systemClock().subtract({ hours: 100 }).epochMilliseconds / 1000
  await utimes(join(store.folder, 'generation-2.key'), seconds, seconds)
  await store.database.run(sql`delete from generation where number = 2`)
  await checkGenerations(store.root, store.folder, await store.used())
  await store.adopt()
  const [, second] = await generationsOf(store.database)
  assert.equal(Math.floor((second?.createdAt.epochMilliseconds ?? 0) / 1000), Math.floor(seconds))
  const keys = await store.open()
  assert.equal(keys.present(), 2)
  assert.deepEqual(keys.unwrap(wrapped), key)
})

test('C3.1 a backup that needs a key that was destroyed is refused', async (t) => {
  const store = await newStore(t)
  await keep(store)
  const used = await store.used()
  assert.equal(used.length, 1)
  await rm(join(store.folder, 'generation-1.key'))
  await assert.rejects(checkGenerations(store.root, store.folder, used), {
    ...{ code: 'storage', message: /generation 1 is not in the keys folder/ },
  })
  const foreign = await newStore(t)
  await assert.rejects(checkGenerations(foreign.root, foreign.folder, used), {
    ...{ code: 'storage', message: /that of another store/ },
  })
})

test('a generation that was destroyed since, and wraps nothing, is destroyed there too', async (t) => {
  const store = await newStore(t)
  await store.turned()
  await keep(store)
  await rm(join(store.folder, 'generation-1.key'))
  await checkGenerations(store.root, store.folder, await store.used())
  await store.adopt()
  const [first] = await generationsOf(store.database)
  assert.ok(first?.destroyedAt)
  assert.equal((await store.open()).present(), 2)
})

test('a generation that covers look-up values alone is one that the backup needs', async (t) => {
  const store = await newStore(t)
  const { generation, covered } = store.keys.cover(store.keys.lookUp('email', 'a@example.com'))
  await store.turned()
  await keep(store)
  await store.database.run(sql`
    insert into blind_index (subject, field, generation, covered)
    values (${newId(systemClock())}, 'email', ${generation}, ${covered})`)
  assert.deepEqual(
    (await store.used()).map(({ number }) => number),
    [1, 2],
  )
})
