/**
 * Passkeys: each opens its own account, on this shop's pages, for a verified user, and each challenge once. That real
 * browsers bring what is read here, `test/journeys/passkey.test.ts` shows.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Algorithm, newAuthenticator, type Wrong } from '../../test/support/authenticator.ts'
import { openKernel } from '../../test/support/kernel.ts'
import {
  handleOf,
  invited as invitedTo,
  type OpenAccount,
  OTHER_PASSWORD as OTHER,
  openAccount,
  PASSWORD,
  passwordLink,
  signedInAs,
  SITE as site,
  withFactor,
  withPasskey as withPasskeyOf,
} from '../../test/support/sign-in.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import type { SentAssertion } from '../credentials/passkey.ts'
import { passkeysHeld, personOfPasskey } from '../privacy/passkey-record.ts'
import { Personal } from '../privacy/personal.ts'
import { choosePassword } from './account.ts'
import {
  addPasskey,
  invitePasskey,
  passkeysOf,
  removePasskey,
  signInByPasskey,
  signInChallenge,
} from './passkeys.ts'
import { findSession } from './session.ts'
import { openSignIn } from './sign-in.ts'

const { database, vault } = await openKernel({ after })
let ahead = Temporal.Duration.from({ minutes: 0 })
const clock = () => systemClock().add(ahead)
const customers = { database, vault, clock }
const enter = (sent: SentAssertion) =>
  signInByPasskey(openSignIn(customers), site, sent, '127.0.0.1')

const named = (name: string) => Personal.of('passkeyName', name)
const invited = (account: OpenAccount) => invitedTo(customers, account)
const withPasskey = (account: OpenAccount, key = newAuthenticator(site), name = 'Phone') =>
  withPasskeyOf(customers, account, { key, name })

for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const satisfies readonly Algorithm[]) {
  test(`a passkey with ${algorithm} opens the account that it was added to`, async () => {
    const account = await openAccount(customers)
    const key = await withPasskey(account, newAuthenticator(site, algorithm))
    const token = await enter(key.signIn(signInChallenge(customers), handleOf(account)))
    assert.equal((await findSession(customers, token ?? ''))?.account, account.id)
  })
}

test('a passkey counts as both factors, and stays when the password is reset', async () => {
  const account = await openAccount(customers)
  await withFactor(customers, account)
  const key = await withPasskey(account)
  await choosePassword(customers, await passwordLink(customers, account.id), OTHER)
  assert.ok(await enter(key.signIn(signInChallenge(customers), handleOf(account))))
})

test('an answer opens one session, however often and however many at once send it', async () => {
  const account = await openAccount(customers)
  const key = await withPasskey(account)
  const sent = key.signIn(signInChallenge(customers), handleOf(account))
  const tokens = await Promise.all([1, 2, 3, 4].map(() => enter(sent)))
  assert.equal(tokens.filter((token) => token !== undefined).length, 1)
  assert.equal(await enter(sent), undefined)
  const { challenge } = JSON.parse(Buffer.from(sent.clientData, 'base64url').toString())
  assert.equal(await enter(key.signIn(challenge, handleOf(account))), undefined)
})

const wrongs: Readonly<Record<string, Wrong>> = {
  'another origin': { origin: 'https://shop.example.evil.example' },
  'the origin without TLS': { origin: 'http://shop.example' },
  'another relying party': { host: 'evil.example' },
  'the other ceremony': { type: 'payment.get' },
  'a frame of somebody else’s page': { more: { crossOrigin: true } },
  'a top page of somebody else': { more: { topOrigin: 'https://evil.example' } },
  'a user who was not verified': { flags: 0x01 | 0x40 },
  'nobody who was present': { flags: 0x04 | 0x40 },
  'a backup of what cannot be backed up': { flags: 0x05 | 0x10 | 0x40 },
}

for (const [what, wrong] of Object.entries(wrongs)) {
  test(`an answer by ${what} neither signs in nor registers`, async () => {
    const account = await openAccount(customers)
    const key = await withPasskey(account)
    assert.equal(
      await enter(key.signIn(signInChallenge(customers), handleOf(account), wrong)),
      undefined,
    )
    const { person, challenge } = await invited(account)
    const sent = newAuthenticator(site).register(challenge, wrong)
    assert.equal(await addPasskey(customers, site, person, { name: named('x'), sent }), false)
    assert.equal((await passkeysOf(customers, account.id)).length, 1)
  })
}

test('a challenge is ours, in time, and for what it was made for', async () => {
  const [account, stranger] = [await openAccount(customers), await openAccount(customers)]
  const key = await withPasskey(account)
  const handle = handleOf(account)
  const { challenge: invitation, person } = await invited(account)
  const { challenge: theirs } = await invited(stranger)
  const flipped = `B${signInChallenge(customers).slice(1)}`
  for (const challenge of ['', 'x', flipped, invitation, 'A'.repeat(9999)]) {
    assert.equal(await enter(key.signIn(challenge, handle)), undefined)
  }
  for (const challenge of ['', 'x', theirs, signInChallenge(customers)]) {
    const sent = newAuthenticator(site).register(challenge)
    assert.equal(await addPasskey(customers, site, person, { name: named('x'), sent }), false)
  }
  const late = signInChallenge(customers)
  ahead = Temporal.Duration.from({ minutes: 16 })
  assert.equal(await enter(key.signIn(late, handle)), undefined)
  const sent = newAuthenticator(site).register(invitation)
  assert.equal(await addPasskey(customers, site, person, { name: named('x'), sent }), false)
  ahead = Temporal.Duration.from({ minutes: 0 })
  assert.ok(await enter(key.signIn(late, handle)))
})

test('an account’s passkey is not another’s: not its handle, its key, nor its id', async () => {
  const [one, other] = [await openAccount(customers), await openAccount(customers)]
  const key = await withPasskey(one)
  const theirs = await withPasskey(other)
  const asked = () => signInChallenge(customers)
  assert.equal(await enter(key.signIn(asked(), handleOf(other))), undefined)
  assert.equal(await enter(key.signIn(asked(), '')), undefined)
  const mixed = { ...theirs.signIn(asked(), handleOf(one)), credential: key.credential }
  assert.equal(await enter(mixed), undefined)
  assert.equal(await enter(newAuthenticator(site).signIn(asked(), handleOf(one))), undefined)

  const copy = newAuthenticator(site, 'ES256', Buffer.from(key.credential, 'base64url'))
  const { person, challenge } = await invited(other)
  const taken = { name: named('Theirs'), sent: copy.register(challenge) }
  assert.equal(await addPasskey(customers, site, person, taken), false)
  assert.ok(await enter(key.signIn(asked(), handleOf(one))))
  assert.equal(await enter(copy.signIn(asked(), handleOf(one))), undefined)
})

test('an id that many bring at once is one person’s', async () => {
  const accounts = await Promise.all(Array.from({ length: 4 }, () => openAccount(customers)))
  const key = newAuthenticator(site)
  const added = await Promise.all(
    accounts.map(async (account) => {
      const { person, challenge } = await invited(account)
      const sent = key.register(challenge)
      return addPasskey(customers, site, person, { name: named('Stick'), sent })
    }),
  )
  assert.equal(added.filter(Boolean).length, 1)
})

test('a changed bit anywhere in an answer opens nothing', async () => {
  const account = await openAccount(customers)
  const key = await withPasskey(account)
  for (const part of ['clientData', 'authenticatorData', 'signature', 'credential'] as const) {
    const sent = key.signIn(signInChallenge(customers), handleOf(account))
    const bytes = Buffer.from(sent[part], 'base64url')
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at)
      assert.equal(await enter({ ...sent, [part]: flipped.toString('base64url') }), undefined)
    }
    for (const broken of ['', '====', `${sent[part]}=`, 'A'.repeat(50_000)]) {
      assert.equal(await enter({ ...sent, [part]: broken }), undefined)
    }
  }
})

test('a registration that is short, of a strange key or with no id is refused', async () => {
  const account = await openAccount(customers)
  const { person, challenge } = await invited(account)
  const good = newAuthenticator(site).register(challenge)
  const strange = (['ES384', 'RSA-1024', 'RSA by 3'] as const).map((algorithm) =>
    newAuthenticator(site, algorithm).register(challenge),
  )
  const noId = newAuthenticator(site, 'ES256', Buffer.alloc(0)).register(challenge)
  const long = newAuthenticator(site, 'ES256', Buffer.alloc(1024, 1)).register(challenge)
  const short = { ...good, authenticatorData: good.authenticatorData.slice(0, 60) }
  const cut = { ...good, authenticatorData: good.authenticatorData.slice(0, 76) }
  const noKey = { ...good, publicKey: '' }
  for (const sent of [
    ...strange,
    noId,
    long,
    short,
    cut,
    noKey,
    { ...good, clientData: 'bnVsbA' },
  ]) {
    assert.equal(await addPasskey(customers, site, person, { name: named('x'), sent }), false)
  }
  assert.ok(await addPasskey(customers, site, person, { name: named('x'), sent: good }))
})

test('a key is kept without what was put behind it', async () => {
  const account = await openAccount(customers)
  const { person, challenge } = await invited(account)
  const key = newAuthenticator(site)
  const made = key.register(challenge)
  const long = Buffer.concat([Buffer.from(made.publicKey, 'base64url'), Buffer.alloc(50_000)])
  const sent = { ...made, publicKey: long.toString('base64url') }
  await addPasskey(customers, site, person, { name: named('x'), sent })
  const [held] = await passkeysHeld(vault, database, account.id)
  assert.ok(held === undefined || held.publicKey === made.publicKey)
})

test('a counter that does not grow tells of a copy, which opens nothing', async () => {
  const account = await openAccount(customers)
  const key = await withPasskey(account)
  const used = (signCount: number) =>
    enter(key.signIn(signInChallenge(customers), handleOf(account), { signCount }))
  for (const none of [0, 0]) assert.ok(await used(none))
  assert.ok(await used(7))
  for (const old of [7, 3, 0]) assert.equal(await used(old), undefined)
  assert.ok(await used(0xffff_ffff))
})

test('a passkey is added by password, has a name, and is removed by its own person', async () => {
  const [one, other] = [await openAccount(customers), await openAccount(customers)]
  const person = await signedInAs(customers, one.session)
  assert.equal(await invitePasskey(customers, person, OTHER), undefined)
  const key = await withPasskey(one, newAuthenticator(site), 'Telephone')
  await withPasskey(one, newAuthenticator(site), 'Stick')
  const [phone, stick] = await passkeysOf(customers, one.id)
  assert.deepEqual([phone?.name, stick?.name], ['Telephone', 'Stick'])
  const { known } = await invited(one)
  assert.equal(known[0], key.credential)

  await removePasskey(customers, other.id, phone?.id ?? '')
  assert.ok(await enter(key.signIn(signInChallenge(customers), handleOf(one))))
  await removePasskey(customers, one.id, phone?.id ?? '')
  assert.equal(await enter(key.signIn(signInChallenge(customers), handleOf(one))), undefined)
  assert.equal(await personOfPasskey(vault, database, key.credential), undefined)
  assert.deepEqual(
    (await passkeysOf(customers, one.id)).map(({ name }) => name),
    ['Stick'],
  )
})

test('an account has twenty passkeys at most', async () => {
  const account = await openAccount(customers)
  const { person, challenge } = await invited(account)
  for (let n = 0; n < 20; n += 1) await withPasskey(account)
  await assert.rejects(invitePasskey(customers, person, PASSWORD), { code: 'conflict' })
  const one = { name: named('x'), sent: newAuthenticator(site).register(challenge) }
  await assert.rejects(addPasskey(customers, site, person, one), { code: 'conflict' })
})

test('C7 of a passkey’s use half a day is known, and of a challenge nothing after its time', async () => {
  const account = await openAccount(customers)
  const key = await withPasskey(account)
  const used = () => enter(key.signIn(signInChallenge(customers), handleOf(account)))
  const seen = async () =>
    (await passkeysOf(customers, account.id))[0]?.lastUsedAt.epochMilliseconds
  const first = await seen()
  await used()
  assert.equal(await seen(), first)
  ahead = Temporal.Duration.from({ hours: 13 })
  await used()
  assert.notEqual(await seen(), first)
  const { n } = await database.one<{ n: number }>(sql`select count(*) as n from passkey_challenge`)
  assert.equal(n, 1)
  ahead = Temporal.Duration.from({ minutes: 0 })
})
