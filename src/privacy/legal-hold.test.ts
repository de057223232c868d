/** Legal holds: a ground, a last day, and an erasure that waits for it. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newestOrder } from '../../test/support/outside.ts'
import { arrived, shipped } from '../../test/support/own-data.ts'
import { buy } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { endRequested, erase, preview } from './erasure.ts'
import { heldBack } from './held-back.ts'
import { endHold, holdsOf, latestHold, setHold } from './legal-hold.ts'
import { openHeld } from './vault.ts'

let ahead = Temporal.Duration.from({ hours: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, gateway, erasing } = store
const by = newId(systemClock())
const ground = 'a legal claim is open'

const day = (days: number) =>
  gateway.clock().toZonedDateTimeISO('UTC').toPlainDate().add({ days }).toString()

async function delivered(): Promise<Id> {
  await buy(store)
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  return order
}

const emailOf = async (order: Id) =>
  (await openHeld(gateway.vault, database, order, ['email'])).email

test('C3.1 an erasure waits for the hold’s last day, and happens by itself after it', async () => {
  const order = await delivered()
  await setHold(erasing, { subject: order, ground, until: day(2), by })
  const { open, closed, holds } = await preview(erasing, [order])
  assert.deepEqual([open, closed, holds.get(order)?.until], [[order], [], day(2)])
  await erase(erasing, [order])
  assert.ok(await emailOf(order))
  assert.deepEqual([...(await heldBack(database, [order]))], [order])
  ahead = Temporal.Duration.from({ hours: 48 })
  assert.equal(await endRequested(erasing), 0)
  ahead = Temporal.Duration.from({ hours: 73 })
  assert.equal(await endRequested(erasing), 1)
  assert.equal(await emailOf(order), undefined)
  ahead = Temporal.Duration.from({ hours: 0 })
})

test('C3.1 a hold that is ended before its day lets the erasure happen', async () => {
  const order = await delivered()
  await setHold(erasing, { subject: order, ground, until: day(30), by })
  await erase(erasing, [order])
  await endHold(erasing, order)
  assert.equal(await endRequested(erasing), 1)
  assert.equal(await emailOf(order), undefined)
  await assert.rejects(endHold(erasing, order), { code: 'conflict' })
})

test('C3.2 no hold is longer than order data may be kept, none is past, none comes twice', async () => {
  const order = await delivered()
  const set = (until: string) => setHold(erasing, { subject: order, ground, until, by })
  const latest = Temporal.PlainDate.from(latestHold(order))
  for (const until of [latest.add({ days: 1 }).toString(), day(-1), '9999-01-01', '']) {
    await assert.rejects(set(until), { code: 'invalid' }, until)
  }
  await set(latest.toString())
  await assert.rejects(set(day(1)), { code: 'conflict' })
  assert.equal((await holdsOf(database, [order])).get(order)?.until, latest.toString())
})

test('what has ended cannot be held, and set and ended are in the ledger with the ground alone', async () => {
  const order = await delivered()
  await setHold(erasing, { subject: order, ground, until: day(1), by })
  await endHold(erasing, order)
  const entries = await database.many<{ leaf: string }>(sql`
    select leaf from ledger_entry where leaf like '%"kind":"hold %'`)
  const known = entries.map(({ leaf }) => JSON.parse(leaf))
  const first = known.find(({ until }) => until === day(1))
  assert.deepEqual([first.kind, first.because], ['hold set', ground])
  const ends = known.filter(({ kind, reference }) => {
    return kind === 'hold ended' && reference === first.reference
  })
  assert.equal(ends.length, 1)
  assert.ok(!entries.some(({ leaf }) => leaf.includes(order) || leaf.includes(by)))
  await erase(erasing, [order])
  const held = setHold(erasing, { subject: order, ground, until: day(1), by })
  await assert.rejects(held, { code: 'conflict' })
})
