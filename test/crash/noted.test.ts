/**
 * `kill -9` between the note outside the database and the commit of what is noted. Nothing has come about then; and
 * where a restore follows, it errs on the safe side: no second factor is missed silently, no paper ends by half.
 */

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { after, test } from 'node:test'
import { type Id, newId } from '../../src/base/ids.ts'
import { factorOf } from '../../src/customers/factor.ts'
import { secureAgain } from '../../src/customers/secured.ts'
import { openSignIn, signIn } from '../../src/customers/sign-in.ts'
import { destroyAgain } from '../../src/paper/destruction.ts'
import { addPlace, listPlaces } from '../../src/paper/places.ts'
import { findPaper, registerPaper } from '../../src/paper/register.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { openHeld } from '../../src/privacy/vault.ts'
import { urlOf } from '../support/restored.ts'
import {
  type OpenAccount,
  openAccount,
  PASSWORD,
  sessionOf,
  signedInAs,
  withFactor,
} from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

const PROGRAM = new URL('../support/_killed-noting.ts', import.meta.url)

const store = await testStore({ after })
const { database, gateway, folder } = store
const { vault } = gateway

async function killedAfter(notes: number, what: string, ...about: readonly Id[]): Promise<void> {
  const child = fork(PROGRAM, [folder, urlOf(database), String(notes), what, ...about])
  const ended = await new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code))
  })
  assert.equal(ended, 'SIGKILL')
}

async function enter({ email }: OpenAccount): Promise<string | undefined> {
  const typed = { email: Personal.of('email', email), password: PASSWORD }
  return sessionOf(await signIn(openSignIn(gateway), typed, '127.0.0.1'))
}

const lastWord = async () => (await vault.endings.all()).at(-1)?.what

/** What people are told. */
async function secured(): Promise<readonly string[]> {
  const told: string[] = []
  await secureAgain(gateway, await vault.endings.all(), async (_, account, change) => {
    told.push(`${account} ${change}`)
  })
  return told
}

test('a second factor that is killed while it goes on is not on, and a restore misses it', async () => {
  const account = await openAccount(gateway)
  const { session } = await signedInAs(gateway, account.session)
  await killedAfter(1, 'on', account.id, session)
  assert.equal(await factorOf(gateway, account.id), undefined)
  assert.ok(await enter(account))
  assert.equal(await lastWord(), 'guarded')
  assert.deepEqual(await secured(), [`${account.id} second factor lost`])
  assert.equal(await enter(account), undefined)
})

test('one that is killed while it is switched off stays on, and a restore that ends it says so', async () => {
  const account = await openAccount(gateway)
  const { codeAt } = await withFactor(gateway, account)
  await killedAfter(1, 'off', account.id, codeAt(0))
  assert.ok(await factorOf(gateway, account.id))
  assert.equal(await enter(account), undefined)
  assert.equal(await lastWord(), 'unguarded')
  assert.deepEqual(await secured(), [`${account.id} second factor off again`])
  assert.ok(await enter(account))
})

test('C4.4 a paper whose end is killed after either note is there; a restore ends it whole', async () => {
  await addPlace(gateway, 'Office', 'a safe')
  const [office] = await listPlaces(database)
  const place = office?.id ?? assert.fail()
  for (const notes of [1, 2]) {
    const by = newId(gateway.clock())
    const owner = { values: [Personal.of('lastName', 'Lovelace')] }
    const number = await registerPaper(gateway, { kind: 'letter', place, owner, by })
    const paper = async () => (await findPaper(database, number)) ?? assert.fail()
    const { id } = await paper()
    await killedAfter(notes, 'paper', id, by)
    assert.equal((await paper()).destruction, null)
    assert.equal((await openHeld(vault, database, id, ['lastName'])).lastName, 'Lovelace')
    assert.equal(await lastWord(), notes === 1 ? 'destroyed' : 'order')
    await destroyAgain(gateway, await vault.endings.all())
    assert.equal((await paper()).destruction?.method, 'burning')
    assert.deepEqual(await openHeld(vault, database, id, ['lastName']), {})
  }
})
