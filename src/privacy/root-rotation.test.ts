/** The root's rotation: everything moves, or nothing does; what still runs by the old root key makes nothing more. */

import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { keyFolder } from '../../test/support/kernel.ts'
import { KMS, standInKms, standInVault, VAULT } from '../../test/support/root-keepers.ts'
import { systemClock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import { destroyDue, turn } from './generations.ts'
import { fileRootKey, makeSecret, openKeys, openSecret, type RootKey } from './keys.ts'
import { openRootKey } from './root-keys/root-key.ts'
import { rotateRoot } from './root-rotation.ts'

const NAMES = [
  'backup',
  'generation-1',
  'generation-2',
  'index',
  'ledger-signing',
  'ledger-signing-0011aabb',
  'link',
]
const storage = { name: 'Fault', code: 'storage' }

/** A store with every kind of secret; its folder, and ways to look into it. */
async function newStore(t: TestContext) {
  const database = await testDatabase(t)
  const home = await keyFolder(t)
  const folder = join(home, 'keys')
  const from = await fileRootKey(join(home, 'root.key'))
  const keys = await openKeys(database, from, folder, systemClock)
  const generations = { database, clock: systemClock, keys, root: from, folder }
  await turn({ ...generations, backupHorizonDays: 30 })
  for (const name of NAMES) await makeSecret(from, folder, name)
  const rotate = (to: RootKey, by = from) =>
    rotateRoot({ database, clock: systemClock, folder, from: by, to })
  const opened = (root: RootKey) => Promise.all(NAMES.map((name) => openSecret(root, folder, name)))
  const files = async () => {
    const names = (await readdir(folder)).sort()
    return Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')]),
    )
  }
  return { database, home, folder, from, keys, generations, rotate, opened, files }
}

async function services(t: TestContext) {
  const vault = await standInVault(t)
  const kms = await standInKms(t)
  return {
    vault: await openRootKey({ kind: 'vault', address: vault.url, ...VAULT }, systemClock),
    kms: await openRootKey({ kind: 'aws-kms', endpoint: kms.url, ...KMS }, systemClock),
    vaultItself: vault,
  }
}

async function opensNothing(root: RootKey, folder: string): Promise<void> {
  for (const name of NAMES) await assert.rejects(openSecret(root, folder, name), storage, name)
}

test('every secret moves from a file to Vault, KMS and a file; no former root opens one', async (t) => {
  const { database, home, folder, from, keys, rotate, opened } = await newStore(t)
  const { vault, kms } = await services(t)
  const secrets = await opened(from)
  const { wrapped } = keys.newDataKey('order', newId(systemClock()))
  await utimes(join(folder, 'generation-1.key'), 1_700_000_000, 1_700_000_000)
  let present = from
  for (const to of [vault, kms, await fileRootKey(join(home, 'new.key'))]) {
    assert.deepEqual(await rotate(to, present), {
      ...{ outcome: 'moved', from: present.name, to: to.name },
      secrets: NAMES.length,
    })
    assert.deepEqual(await opened(to), secrets)
    await opensNothing(present, folder)
    const again = await openKeys(database, to, folder, systemClock)
    assert.deepEqual(again.unwrap(wrapped), keys.unwrap(wrapped))
    present = to
  }
  assert.deepEqual((await readdir(folder)).sort(), NAMES.map((name) => `${name}.key`).sort())
  const { mtimeMs, mode } = await stat(join(folder, 'generation-1.key'))
  assert.equal(mtimeMs, 1_700_000_000_000, 'A restore goes by its age')
  assert.equal(mode & 0o777, 0o600)
})

test('a move that was made already is said to be, and changes nothing', async (t) => {
  const { home, rotate, files } = await newStore(t)
  const to = await fileRootKey(join(home, 'new.key'))
  await rotate(to)
  const after = await files()
  assert.equal((await rotate(to)).outcome, 'before')
  assert.deepEqual(await files(), after)
})

test('after Vault has rotated its key all is wrapped anew by the newest version', async (t) => {
  const { database, folder, from, rotate, opened } = await newStore(t)
  const { vault, vaultItself } = await services(t)
  const secrets = await opened(from)
  await rotate(vault)
  vaultItself.rotate()
  assert.equal((await rotate(vault, vault)).outcome, 'wrapped anew')
  vaultItself.retire()
  assert.deepEqual(await opened(vault), secrets)
  await openKeys(database, vault, folder, systemClock)
})

test('a root key that fails, gives back another secret or is the same changes nothing', async (t) => {
  const { home, from, rotate, files } = await newStore(t)
  const { vault, vaultItself } = await services(t)
  const before = await files()
  const place = { kind: 'vault', address: vaultItself.url, ...VAULT } as const
  const stranger = await openRootKey({ ...place, token: 'another' }, systemClock)
  await assert.rejects(rotate(stranger), { name: 'Fault', code: 'unreachable' })
  await writeFile(join(home, 'short.key'), 'AAAA')
  await assert.rejects(rotate(await fileRootKey(join(home, 'short.key'))), storage)
  await writeFile(join(home, 'copy.key'), await readFile(join(home, 'root.key')))
  for (const name of ['root.key', 'copy.key']) {
    const same = rotate(await fileRootKey(join(home, name)))
    await assert.rejects(same, { name: 'Fault', code: 'conflict' }, name)
  }
  const faithless: RootKey = {
    ...from,
    unwrap: async (wrapped, name) => (name === 'link' ? wrapped : from.unwrap(wrapped, name)),
  }
  await assert.rejects(rotate({ ...faithless, name: 'faithless' }), storage)
  const fails = { ...vault, wrap: failingAfter(4, vault.wrap) }
  await assert.rejects(rotate(fails), {
    name: 'Fault',
    code: 'storage',
    message: /its service went/,
  })
  assert.deepEqual(await files(), before)
})

function failingAfter(times: number, wrap: RootKey['wrap']): RootKey['wrap'] {
  let count = 0
  return async (secret, context) => {
    count += 1
    if (count > times) throw new Error('its service went')
    return wrap(secret, context)
  }
}

test('a key that the present root does not open is in the way, and is named', async (t) => {
  const { home, folder, rotate, files } = await newStore(t)
  await writeFile(join(folder, 'backup.key'), 'bm90IG91cnM=')
  const before = await files()
  await assert.rejects(rotate(await fileRootKey(join(home, 'new.key'))), {
    ...storage,
    message: 'The root key does not open the key "backup"',
  })
  assert.deepEqual(await files(), before)
})

test('a store that runs on by the old root key keeps its keys, and makes none by it', async (t) => {
  const { database, home, folder, from, keys, generations, rotate, files } = await newStore(t)
  const to = await fileRootKey(join(home, 'new.key'))
  await rotate(to)
  const after = await files()
  const { key, wrapped } = keys.newDataKey('order', newId(systemClock()))
  await assert.rejects(turn({ ...generations, backupHorizonDays: 30 }), storage)
  await assert.rejects(makeSecret(from, folder, 'generation-9'), storage)
  assert.deepEqual(await files(), after)
  const fresh = await openKeys(database, to, folder, systemClock)
  assert.deepEqual(fresh.unwrap(wrapped), key)
  assert.equal(await turn({ ...generations, keys: fresh, root: to, backupHorizonDays: 30 }), 3)
})

test('C3.1 what a move left that was cut off does not outlive the keys that it has copies of', async (t) => {
  const { folder, generations } = await newStore(t)
  const left = join(folder, 'moving-0123456789ab.new')
  await mkdir(left)
  await writeFile(join(left, 'generation-1.key'), 'a copy')
  await destroyDue({ ...generations, backupHorizonDays: 30 })
  assert.ok(!(await readdir(folder)).some((name) => name.startsWith('moving-')))
})
