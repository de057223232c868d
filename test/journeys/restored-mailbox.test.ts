/**
 * People with many orders, whose erasure a backup has at every stage: not begun, before and after their orders were put
 * under one key, and half done. In the store that comes of it they stay erased (C3.1).
 */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { endRequested, erase } from '../../src/privacy/erasure.ts'
import { showAll } from '../../src/privacy/holdings.ts'
import { subjectsOfEmail } from '../../src/privacy/look-ups.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { openHeld } from '../../src/privacy/vault.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { inbox } from '../support/outside.ts'
import { deliver, regular, rowsOf, underMailbox } from '../support/regular.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { type TestStore, testStore } from '../support/store.ts'

const PROCESSOR = 'privacy@processor.example'

const allOf = ({ database, gateway: { vault } }: TestStore, digest: Buffer) =>
  subjectsOfEmail(vault, database, digest)

async function erased(store: TestStore, digest: Buffer): Promise<readonly Id[]> {
  const all = await allOf(store, digest)
  assert.ok(await erase(store.erasing, all))
  return all
}

/** How many notices to the processor name a payment. */
async function noticesOf(store: TestStore, order: Id): Promise<number> {
  const mails = await inbox(store, PROCESSOR)
  return mails.filter(({ text }) => text.includes(`pi_${order}`)).length
}

async function nothingOpens(store: TestStore, orders: readonly Id[], digest: Buffer) {
  const { gateway, database, erasing } = store
  assert.deepEqual(await allOf(store, digest), [])
  for (const order of orders.slice(0, 5)) {
    assert.deepEqual(await openHeld(gateway.vault, database, order, ['email', 'lastName']), {})
  }
  const { fields } = await showAll(erasing.holdings, database, orders)
  assert.ok(!fields.some(({ name }) => name === 'email' || name === 'mailbox.covered'))
}

test('C3.1 who was erased after a backup, or half, stays so, whatever their key was', async (t) => {
  const store = await testStore(t)
  await store.database.run(sql`update stock set available = 10000`)
  const gathered = await regular(store, 'gathered@restored.example')
  const half = await regular(store, 'half@restored.example')
  await erased(store, half.digest)
  assert.ok((await underMailbox(store, half.closed)) > 0)
  await store.work()
  const loose = await regular(store, 'loose@restored.example', 49)
  // The fiftieth is closed, and its job is yet to be done.
  await deliver(store, loose.open)
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)

  await store.work()
  await deliver(store, gathered.open)
  await store.work()
  assert.equal(await underMailbox(store, loose.closed), 49)
  const gatheredOrders = await erased(store, gathered.digest)
  const looseOrders = await erased(store, loose.digest)
  await endRequested(store.erasing)
  await store.work()
  assert.equal(await rowsOf(store, [...gatheredOrders, ...looseOrders, ...half.closed]), 0)
  await sequence(store.ledger)

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  const again = await reopen(t, store, url)
  const orders = [...gatheredOrders, ...looseOrders]
  // Rows that were to follow have followed before it opened.
  assert.equal(await rowsOf(again, [...orders, ...half.closed]), 0)
  await nothingOpens(again, gatheredOrders, gathered.digest)
  await nothingOpens(again, looseOrders, loose.digest)
  await nothingOpens(again, half.closed, half.digest)
  const before = await Promise.all(half.closed.map((order) => noticesOf(again, order)))
  assert.ok(before.every((count) => count === 1))

  await Promise.all([endRequested(again.erasing), endRequested(again.erasing)])
  await again.work()
  const left = await again.database.one<{ n: number }>(
    sql`select (select count(*) from mailbox) + (select count(*) from mailbox_told)
      + (select count(*) from erasure_notice) as n`,
  )
  assert.equal(left.n, 0)
  // Told by the store that was lost, and once by the one that has no record of it.
  for (const order of half.closed) assert.equal(await noticesOf(again, order), 2)
  for (const order of orders) assert.equal(await noticesOf(again, order), 1)
  assert.equal((await tacet('doctor', store.folder, url)).complaint, '')
})
