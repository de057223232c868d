/** The contract of a root key, which each adapter keeps: against stand-ins that speak the services' protocols. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testDatabase } from '../../../test/support/database.ts'
import { keyFolder } from '../../../test/support/kernel.ts'
import { KMS, standInKms, standInVault, VAULT } from '../../../test/support/root-keepers.ts'
import { systemClock } from '../../base/clock.ts'
import { newId } from '../../base/ids.ts'
import { turn } from '../generations.ts'
import { openKeys } from '../keys.ts'
import { signingKey } from './aws-kms.ts'
import { openRootKey, type RootKeyPlace } from './root-key.ts'

type Kept = { readonly place: RootKeyPlace; readonly stop: () => Promise<void> }

const services = {
  async vault(t: TestContext): Promise<Kept> {
    const { url, stop } = await standInVault(t)
    return { place: { kind: 'vault', address: url, ...VAULT }, stop }
  },
  async 'aws-kms'(t: TestContext): Promise<Kept> {
    const { url, stop } = await standInKms(t)
    return { place: { kind: 'aws-kms', endpoint: url, ...KMS }, stop }
  },
}

const adapters = {
  file: async (t: TestContext): Promise<Kept> => ({
    place: { kind: 'file', file: join(await keyFolder(t), 'root.key') },
    stop: async () => {},
  }),
  ...services,
}

for (const [name, start] of Object.entries(adapters)) {
  test(`${name}: a wrapped key opens for its name only, and holds nothing of the key`, async (t) => {
    const { place } = await start(t)
    const root = await openRootKey(place, systemClock)
    assert.equal(root.name, name)
    const secret = randomBytes(32)
    const wrapped = await root.wrap(secret, 'generation-1')
    assert.ok(!wrapped.includes(secret) && !wrapped.includes(secret.toString('base64')))
    assert.notDeepEqual(await root.wrap(secret, 'generation-1'), wrapped)
    const again = await openRootKey(place, systemClock)
    assert.deepEqual(await again.unwrap(wrapped, 'generation-1'), secret)
    await assert.rejects(root.unwrap(wrapped, 'generation-2'), { code: 'storage' })
    const last = wrapped.length - 4
    const changed = Buffer.from(wrapped)
    changed[last] = changed[last] === 0x41 ? 0x42 : 0x41
    for (const bad of [changed, wrapped.subarray(0, 20), Buffer.alloc(0)]) {
      await assert.rejects(root.unwrap(bad, 'generation-1'), { code: 'storage' })
    }
  })

  test(`${name}: another root key does not open what this one wrapped`, async (t) => {
    const [own, other] = [await start(t), await start(t)]
    const wrapped = await (await openRootKey(own.place, systemClock)).wrap(randomBytes(32), 'index')
    const root = await openRootKey(other.place, systemClock)
    await root.wrap(randomBytes(32), 'index')
    await assert.rejects(root.unwrap(wrapped, 'index'), { code: 'storage' })
  })
}

for (const [name, start] of Object.entries(services)) {
  test(`${name}: while it is down a store does not start and says so; one that runs goes on`, async (t) => {
    const { place, stop } = await start(t)
    const database = await testDatabase(t)
    const folder = join(await keyFolder(t), 'keys')
    const root = await openRootKey(place, systemClock)
    const open = () => openKeys(database, root, folder, systemClock)
    const keys = await open()
    const generations = {
      ...{ database, clock: systemClock, keys, root, folder },
      backupHorizonDays: 30,
    }
    assert.equal(await turn(generations), 2)
    await open()
    await stop()
    const down = { name: 'Fault', code: 'unreachable', message: /^Cannot send to "127\.0\.0\.1"/ }
    await assert.rejects(open(), down)
    await assert.rejects(turn(generations), down)
    const { key, wrapped } = keys.newDataKey('order', newId(systemClock()))
    assert.deepEqual(keys.unwrap(wrapped), key)
  })
}

test('a service that does not know us is said, with what to look at', async (t) => {
  const vault = (await services.vault(t)).place
  const kms = (await services['aws-kms'](t)).place
  for (const place of [
    { ...vault, token: 'another' },
    { ...vault, key: 'another' },
    { ...kms, secretAccessKey: 'another' },
    { ...kms, region: 'us-east-1' },
    { ...kms, keyId: 'alias/another' },
  ]) {
    const root = await openRootKey(place, systemClock)
    const refused = { name: 'Fault', code: 'unreachable', message: /it answered 40\d/ }
    await assert.rejects(root.wrap(randomBytes(32), 'index'), refused)
  }
})

test('C2.1 keys do not travel to a service without TLS', async () => {
  const address = new URL('http://vault.example:8200')
  const root = await openRootKey({ kind: 'vault', address, ...VAULT }, systemClock)
  await assert.rejects(root.wrap(randomBytes(32), 'index'), { name: 'Refusal', clause: 'C2.1' })
})

test('the signing key of a request to AWS is that of their own example', () => {
  assert.equal(
    signingKey(
      'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      '20150830/us-east-1/iam/aws4_request',
    ).toString('hex'),
    'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
  )
})
