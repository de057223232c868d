/**
 * What tests of several clauses begin with: a way outward, an order that is closed, a paper in the register, a parcel
 * that was booked.
 */

import assert from 'node:assert/strict'
import { type Database, sql } from '../../src/base/database.ts'
import type { Way } from '../../src/base/egress.ts'
import { type Id, newId } from '../../src/base/ids.ts'
import { addPlace, listPlaces } from '../../src/paper/places.ts'
import { findPaper, registerPaper } from '../../src/paper/register.ts'
import type { Clerk } from './clerk.ts'
import { type Kernel, sealedOrder } from './kernel.ts'
import { type Entry, journal, newestOrder } from './outside.ts'
import { arrived, shipped } from './own-data.ts'
import { ADA, buy } from './purchase.ts'
import type { TestStore } from './store.ts'

/** Where nothing may get through. */
export const wayTo = (origin: string, plainAllowed = false): Way => ({
  ...{ origins: [origin], plainAllowed, inspect: () => undefined },
  travelled: () => assert.fail('nothing may have left'),
})

/** An order that has arrived, so that nothing is open on it. */
export async function closedOrder(store: TestStore, contact = ADA): Promise<Id> {
  await buy(store, { contact })
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  return order
}

/** A paper about an order, in an office, taken in by somebody. */
export async function paperIn(kernel: Kernel) {
  const { database, gateway } = kernel
  await addPlace(gateway, 'Office', 'a safe')
  const [office] = await listPlaces(database)
  const order = await sealedOrder(kernel)
  const by = newId(gateway.clock())
  const place = office?.id ?? assert.fail()
  const number = await registerPaper(gateway, { kind: 'invoice', place, owner: { order }, by })
  const paper = (await findPaper(database, number)) ?? assert.fail()
  return { order, by, paper }
}

/** What the ledger says of a paper. */
export async function paperEntries(database: Database, paper: Id): Promise<readonly string[]> {
  const rows = await database.many<{ kind: string }>(sql`
    select leaf::json ->> 'kind' as kind from ledger_entry
    where leaf like ${`%"reference":"${paper}"%`} order by id`)
  return rows.map(({ kind }) => kind)
}

type Carrying = { readonly store: TestStore; readonly packing: Clerk }

/** Buys and books; returns the order's page and what the carrier was told since. */
export async function parcelTo(
  { store, packing }: Carrying,
  country: string,
  changes: Readonly<Record<string, string>>,
) {
  const before = (await journal(store, 'carrier')).length
  const contact = { ...ADA, orderNote: 'Please ring twice for the xylophonist', ...changes }
  const { shopper, page } = await buy(store, { country, contact })
  const number = /<h1>Order (\d+)/.exec(page.text)?.[1]
  await packing.post(`/admin/orders/${number}/packing`, {})
  await packing.post(`/admin/orders/${number}/shipment`, {})
  await store.work()
  const told = (await journal(store, 'carrier')).slice(before)
  return { told, page: await shopper.get(page.url) }
}

export function shipmentIn(told: readonly Entry[]) {
  const created = told.find(({ method, path }) => method === 'POST' && path === '/v2/shipments')
  return JSON.parse(created?.body ?? '{}').shipment
}

/** All that the carrier was told, to search in. */
export function textOf(told: readonly Entry[]): string {
  return told
    .map(({ path, headers, body }) => `${path} ${JSON.stringify(headers)} ${body}`)
    .join('\n')
}
