/**
 * A person at the pages of their own data: asks for the link, finds it in their inbox, follows it.
 */

import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { changeState } from '../../src/orders/order.ts'
import { requestShipment } from '../../src/shipping/shipment.ts'
import { inbox } from './outside.ts'
import { shopperAt } from './shopper.ts'
import type { TestStore } from './store.ts'

/** How many links were granted so far, to anybody. */
export async function linksOf({ database }: TestStore): Promise<number> {
  const row = await database.one<{ links: number }>(sql`
    select count(*) as links from disclosure where purpose = 'messages about a request'`)
  return row.links
}

/** Asks for the link to an address; the address of the page that it opens. */
export async function dataLink(
  store: TestStore,
  email: string,
  /** As the newest order has it. */
  written = email,
): Promise<URL> {
  const before = await linksOf(store)
  const { status } = await shopperAt(store.url).post('/privacy/data', { email })
  assert.equal(status, 200)
  return linkIn(store, written, before)
}

/** The link that came to an inbox, once there are more links than `before`. */
export async function linkIn(store: TestStore, written: string, before: number): Promise<URL> {
  // The look-up begins when the answer has left.
  for (let tries = 0; tries < 200 && (await linksOf(store)) === before; tries += 1) await pause(10)
  await store.work()
  const mails = await inbox(store, written)
  const link = /http\S+\/privacy\/data\/[\w-]+/.exec(mails[0]?.text ?? '')?.[0]
  assert.ok(link !== undefined, 'The newest mail must hold the link')
  return new URL(link)
}

/** Packs an order and has its parcel booked. */
export async function shipped(store: TestStore, order: Id): Promise<void> {
  const { database, clock } = store.payments.gateway
  await database.transaction((tx) =>
    changeState(tx, order, ['paid'], 'packed', { kind: 'packed', by: 'store' }, clock()),
  )
  await requestShipment(store.shipping, order, 'store')
  await store.work()
}

/** Has a parcel arrive. */
export async function arrived(store: TestStore, order: Id): Promise<void> {
  const { database, clock } = store.payments.gateway
  await database.transaction((tx) =>
    changeState(tx, order, ['shipped'], 'delivered', { kind: 'delivered', by: 'carrier' }, clock()),
  )
}
