/**
 * A shipment: from "book this parcel" to its label.
 *
 * `requestShipment` grants what the carrier may be told, in one transaction with the order that it is told for;
 * `bookShipment` is the job that tells it. A booking whose answer was lost is found again by its reference, so that it
 * costs one label.
 *
 * Invariant: the declaration exists only where the parcel crosses a customs border (C8.2).
 * Invariant: tracking number and label are sealed in the transaction that makes the order shipped.
 * Invariant: each time that the carrier is told of a person is a disclosure of its own in the ledger.
 */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { crossesCustomsBorder } from '../base/countries.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { enqueue, type Payload } from '../base/jobs.ts'
import { declare } from '../customs/declaration.ts'
import { announce } from '../orders/announce.ts'
import { addEvent, changeState, findOrder, type Order } from '../orders/order.ts'
import {
  type Ask,
  confirm,
  type Disclosure,
  deliver,
  deliverTogether,
  type Gateway,
  giveUp,
  grant,
  inquire,
  resume,
} from '../privacy/gateway.ts'
import { Personal } from '../privacy/personal.ts'
import { sealUnderOwn } from '../privacy/vault.ts'
import {
  concludeRequest,
  insertShipment,
  renameDisclosures,
  type ShipmentRow,
  type ShipmentState,
  shipmentRows,
} from './_rows.ts'
import { type Carrier, type Label, reasonOf } from './carrier.ts'
import { carrierOf, type ShippingRates } from './rates.ts'

export type Shipping = {
  readonly database: Database
  readonly gateway: Gateway
  readonly clock: Clock
  readonly rates: ShippingRates
  readonly carriers: readonly Carrier[]
  /** Where parcels leave from: ISO 3166-1 alpha-2. */
  readonly shopCountry: string
}

/** What may be shown of a parcel to staff and to the person: no number, no address. */
export type Shipment = {
  readonly id: Id
  readonly company: string
  readonly state: ShipmentState
  readonly requestedAt: Temporal.Instant
  readonly bookedAt: Temporal.Instant | null
  readonly deliveredAt: Temporal.Instant | null
}

type Disclosures = {
  readonly transport: Disclosure<'carrier', 'transport'>
  readonly customs: Disclosure<'carrier', 'customs'> | null
}

/** For `the shipment is open`: the parcel is packed and has not been handed over. */
export async function isShipmentOpen(on: Queries, { subject }: Ask): Promise<boolean> {
  return (await packedFor(on, subject)) !== undefined
}

/** For `the shipment is open and leaves the customs territory` of a shop in this country. */
export function leavesCustomsTerritory(shopCountry: string) {
  return async (on: Queries, { subject }: Ask): Promise<boolean> => {
    const country = await packedFor(on, subject)
    return country !== undefined && crossesCustomsBorder(shopCountry, country)
  }
}

/** The parcels of an order, oldest first. */
export async function shipmentsOf(on: Queries, orderId: Id): Promise<readonly Shipment[]> {
  return shipmentRows(on, orderId)
}

/**
 * Asks for the parcel of a packed order to be booked; the work is done by `bookShipment`.
 *
 * @throws {Fault} `conflict` when the order is not packed or has a parcel already, `customs_data_missing` when the
 *   declaration cannot be written.
 */
export async function requestShipment(shipping: Shipping, orderId: Id, by: string): Promise<Id> {
  return shipping.database.transaction(async (tx) => {
    const order = await lockPacked(tx, orderId)
    const crosses = crossesCustomsBorder(shipping.shopCountry, order.country)
    if (crosses) await declare(tx, order)
    const company = carrierFor(shipping, order).name
    const { transport, customs } = await grantBoth(shipping, tx, { orderId, company, crosses })
    const requestedAt = shipping.clock()
    const id = newId(requestedAt)
    await insertShipment(tx, {
      ...{ orderId, id, reference: randomBytes(12).toString('hex'), company, by, requestedAt },
      weightGrams: order.weightGrams,
      disclosureId: transport.id,
      customsDisclosureId: customs?.id ?? null,
    })
    await addEvent(tx, orderId, { kind: 'shipment requested', by, details: { id } }, requestedAt)
    await enqueue(tx, 'book shipment', { order: orderId, id })
    return id
  })
}

/**
 * The job: tells the carrier, seals what it answers. May be run again at any time.
 *
 * @throws {Fault} `unreachable` when it is worth another try.
 */
export async function bookShipment(shipping: Shipping, { order, id }: Payload): Promise<void> {
  const row = (await shipmentRows(shipping.database, order)).find((one) => one.id === id)
  if (row?.state !== 'requested') return
  const found = await findOrder(shipping.database, order)
  if (found?.state !== 'packed') return endRequest(shipping, row, 'cancelled', 'NOT_PACKED')
  try {
    await recordLabel(shipping, row, await labelFor(shipping, row, found))
  } catch (error) {
    const reason = finalReason(error)
    if (reason === undefined) throw error
    await endRequest(shipping, row, 'failed', reason)
  }
}

/** For a job that has had its last try: staff can then book the parcel again. */
export async function giveUpShipment(shipping: Shipping, { order, id }: Payload): Promise<void> {
  const row = (await shipmentRows(shipping.database, order)).find((one) => one.id === id)
  if (row?.state === 'requested') await endRequest(shipping, row, 'failed', 'UNREACHABLE')
}

async function packedFor(on: Queries, orderId: Id): Promise<string | undefined> {
  const row = await on.first<{ country: string }>(
    sql`select country from orders where id = ${orderId} and state = 'packed'`,
  )
  return row?.country
}

/**
 * For the transaction that cancels an order, after it has locked the order: its parcel must not be at the carrier's.
 *
 * @throws {Fault} `conflict` while the booking is under way: a label would be bought for nothing.
 */
export async function checkNotBooking(tx: Transaction, orderId: Id): Promise<void> {
  const parcels = await shipmentRows(tx, orderId)
  if (parcels.every(({ state }) => state !== 'requested')) return
  throw new Fault('conflict', 'Cannot cancel the order: its parcel is being booked', {
    remedy: 'Wait until the booking has ended; the timeline says so',
  })
}

/** Two members of staff who book at once come one after the other. */
async function lockPacked(tx: Transaction, orderId: Id): Promise<Order> {
  await tx.run(sql`select from orders where id = ${orderId} for update`)
  const order = await findOrder(tx, orderId)
  if (order === undefined) throw new Fault('not_found', 'There is no such order')
  if (order.state !== 'packed') {
    throw new Fault('conflict', `Cannot book a parcel: the order is ${order.state}, not packed`, {
      remedy: 'Pack it first',
    })
  }
  const parcels = await shipmentRows(tx, orderId)
  if (parcels.some(({ state }) => state === 'requested' || state === 'booked')) {
    throw new Fault('conflict', 'Cannot book a parcel: the order has one already')
  }
  return order
}

function carrierFor({ rates, carriers }: Shipping, { shippingMethod }: Order): Carrier {
  const name = carrierOf(rates, shippingMethod)
  return carrierNamed(carriers, name ?? carriers[0]?.name)
}

function carrierNamed(carriers: readonly Carrier[], name: string | undefined): Carrier {
  const carrier = carriers.find((one) => one.name === name)
  if (carrier !== undefined) return carrier
  throw new Fault('conflict', `Cannot book a parcel: no carrier "${name ?? ''}" is set up`, {
    remedy: 'Set the carrier up, or give the shipping method one that is',
  })
}

async function grantBoth(
  { gateway }: Shipping,
  tx: Transaction,
  asked: { readonly orderId: Id; readonly company: string; readonly crosses: boolean },
): Promise<Disclosures> {
  const ask = {
    to: 'carrier',
    company: asked.company,
    subject: asked.orderId,
    because: 'parcel booked',
  } as const
  return {
    transport: await grant(gateway, tx, { ...ask, for: 'transport' }),
    customs: asked.crosses ? await grant(gateway, tx, { ...ask, for: 'customs' }) : null,
  }
}

async function labelFor(shipping: Shipping, row: ShipmentRow, order: Order): Promise<Label> {
  const { gateway, database } = shipping
  const { reference, weightGrams, company } = row
  const carrier = carrierNamed(shipping.carriers, company)
  const ask = { to: 'carrier', for: 'transport', company, subject: row.orderId } as const
  const before = await inquire(gateway, ask, reference, (way) => carrier.find(reference, way))
  if (before !== undefined) return before
  const { transport, customs } = await openDisclosures(shipping, row)
  const box = { reference, weightGrams, method: order.shippingMethod }
  if (customs === null) {
    const parcel = { ...box, crossesBorder: false, declaration: null } as const
    return deliver(gateway, transport, {}, (consignee, way) =>
      carrier.book({ consignee, parcel }, way),
    )
  }
  const facts = await declare(database, order)
  return deliverTogether(
    gateway,
    { disclosure: transport, facts: {} },
    { disclosure: customs, facts },
    (consignee, declaration, way) =>
      carrier.book({ consignee, parcel: { ...box, crossesBorder: true, declaration } }, way),
  )
}

/** Those of the request; or new ones, when a first try told the carrier but did not bring a label. */
async function openDisclosures(shipping: Shipping, row: ShipmentRow): Promise<Disclosures> {
  const { gateway, database } = shipping
  const { orderId, company, disclosureId, customsDisclosureId } = row
  const crosses = customsDisclosureId !== null
  const transport = await resume(gateway, disclosureId, 'carrier', 'transport')
  const customs = crosses ? await resume(gateway, customsDisclosureId, 'carrier', 'customs') : null
  if (transport !== undefined && customs !== undefined) return { transport, customs }
  for (const open of await openOf(shipping, row)) await giveUp(gateway, open)
  return database.transaction(async (tx) => {
    const granted = await grantBoth(shipping, tx, { orderId, company, crosses })
    await renameDisclosures(tx, row, granted.transport.id, granted.customs?.id ?? null)
    return granted
  })
}

async function recordLabel(shipping: Shipping, row: ShipmentRow, label: Label): Promise<void> {
  const { database, gateway, clock } = shipping
  await database.transaction(async (tx) => {
    const at = clock()
    const { companyReference } = label
    if (!(await concludeRequest(tx, row, { state: 'booked', companyReference, at }))) return
    await sealUnderOwn(gateway.vault, tx, row.orderId, 'shipment', [
      Personal.of('trackingNumber', label.trackingNumber),
      Personal.of('label', label.pdf.toString('base64')),
    ])
    const event = { kind: 'shipped', by: row.company, details: { id: row.id } }
    await changeState(tx, row.orderId, ['packed'], 'shipped', event, at)
    await announce(gateway, tx, row.orderId, 'parcel shipped')
  })
  // Still open means that the carrier's answer was lost, and the label shows that it had been told.
  for (const open of await openOf(shipping, row)) await confirm(gateway, open)
}

/** The order stays packed; what was granted and not used is given up. */
async function endRequest(
  shipping: Shipping,
  row: ShipmentRow,
  state: 'failed' | 'cancelled',
  reason: string,
): Promise<void> {
  await shipping.database.transaction(async (tx) => {
    if (!(await concludeRequest(tx, row, { state }))) return
    const details = { id: row.id, reason }
    const event = { kind: `shipment ${state}`, by: row.company, details }
    await addEvent(tx, row.orderId, event, shipping.clock())
  })
  for (const open of await openOf(shipping, row)) await giveUp(shipping.gateway, open)
}

/** The disclosures of a shipment that have no outcome yet. */
async function openOf({ database }: Shipping, row: ShipmentRow): Promise<readonly Disclosure[]> {
  return database.many<Disclosure<'carrier', 'transport' | 'customs'>>(sql`
    select id, recipient as "to", purpose as "for", company, subject, because from disclosure
    where outcome is null
      and id = any(${[row.disclosureId, row.customsDisclosureId].filter((id) => id !== null)}::uuid[])`)
}

/** A reason that another try would not change: the carrier's no, the policy's, or customs' want of facts. */
function finalReason(error: unknown): string | undefined {
  if (error instanceof Refusal) return error.clause
  if (!(error instanceof Fault)) return undefined
  if (error.code === 'carrier_refused') return reasonOf(error)
  return error.code === 'customs_data_missing' ? 'CUSTOMS_DATA_MISSING' : undefined
}
