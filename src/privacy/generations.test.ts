/** Generations of keys: what lives opens, what was erased does not come back, and no clock ends one early. */

import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/support/database.ts'
import { keyFolder } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { type Database, sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import {
  destroyDue,
  type Generations,
  generationsOf,
  keepGenerations,
  turn,
  wrapAnew,
} from './generations.ts'
import { fileRootKey, openKeys, type WrappedKey } from './keys.ts'

const DAYS = 3

/** A store's keys, as several processes have them. */
async function newStore(t: TestContext) {
  const database = await testDatabase(t)
  const home = await keyFolder(t)
  const root = await fileRootKey(join(home, 'root.key'))
  const folder = join(home, 'keys')
  let ahead = Temporal.Duration.from({ hours: 0 })
  const clock = () => systemClock().add(ahead)
  const begin = async (): Promise<Generations> => {
    const keys = await openKeys(database, root, folder, clock)
    return { database, clock, keys, root, folder, backupHorizonDays: DAYS }
  }
  return {
    database,
    folder,
    process: begin,
    /** Turns the clock of the store, not that of the database. */
    wait: (hours: number) => {
      ahead = ahead.add({ hours })
    },
  }
}

/** Makes everything that was written down so much older, as the database and the store have it. */
async function age(database: Database, minutes: number): Promise<void> {
  await database.run(sql`
    update generation set created_at = created_at - make_interval(mins => ${minutes}),
      ended_at = ended_at - make_interval(mins => ${minutes})`)
}

async function keep(database: Database, { kind, id, generation, wrapped }: WrappedKey) {
  await database.run(sql`
    insert into data_key (id, kind, generation, wrapped)
    values (${id}, ${kind}, ${generation}, ${wrapped})`)
}

async function made({ database, keys }: Generations): Promise<{ id: Id; key: Buffer }> {
  const id = newId(systemClock())
  const { key, wrapped } = keys.newDataKey('order', id)
  await keep(database, wrapped)
  return { id, key }
}

async function rowOf(database: Database, id: Id): Promise<WrappedKey | undefined> {
  return database.first<WrappedKey>(
    sql`select id, kind, generation, wrapped from data_key where id = ${id}`,
  )
}

async function opened({ database, keys }: Generations, id: Id): Promise<Buffer | undefined> {
  const row = await rowOf(database, id)
  if (row === undefined) return undefined
  if (!keys.knows([row])) await keys.learn(database)
  return keys.unwrap(row)
}

/** A day passes, and the house does its work. */
async function day(store: Generations): Promise<void> {
  await age(store.database, 24 * 60 - 10)
  await keepGenerations(store)
  await age(store.database, 10)
  await keepGenerations(store)
}

/** The same for all processes of a store: each looks every minute. */
async function dayOfAll(stores: readonly Generations[]): Promise<void> {
  const [first] = stores
  if (first !== undefined) await day(first)
  for (const store of stores) await keepGenerations(store)
}

test('a turn wraps new keys by the new generation, and every process opens them', async (t) => {
  const { process } = await newStore(t)
  const [one, other] = await Promise.all([process(), process()])
  const before = await made(other)
  assert.equal(await turn(one), 2)
  const after = await made(one)
  assert.equal((await rowOf(one.database, after.id))?.generation, 2)
  for (const store of [one, other, await process()]) {
    assert.deepEqual(await opened(store, before.id), before.key)
    assert.deepEqual(await opened(store, after.id), after.key)
  }
})

test('in whatever order keys are made, turned, wrapped anew and destroyed: what lives opens', async (t) => {
  const { process, database } = await newStore(t)
  const deeds = fc.array(
    fc.tuple(fc.constantFrom('make', 'turn', 'wrap', 'destroy', 'day'), fc.nat(1), fc.nat(99)),
    { maxLength: 25 },
  )
  await fc.assert(
    fc.asyncProperty(deeds, async (done) => {
      const stores = await Promise.all([process(), process()])
      await database.run(sql`delete from data_key`)
      const living = new Map<Id, Buffer>()
      for (const [deed, which, pick] of done) {
        const store = stores[which] ?? stores[0]
        if (deed === 'make') {
          const { id, key } = await made(store)
          living.set(id, key)
        } else if (deed === 'turn') await turn(store)
        else if (deed === 'wrap') await wrapAnew(store)
        else if (deed === 'day') await dayOfAll(stores)
        else {
          const id = [...living.keys()][pick % Math.max(living.size, 1)]
          if (id !== undefined) await database.run(sql`delete from data_key where id = ${id}`)
          if (id !== undefined) living.delete(id)
        }
      }
      for (const store of [...stores, await process()])
        for (const [id, key] of living) assert.deepEqual(await opened(store, id), key)
      const { count } = await database.one<{ count: number }>(sql`select count(*) from data_key`)
      assert.equal(count, living.size)
    }),
    { numRuns: 15 },
  )
})

test('many keys are wrapped anew, and one that is destroyed meanwhile stays destroyed', async (t) => {
  const { process, database } = await newStore(t)
  const store = await process()
  const all = await Promise.all(Array.from({ length: 950 }, () => made(store)))
  await turn(store)
  const ending = all.slice(400, 600).map(({ id }) => id)
  const [wrapped] = await Promise.all([
    wrapAnew(store),
    database.run(sql`delete from data_key where id = any(${ending}::uuid[])`),
  ])
  assert.ok(wrapped >= 750)
  const [old, present] = await generationsOf(database)
  assert.deepEqual([old?.keys, present?.keys], [0, 750])
  for (const { id, key } of all) {
    assert.deepEqual(await opened(store, id), ending.includes(id) ? undefined : key)
  }
})

test('C3.1 after the horizon no copy of a destroyed key opens, with everything that is left', async (t) => {
  const { process, database, folder } = await newStore(t)
  const store = await process()
  const erased = await made(store)
  const kept = await made(store)
  const backup = await rowOf(database, erased.id)
  assert.ok(backup)
  await database.run(sql`delete from data_key where id = ${erased.id}`)
  for (let passed = 0; passed <= DAYS; passed += 1) {
    assert.deepEqual(store.keys.unwrap(backup), erased.key, 'within the horizon a restore opens it')
    await day(store)
  }
  await day(store)
  for (const holder of [store, await process()]) {
    assert.throws(() => holder.keys.unwrap(backup), { name: 'Fault', code: 'storage' })
    assert.deepEqual(await opened(holder, kept.id), kept.key)
  }
  assert.ok(!(await readdir(folder)).includes('generation-1.key'))
  const entry = await database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where leaf like '%generation destroyed%' order by id limit 1`,
  )
  assert.match(entry.leaf, /generation 1: the backup horizon has passed/)
})

test('a clock that jumps destroys nothing early', async (t) => {
  for (const hours of [6 * 365 * 24, -24, -365 * 24]) {
    const { process, database, wait } = await newStore(t)
    const store = await process()
    await made(store)
    await day(store)
    wait(hours)
    for (let minute = 0; minute < 5; minute += 1) await keepGenerations(store)
    const generations = await generationsOf(database)
    assert.ok(generations.length <= 3, 'a jump makes one turn at most')
    assert.ok(generations.every(({ destroyedAt }) => destroyedAt === null))
  }
})

test('many turns do not destroy a key before its days, nor many days before its turns', async (t) => {
  const { process, database } = await newStore(t)
  const store = await process()
  for (let turns = 0; turns < DAYS + 3; turns += 1) {
    await turn(store)
    await age(database, 10)
    await keepGenerations(store)
  }
  assert.ok((await generationsOf(database)).every(({ destroyedAt }) => destroyedAt === null))
  const late = await newStore(t)
  const other = await late.process()
  await day(other)
  await age(late.database, 300 * 24 * 60)
  assert.deepEqual(await destroyDue(other), [])
})

test('a generation that still wraps a key after all is not destroyed', async (t) => {
  const { process, database } = await newStore(t)
  const [store, slow] = await Promise.all([process(), process()])
  await day(store)
  const late = await made(slow)
  assert.equal((await rowOf(database, late.id))?.generation, 1)
  for (let passed = 0; passed < DAYS + 2; passed += 1) await day(store)
  assert.deepEqual(await opened(store, late.id), late.key)
  assert.ok(((await rowOf(database, late.id))?.generation ?? 0) > 1, 'It was wrapped anew')
})

test('two processes turn once a day, and do the work once', async (t) => {
  const { process, database } = await newStore(t)
  const stores = await Promise.all([process(), process(), process()])
  await age(database, 24 * 60)
  await Promise.all(stores.map((store) => keepGenerations(store)))
  assert.equal((await generationsOf(database)).length, 2)
})

test('what a kill left half done is taken up again', async (t) => {
  const { process, database, folder } = await newStore(t)
  const store = await process()
  for (let passed = 0; passed < DAYS + 2; passed += 1) await day(store)
  const [first] = await generationsOf(database)
  assert.ok(first?.destroyedAt)
  await writeFile(join(folder, 'generation-1.key'), 'left by a kill before the file was removed')
  await turn(store)
  await database.run(
    sql`delete from generation where number = (select max(number) from generation)`,
  )
  const again = await process()
  await destroyDue(again)
  assert.ok(!(await readdir(folder)).includes('generation-1.key'))
  const number = await turn(again)
  const key = await made(again)
  assert.equal((await rowOf(database, key.id))?.generation, number)
  assert.deepEqual(await opened(await process(), key.id), key.key)
})
