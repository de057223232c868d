/**
 * `kill -9` while many orders end with one key, sooner and later: either nothing has ended or all of them have, their
 * rows go on from where they were, and companies are told once (C3.1).
 */

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { endRequested, erase } from '../../src/privacy/erasure.ts'
import { subjectsOfEmail } from '../../src/privacy/look-ups.ts'
import { openHeld } from '../../src/privacy/vault.ts'
import { inbox } from '../support/outside.ts'
import { regular, rowsOf } from '../support/regular.ts'
import { urlOf } from '../support/restored.ts'
import { testStore } from '../support/store.ts'

const LATER_MS = 8
const PROGRAM = new URL('../support/_killed-ending.ts', import.meta.url)

const store = await testStore({ after })
const { database, gateway, erasing, folder } = store

/** Whether it was killed before it had come to its end. */
async function isKilled(
  afterMs: number,
  what: 'erase' | 'end',
  subjects: readonly Id[] = [],
): Promise<boolean> {
  const child = fork(PROGRAM, [folder, urlOf(database), what, ...subjects])
  const ended = new Promise<boolean>((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) resolve(signal === 'SIGKILL')
      else reject(new Error(`It ended with ${code}`))
    })
  })
  child.once('message', () => {
    void pause(afterMs).then(() => child.kill('SIGKILL'))
  })
  return ended
}

/** How many of the orders open. */
async function opening(orders: readonly Id[]): Promise<number> {
  const held = await Promise.all(
    orders.map((order) => openHeld(gateway.vault, database, order, ['email'])),
  )
  return held.filter(({ email }) => email !== undefined).length
}

test('C3.1 an erasure that is killed has ended all that are under the key, or none', async () => {
  const { closed, digest } = await regular(store, 'erased@killed.example')
  const all = await subjectsOfEmail(gateway.vault, database, digest)
  for (let ms = 0; (await opening(closed)) > 0; ms += LATER_MS) {
    const killed = await isKilled(ms, 'erase', all)
    const open = await opening(closed)
    assert.ok(open === 0 || open === closed.length, `${open} after ${ms} ms`)
    assert.ok(killed || open === 0)
  }
  const { entries } = await database.one<{ entries: number }>(sql`
    select count(*) as entries from ledger_entry where leaf like '%"erased"%'`)
  assert.equal(entries, 1)
  await endRequested(erasing)
  assert.equal(await rowsOf(store, closed), 0)
})

test('C3.1 rows that follow go on after each kill, and companies are told once of all', async () => {
  const { closed, digest } = await regular(store, 'rows@killed.example', 230)
  await erase(erasing, await subjectsOfEmail(gateway.vault, database, digest))
  await store.work()
  let kills = 0
  for (let ms = 0; (await rowsOf(store, closed)) > 0; ms += LATER_MS) {
    if (await isKilled(ms, 'end')) kills += 1
    assert.equal(await opening(closed.slice(0, 5)), 0)
  }
  assert.ok(kills > 0)
  await endRequested(erasing)
  await store.work()
  const notices = await inbox(store, 'privacy@processor.example')
  assert.equal(notices.length, 1)
  for (const order of closed) assert.ok(notices[0]?.text.includes(`pi_${order}`))
  const { left } = await database.one<{ left: number }>(sql`
    select (select count(*) from mailbox) + (select count(*) from erasure_notice) as left`)
  assert.equal(left, 0)
})
