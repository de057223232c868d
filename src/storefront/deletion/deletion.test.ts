/** A deletion that waits: it happens once or is taken back, and its person is told both ways. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inbox, newestOrder } from '../../../test/support/outside.ts'
import { arrived, dataLink, shipped } from '../../../test/support/own-data.ts'
import { ADA, buy } from '../../../test/support/purchase.ts'
import { shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import { systemClock } from '../../base/clock.ts'
import { sql } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import { endRequested, erase } from '../../privacy/erasure.ts'
import { eraseDue, takeBack } from '../../privacy/erasure-later.ts'
import { entryOfDeletion } from '../../privacy/person-link.ts'
import { openHeld } from '../../privacy/vault.ts'

let ahead = Temporal.Duration.from({ hours: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, gateway, erasing } = store
const visitor = shopperAt(store.url)

/** A delivered order of its own address, with its deletion asked for in 72 hours. */
async function waiting(email: string) {
  ahead = Temporal.Duration.from({ hours: 0 })
  await buy(store, { contact: { ...ADA, email } })
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  const data = (await dataLink(store, email)).pathname
  const page = await visitor.post(`${data}/erasure`, { when: 'later' })
  const token = page.url.pathname.split('/').at(-1) ?? ''
  return { order, data, page, path: page.url.pathname, token }
}

const emailOf = async (order: Id) =>
  (await openHeld(gateway.vault, database, order, ['email'])).email

test('C3.1 it waits for 72 hours, happens by itself, and its receipt is where it was said', async () => {
  const { order, data, page, path } = await waiting('waits@example.com')
  assert.match(page.text, /will be deleted on .*take it back/s)
  assert.match((await visitor.get(data)).text, /Your data will be deleted on/)
  ahead = Temporal.Duration.from({ hours: 71, minutes: 59 })
  assert.equal(await eraseDue(erasing), 0)
  assert.ok(await emailOf(order))
  ahead = Temporal.Duration.from({ hours: 72, minutes: 1 })
  assert.equal(await eraseDue(erasing), 1)
  assert.equal(await emailOf(order), undefined)
  const done = await visitor.get(path)
  const receipt = /href="(\/privacy\/receipts\/[\w-]+)"/.exec(done.text)?.[1] ?? ''
  assert.match((await visitor.get(receipt)).text, /It is done/)
  assert.equal((await visitor.post(path, {})).status, 409)
})

test('C3.1 the mail brings the way back, and what was taken back does not happen', async () => {
  const { order, path } = await waiting('back@example.com')
  await store.work()
  const [mail] = await inbox(store, 'back@example.com')
  assert.match(mail?.subject ?? '', /will be deleted in 72 hours/)
  assert.ok(mail?.text.includes(path))
  assert.match((await visitor.post(path, {})).text, /does not wait any more/)
  ahead = Temporal.Duration.from({ hours: 100 })
  assert.equal(await eraseDue(erasing), 0)
  assert.ok(await emailOf(order))
  assert.equal((await visitor.post(path, {})).status, 409)
})

test('C3.1 taken back and carried out at once, one of them happens', async () => {
  const { order, token } = await waiting('both@example.com')
  const entry = entryOfDeletion(gateway.vault.keys, token) ?? assert.fail()
  ahead = Temporal.Duration.from({ hours: 73 })
  const [back] = await Promise.allSettled([takeBack(erasing, entry), eraseDue(erasing)])
  assert.equal((await emailOf(order)) !== undefined, back.status === 'fulfilled')
})

test('C3.1 asked twice it waits once; an erasure now replaces it', async () => {
  const { order, data, path } = await waiting('twice@example.com')
  const again = await visitor.post(`${data}/erasure`, { when: 'later' })
  assert.equal(again.url.pathname, data)
  assert.ok(await erase(erasing, [order]))
  assert.match((await visitor.get(path)).text, /does not wait any more/)
})

test('C3.1 an order that is open when the time has come ends when it closes', async () => {
  ahead = Temporal.Duration.from({ hours: 0 })
  const email = 'open@example.com'
  await buy(store, { contact: { ...ADA, email } })
  await store.work()
  const order = await newestOrder(store)
  const { pathname } = await dataLink(store, email)
  await visitor.post(`${pathname}/erasure`, { when: 'later' })
  ahead = Temporal.Duration.from({ hours: 73 })
  assert.equal(await eraseDue(erasing), 1)
  assert.equal(await eraseDue(erasing), 0)
  assert.ok(await emailOf(order))
  ahead = Temporal.Duration.from({ hours: 0 })
  await shipped(store, order)
  await arrived(store, order)
  assert.equal(await endRequested(erasing), 1)
  assert.equal(await emailOf(order), undefined)
})

test('a link that was changed leads nowhere, and a receipt’s link takes nothing back', async () => {
  for (const token of ['x', 'A'.repeat(43)]) {
    assert.equal((await visitor.get(`/privacy/deletions/${token}`)).status, 404)
    assert.equal((await visitor.post(`/privacy/deletions/${token}`, {})).status, 404)
  }
  const { n } = await database.one<{ n: number }>(sql`select count(*) as n from erasure_plan`)
  assert.equal(n, 0)
})
