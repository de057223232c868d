/**
 * `kill -9` of a move to another root key, after each of its steps; and a full disk. What is left is a store that opens
 * by one of the two root keys, never by neither, and the move is done when it is said again.
 */

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { openDatabase } from '../../src/base/database.ts'
import { newId } from '../../src/base/ids.ts'
import { fileRootKey, openKeys, openSecret, type RootKey } from '../../src/privacy/keys.ts'
import { rotateRoot } from '../../src/privacy/root-rotation.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { keyFolder } from '../support/kernel.ts'
import { startTacet } from '../support/restored.ts'
import { standInVault, VAULT } from '../support/root-keepers.ts'

const AT_ONCE = 3

test('a move that is killed after any step leaves a store that opens, and can go on', async (t) => {
  const url = await testDatabaseUrl(t)
  const database = openDatabase({ url, connections: 4, onLost: () => undefined })
  t.after(() => database.close())
  const home = await keyFolder(t)
  const first = join(home, 'first')
  const keys = await openKeys(database, await root(first, 'old'), join(first, 'keys'), systemClock)
  const { key, wrapped } = keys.newDataKey('order', newId(systemClock()))

  const survive = async (step: number): Promise<boolean> => {
    const folder = join(home, String(step))
    await cp(first, folder, { recursive: true })
    const killed = await isKilled(folder, url, step)
    const [from, to] = [await root(folder, 'old'), await root(folder, 'new')]
    const opens = async (by: RootKey) =>
      openSecret(by, join(folder, 'keys'), 'index').then(
        () => true,
        () => false,
      )
    const moved = !(await opens(from))
    const open = () => openKeys(database, moved ? to : from, join(folder, 'keys'), systemClock)
    assert.deepEqual((await open()).unwrap(wrapped), key, `step ${step}`)
    const again = await rotateRoot({
      database,
      clock: systemClock,
      folder: join(folder, 'keys'),
      from,
      to,
    })
    assert.equal(again.outcome, moved ? 'before' : 'moved', `step ${step}`)
    await assert.rejects(openKeys(database, from, join(folder, 'keys'), systemClock), {
      code: 'storage',
    })
    const names = await readdir(join(folder, 'keys'))
    assert.deepEqual(names.sort(), ['generation-1.key', 'index.key', 'link.key'], `step ${step}`)
    return killed
  }

  let step = 1
  for (let killed = [true]; killed.every(Boolean); step += AT_ONCE) {
    killed = await Promise.all(Array.from({ length: AT_ONCE }, (_, more) => survive(step + more)))
  }
  assert.ok(step > 20, `It has more steps than ${step}`)
})

function root(folder: string, name: 'old' | 'new'): Promise<RootKey> {
  return fileRootKey(join(folder, `${name}.key`))
}

async function isKilled(folder: string, url: string, step: number): Promise<boolean> {
  const program = new URL('../support/_killed-rotation.ts', import.meta.url)
  const child = fork(program, [folder, url, String(step)])
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) resolve(signal === 'SIGKILL')
      else reject(new Error(`The move ended with ${code}`))
    })
  })
}

test('on a full disk nothing is moved, and it is said', async (t) => {
  const url = await testDatabaseUrl(t)
  const folder = await keyFolder(t)
  const database = openDatabase({ url, connections: 2, onLost: () => undefined })
  t.after(() => database.close())
  const keys = join(folder, 'keys')
  const present = await fileRootKey(join(keys, 'root.key'))
  await openKeys(database, present, keys, systemClock)
  const before = await readFile(join(keys, 'index.key'))
  const { url: vault } = await standInVault(t)
  const next =
    `export NEXT_ROOT_KEY=vault NEXT_VAULT_ADDR=${vault.href} ` +
    `NEXT_VAULT_TOKEN=${VAULT.token} NEXT_VAULT_TRANSIT_KEY=${VAULT.key};`
  const full = startTacet('keys rotate-root', folder, url, `ulimit -f 0; ${next}`)
  assert.equal(await full.ended, 1, full.said())
  assert.match(full.said(), /^Cannot move the keys to another root key: the disk of .* is full/)
  assert.deepEqual(await readFile(join(keys, 'index.key')), before)
  assert.ok(!(await readdir(keys)).some((name) => name.startsWith('moving-')))
  const done = startTacet('keys rotate-root --json', folder, url, next)
  assert.equal(await done.ended, 0, done.said())
  assert.deepEqual(JSON.parse(done.said()), {
    outcome: 'moved',
    from: 'file',
    to: 'vault',
    secrets: 3,
  })
})
