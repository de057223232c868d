/** Keys: made once, for good, and held against the database that they belong to. */

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { keyFolder } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { type Database, sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import { fileRootKey, type Keys, openKeys } from './keys.ts'

const fault = { name: 'Fault', code: 'storage' }
const NAMES = ['generation-1.key', 'index.key', 'link.key']

type Home = {
  readonly database: Database
  readonly folder: string
  readonly open: () => Promise<Keys>
}

async function newHome(t: TestContext, database?: Database): Promise<Home> {
  const folder = await keyFolder(t)
  const own = database ?? (await testDatabase(t))
  const open = async () => {
    const root = await fileRootKey(join(folder, 'root.key'))
    return openKeys(own, root, join(folder, 'keys'), systemClock)
  }
  return { database: own, folder, open }
}

function sealAndOpen(one: Keys, other: Keys): void {
  const { key, wrapped } = one.newDataKey('order', newId(systemClock()))
  assert.deepEqual(other.unwrap(wrapped), key)
  assert.deepEqual(one.lookUp('email', 'a@b.de'), other.lookUp('email', 'a@b.de'))
  assert.deepEqual(one.link('order', Buffer.alloc(16)), other.link('order', Buffer.alloc(16)))
}

test('keys are made once, nobody else reads them, and they come back after a restart', async (t) => {
  const { folder, open } = await newHome(t)
  const first = await open()
  sealAndOpen(first, await open())
  assert.deepEqual((await readdir(join(folder, 'keys'))).sort(), NAMES)
  const mode = async (path: string) => (await stat(join(folder, path))).mode & 0o777
  assert.equal(await mode('keys'), 0o700)
  for (const path of ['root.key', ...NAMES.map((name) => join('keys', name))]) {
    assert.equal(await mode(path), 0o600, path)
  }
})

test('a store whose keys or root key are gone does not start, and makes none', async (t) => {
  for (const lost of ['root.key', 'keys', ...NAMES.map((name) => join('keys', name))]) {
    const { folder, open } = await newHome(t)
    await open()
    await rm(join(folder, lost), { recursive: true })
    await assert.rejects(open(), fault, lost)
    await assert.rejects(stat(join(folder, lost, 'x')), 'It was not made again')
    await assert.rejects(
      readFile(join(folder, lost)),
      lost === 'keys' ? { code: 'EISDIR' } : { code: 'ENOENT' },
    )
  }
})

test('another root key, and one that is no key, do not start the store', async (t) => {
  const { folder, open } = await newHome(t)
  await open()
  const file = join(folder, 'root.key')
  for (const text of [Buffer.alloc(32, 7).toString('base64'), '', 'no key', 'AAAA']) {
    await writeFile(file, text)
    await assert.rejects(open(), fault)
    assert.equal(await readFile(file, 'utf8'), text)
  }
})

test('a key that was tampered with, or stands in another’s place, does not open', async (t) => {
  const { folder, open } = await newHome(t)
  await open()
  const file = (name: string) => join(folder, 'keys', name)
  const whole = await readFile(file('index.key'), 'utf8')
  for (const text of [
    await readFile(file('link.key'), 'utf8'),
    `B${whole.slice(1)}`,
    whole.slice(4),
    '',
  ]) {
    await writeFile(file('index.key'), text)
    await assert.rejects(open(), fault)
  }
  await writeFile(file('index.key'), whole)
  await open()
})

test('a wrapped data key opens for its own id, kind and generation only', async (t) => {
  const { open } = await newHome(t)
  const keys = await open()
  const { wrapped } = keys.newDataKey('order', newId(systemClock()))
  const flipped = Buffer.from(wrapped.wrapped)
  flipped[20] = (flipped[20] ?? 0) ^ 1
  for (const change of [
    { id: newId(systemClock()) },
    { kind: 'period' as const },
    { generation: 2 },
    { wrapped: flipped },
  ]) {
    assert.throws(() => keys.unwrap({ ...wrapped, ...change }), fault)
  }
})

test('the keys of one store do not open another’s database', async (t) => {
  const one = await newHome(t)
  await one.open()
  await assert.rejects((await newHome(t, one.database)).open(), fault)
})

test('a generation that the database does not record is not sealed under', async (t) => {
  const { folder, open } = await newHome(t)
  const keys = await open()
  const first = await readFile(join(folder, 'keys', 'generation-1.key'))
  await writeFile(join(folder, 'keys', 'generation-2.key'), first)
  assert.equal((await open()).newDataKey('order', newId(systemClock())).wrapped.generation, 1)
  sealAndOpen(keys, await open())
})

test('a store all of whose generations were destroyed is not taken for a new one', async (t) => {
  const { database, open } = await newHome(t)
  await open()
  await database.run(sql`update generation set ended_at = now(), destroyed_at = now()`)
  await assert.rejects(open(), { name: 'Bug' })
})

test('a first start that was killed half-way starts again, and leaves no half', async (t) => {
  for (let made = 0; made < NAMES.length; made += 1) {
    const { database, folder, open } = await newHome(t)
    await open()
    await database.run(sql`delete from generation`)
    for (const name of NAMES.slice(made)) await rm(join(folder, 'keys', name))
    await writeFile(join(folder, 'keys', `${NAMES[made]}.c0ffee.new`), 'half')
    sealAndOpen(await open(), await open())
    assert.deepEqual((await readdir(join(folder, 'keys'))).sort(), NAMES)
  }
})

test('processes that start at once on a new store have the same keys', async (t) => {
  const { database, open } = await newHome(t)
  const [first, ...others] = await Promise.all(Array.from({ length: 8 }, open))
  assert.ok(first)
  for (const keys of others) sealAndOpen(first, keys)
  const { count } = await database.one<{ count: number }>(sql`select count(*) from generation`)
  assert.equal(count, 1)
})

test('of two stores that start at once on one new database, each with its keys, one stops', async (t) => {
  const one = await newHome(t)
  const other = await newHome(t, one.database)
  const outcomes = await Promise.allSettled([one.open(), other.open()])
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('processes that begin at once make one root key', async (t) => {
  const { folder, open } = await newHome(t)
  const making = new URL('../../test/support/_root-key-maker.ts', import.meta.url)
  await mkdir(join(folder, 'keys'))
  const processes = Array.from({ length: 4 }, () => fork(making, [join(folder, 'root.key')]))
  const made = await Promise.all(
    processes.map((child) => new Promise((resolve) => child.once('message', resolve))),
  )
  for (const child of processes) child.kill('SIGKILL')
  assert.equal(new Set(made).size, 1, 'Processes that begin at once have one root key')
  await open()
})
