/** `tacet keys`: what is shown of the generations, a turn by hand, and the move to another root key. */

import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from '../../test/support/command-line.ts'
import { KMS, standInKms, standInVault, VAULT } from '../../test/support/root-keepers.ts'

test('a turn makes a generation, and the status shows them without a key', async (t) => {
  const { run } = await commandLine(t)
  const turned = await run('keys', 'turn', '--json')
  assert.equal(turned.code, 0, turned.said)
  const numbers = JSON.parse(turned.said).map(({ number }: { number: number }) => number)
  assert.deepEqual(numbers, [1, 2])
  const { code, said } = await run('keys', 'status')
  assert.equal(code, 0)
  assert.match(
    said,
    /^generation +made +ended +destroyed +wraps +covers\n1 +\d{4}-\d{2}-\d{2} +0 +0\n2 /,
  )
})

test('what cannot be understood ends with 2', async (t) => {
  const { run } = await commandLine(t)
  for (const line of ['keys', 'keys burn', 'keys turn now', 'keys rotate-root now']) {
    assert.equal((await run(...line.split(' '))).code, 2, line)
  }
})

test('the root key moves by its settings to a file, Vault, AWS KMS; former ones open nothing', async (t) => {
  const settings: Record<string, string> = {}
  const { folder, run } = await commandLine(t, settings)
  assert.equal((await run('keys', 'turn')).code, 0)
  const vault = {
    ...{ ROOT_KEY: 'vault', VAULT_ADDR: (await standInVault(t)).url.href },
    ...{ VAULT_TOKEN: VAULT.token, VAULT_TRANSIT_KEY: VAULT.key },
  }
  const kms = {
    ...{ ROOT_KEY: 'aws-kms', AWS_KMS_ENDPOINT: (await standInKms(t)).url.href },
    ...{ AWS_REGION: KMS.region, AWS_KMS_KEY_ID: KMS.keyId },
    ...{ AWS_ACCESS_KEY_ID: KMS.accessKeyId, AWS_SECRET_ACCESS_KEY: KMS.secretAccessKey },
  }
  const file = { ROOT_KEY: 'file', ROOT_KEY_FILE: join(folder, 'other.key') }
  for (const next of [file, vault, kms]) {
    for (const [name, value] of Object.entries(next)) settings[`NEXT_${name}`] = value
    const { code, said } = await run('keys', 'rotate-root')
    assert.equal(code, 0, said)
    assert.match(
      said,
      /^4 keys were moved to the new root key \(\S+ to \S+\)\. The old one opens none/,
    )
    assert.match((await run('keys', 'turn')).said, /^The root key does not open the key/)
    assert.match((await run('keys', 'rotate-root')).said, /^4 keys had been moved before/)
    assert.match(
      (await run('doctor')).said,
      /danger {3}The store would not start again: The root key/,
    )
    Object.assign(settings, next)
    assert.equal((await run('keys', 'status')).code, 0)
    assert.match((await run('doctor')).said, /The root key opens the keys/)
  }
  const again = await run('keys', 'rotate-root', '--json')
  assert.deepEqual(JSON.parse(again.said), {
    ...{ outcome: 'wrapped anew', from: 'aws-kms', to: 'aws-kms', secrets: 4 },
  })
})

test('a move with wrong settings is refused before anything is touched, and shows no key', async (t) => {
  const settings: Record<string, string> = {}
  const { folder, run } = await commandLine(t, settings)
  assert.equal((await run('keys', 'turn')).code, 0)
  const own = join(folder, 'keys', 'root.key')
  for (const [next, expected] of [
    [{}, /^Cannot move the keys with these settings: NEXT_ROOT_KEY is not set/],
    [{ NEXT_ROOT_KEY: 'paper' }, /NEXT_ROOT_KEY must be file, vault or aws-kms/],
    [{ NEXT_ROOT_KEY: 'vault' }, /NEXT_VAULT_ADDR .*; NEXT_VAULT_TOKEN is not set/],
    [{ NEXT_ROOT_KEY: 'file' }, /^This is the root key that the store has already\. Name a file/],
    [{ NEXT_ROOT_KEY: 'file', NEXT_ROOT_KEY_FILE: own }, /^This is the root key/],
    [{ NEXT_ROOT_KEY: 'file', NEXT_ROOT_KEY_FILE: folder }, /^Cannot read or write the key file/],
  ] as const) {
    Object.assign(settings, next)
    const { code, said } = await run('keys', 'rotate-root')
    assert.notEqual(code, 0)
    assert.match(said, expected)
    assert.ok(!said.includes((await readFile(own, 'utf8')).trim()))
  }
  const files = (await readdir(join(folder, 'keys'))).sort()
  assert.deepEqual(files, [
    'generation-1.key',
    'generation-2.key',
    'index.key',
    'link.key',
    'root.key',
  ])
})
