/**
 * What a carrier says of a parcel: once, twice, late, in any order, or not the carrier at all.
 */

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { type Hook, openShop, packedOrder, stateOf } from '../../test/support/shipping.ts'
import { sql } from '../base/database.ts'
import { changeState, timeline } from '../orders/order.ts'
import type { TrackingEvent } from './carrier.ts'
import { easyPost } from './carriers/easypost.ts'
import { bookShipment, requestShipment } from './shipment.ts'
import { recordTracking } from './tracking.ts'

const shop = await openShop({ after })
const carrier = easyPost(shop.settings)

beforeEach(() => {
  shop.hooks.length = 0
})

/** A booked parcel's order, and what the carrier calls the parcel. */
async function onItsWay() {
  const order = await packedOrder(shop)
  const id = await requestShipment(shop, order, 'staff-1')
  await bookShipment(shop, { order, id })
  const { reference } = await shop.database.one<{ reference: string }>(
    sql`select company_reference as reference from shipment where order_id = ${order}`,
  )
  return { order, reference }
}

/** The webhook of a parcel that moves on, as the carrier sends it. */
async function hookOf(reference: string, status: string): Promise<Hook> {
  await shop.control('track', { shipment: reference, status })
  const hook = shop.hooks.at(-1)
  assert.ok(hook)
  return hook
}

async function said(reference: string, status: string): Promise<TrackingEvent> {
  const { rawBody, headers } = await hookOf(reference, status)
  const event = carrier.verifyWebhook(rawBody, headers)
  assert.ok(event)
  return event
}

async function kinds(order: string): Promise<readonly string[]> {
  return (await timeline(shop.database, order)).map(({ kind }) => kind).slice(4)
}

test('a parcel that is delivered makes its order delivered, once, in whatever order it is told', async () => {
  const { order, reference } = await onItsWay()
  const delivered = await said(reference, 'delivered')
  const moving = await said(reference, 'in_transit')
  assert.equal(await recordTracking(shop, delivered), 'recorded')
  await Promise.all([delivered, moving, delivered].map((event) => recordTracking(shop, event)))
  await recordTracking(shop, { ...delivered, status: 'returned' })
  assert.equal(await stateOf(shop, order), 'delivered')
  assert.deepEqual(await kinds(order), ['shipped', 'delivered'])
})

test('a parcel that comes back leaves the order as it is, with one event for staff', async () => {
  const { order, reference } = await onItsWay()
  const returned = await said(reference, 'return_to_sender')
  await Promise.all([returned, returned].map((event) => recordTracking(shop, event)))
  assert.equal(await stateOf(shop, order), 'shipped')
  assert.deepEqual(await kinds(order), ['shipped', 'parcel returned'])
})

test('an order that was cancelled meanwhile stays cancelled, and the event says so', async () => {
  const { order, reference } = await onItsWay()
  const event = { kind: 'cancelled', by: 'staff-1' }
  await shop.database.transaction((tx) =>
    changeState(tx, order, ['shipped'], 'cancelled', event, shop.clock()),
  )
  const delivered = await said(reference, 'delivered')
  for (const one of [delivered, delivered]) await recordTracking(shop, one)
  assert.equal(await stateOf(shop, order), 'cancelled')
  assert.deepEqual(await kinds(order), ['shipped', 'cancelled', 'delivery ignored'])
})

test('a parcel that is not ours is unknown', async () => {
  const event = { company: 'EasyPost', companyReference: 'shp_none', status: 'delivered' } as const
  assert.equal(await recordTracking(shop, event), 'unknown')
})

test('a webhook with another body, a wrong signature, none, or no secret set is forged', async () => {
  const { reference } = await onItsWay()
  const { rawBody, headers } = await hookOf(reference, 'delivered')
  const forged = { code: 'forged' }
  const changed = Buffer.from(rawBody.toString().replace('delivered', 'returned'))
  assert.throws(() => carrier.verifyWebhook(changed, headers), forged)
  assert.throws(() => carrier.verifyWebhook(rawBody, {}), forged)
  const signature = { 'x-hmac-signature': `hmac-sha256-hex=${'0'.repeat(64)}` }
  assert.throws(() => carrier.verifyWebhook(rawBody, signature), forged)
  const open = easyPost({ ...shop.settings, webhookSecret: '' })
  assert.throws(() => open.verifyWebhook(rawBody, headers), forged)
})
