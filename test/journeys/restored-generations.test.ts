/**
 * A backup from the middle of a turn: some look-up values are covered by one generation of keys, some by the next, and
 * both have ended in the store when it comes back. Who lives is found, and who was erased since is not (C3.1).
 */

import assert from 'node:assert/strict'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { openDatabase, sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { erase } from '../../src/privacy/erasure.ts'
import { generationsOf, turn, wrapAnew } from '../../src/privacy/generations.ts'
import { emailLookUp, findSubjects, subjectsOfEmail } from '../../src/privacy/look-ups.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { passDay } from '../support/days.ts'
import { newestOrder } from '../support/outside.ts'
import { arrived, shipped } from '../support/own-data.ts'
import { ADA, buy } from '../support/purchase.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { type TestStore, testStore } from '../support/store.ts'

const DAYS = 32
const STAYS = ['early@restored.example', 'late@restored.example']
const GOES = 'gone@restored.example'

async function bought(store: TestStore, email: string): Promise<Id> {
  await buy(store, { contact: { ...ADA, email } })
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  return order
}

async function found({ gateway: { vault }, database }: TestStore) {
  const byEmail = await Promise.all(
    [...STAYS, GOES].map((email) =>
      subjectsOfEmail(vault, database, emailLookUp(vault, Personal.of('email', email))),
    ),
  )
  const byCode = await findSubjects(vault, database, 'postalCode', ADA.postalCode ?? '', 100)
  return { byEmail, byCode: byCode.toSorted() }
}

/** The generations that cover something in a database. */
async function usesIn(t: TestContext, url: string): Promise<readonly number[]> {
  const database = openDatabase({ url, connections: 1, onLost: () => undefined })
  t.after(() => database.close())
  const rows = await database.many<{ generation: number }>(
    sql`select distinct generation from blind_index order by generation`,
  )
  return rows.map(({ generation }) => generation)
}

test('C3.1 a backup from the middle of a turn brings back who lives, and nobody else', async (t) => {
  const store = await testStore(t)
  const [early, gone] = [await bought(store, STAYS[0] ?? ''), await bought(store, GOES)]
  await turn(store.generations)
  await wrapAnew(store.generations)
  const late = await bought(store, STAYS[1] ?? '')
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  for (let day = 0; day < 3; day += 1) await passDay(store)
  assert.ok((await generationsOf(store.database)).slice(0, 3).every(({ endedAt }) => endedAt))
  await erase(store.erasing, [gone])
  await sequence(store.ledger)

  // As old as they would be.
  for (const [number, days] of [
    [2, 3],
    [3, 2],
    [4, 1],
  ]) {
    const seconds = systemClock().subtract({ hours: 24 * (days ?? 0) }).epochMilliseconds / 1000
    await utimes(join(store.generations.folder, `generation-${number}.key`), seconds, seconds)
  }

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  assert.deepEqual(await usesIn(t, url), [1, 2])
  const again = await reopen(t, store, url)
  assert.deepEqual(await usesIn(t, url), [5], 'all is renewed before the store opens')
  const generations = await generationsOf(again.database)
  assert.deepEqual(
    generations.slice(0, -1).map(({ endedAt }) => endedAt?.toString()),
    generations.slice(1).map(({ createdAt }) => createdAt.toString()),
  )
  const [, , third] = generations
  assert.ok(third && third.createdAt.until(systemClock()).total('hours') >= 47)
  const expected = { byEmail: [[early], [late], []], byCode: [early, late].toSorted() }
  assert.deepEqual(await found(again), expected)
  for (let day = 0; day < DAYS; day += 1) await passDay(again)
  const [first, second] = await generationsOf(again.database)
  assert.ok(first?.destroyedAt && second?.destroyedAt)
  assert.deepEqual(await found(again), expected)
})
