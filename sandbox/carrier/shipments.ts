/**
 * Shipments: told of, bought, given back.
 *
 * Idempotent on `reference`: once a label is bought under a reference, creating that shipment again
 * answers the bought one, so that a booking whose answer was lost may be tried again and costs one
 * label. (The real API does not do this by itself, but finds a shipment by its reference with `GET
 * /v2/shipments/REFERENCE`, and so does the sandbox.)
 */

import { stamp } from '../base/clock.ts'
import { digits, newId } from '../base/ids.ts'
import type { Carrier } from './carrier.ts'
import { crossesBorder, ratesFor } from './rates.ts'
import { readShipment } from './reading.ts'
import { carrierRefused, type Label, type Rate, type Shipment, type Tracker } from './wire.ts'

export type Created = { readonly shipment: Shipment; readonly isNew: boolean }

/** @throws {Refused} 422 with the fields that are missing. */
export function createShipment(carrier: Carrier, body: unknown): Created {
  const asked = readShipment(body)
  const before = boughtUnder(carrier, asked.reference)
  if (before !== undefined) return { shipment: before, isNew: false }
  const id = newId('shp_', 32)
  const at = stamp(carrier.clock)
  const crossing = crossesBorder(asked.from_address.country ?? '', asked.to_address.country ?? '')
  const shipment: Shipment = {
    id,
    object: 'Shipment',
    mode: 'test',
    ...asked,
    messages: [],
    rates: ratesFor(id, asked.parcel.weight, crossing, currencyOf(asked.options)),
    selected_rate: null,
    postage_label: null,
    tracker: null,
    tracking_code: null,
    status: 'unknown',
    refund_status: null,
    created_at: at,
    updated_at: at,
  }
  carrier.shipments.put(id, shipment)
  return { shipment, isNew: true }
}

/**
 * @throws {Refused} 422 for an unknown rate, a label that was bought before, or a border without a
 * declaration.
 */
export function buyShipment(carrier: Carrier, shipment: Shipment, rateId: string): Shipment {
  if (shipment.tracker !== null) {
    const message = 'Postage already exists for this shipment.'
    throw carrierRefused(422, 'SHIPMENT.POSTAGE.EXISTS', message)
  }
  const rate = shipment.rates.find(({ id }) => id === rateId)
  if (rate === undefined) {
    throw carrierRefused(422, 'SHIPMENT.RATE.NOT_FOUND', 'The rate is none of this shipment.')
  }
  checkDeclaration(shipment)
  const at = stamp(carrier.clock)
  const tracker = newTracker(carrier, shipment, rate, at)
  const bought: Shipment = {
    ...shipment,
    selected_rate: rate,
    tracker,
    tracking_code: tracker.tracking_code,
    postage_label: newLabel(carrier, shipment, at),
    status: 'pre_transit',
    updated_at: at,
  }
  carrier.shipments.put(bought.id, bought)
  if (bought.reference !== null) carrier.bought.set(bought.reference, bought.id)
  return bought
}

/** Gives a label back that has not been used. @throws {Refused} 422 */
export function refundShipment(carrier: Carrier, shipment: Shipment): Shipment {
  if (shipment.tracker === null) {
    const message = 'No postage was bought for this shipment.'
    throw carrierRefused(422, 'SHIPMENT.REFUND.UNAVAILABLE', message)
  }
  if (shipment.refund_status !== null) return shipment
  if (shipment.tracker.status !== 'pre_transit') {
    const message = 'The parcel is on its way already.'
    throw carrierRefused(422, 'SHIPMENT.REFUND.UNAVAILABLE', message)
  }
  const updated_at = stamp(carrier.clock)
  const refunded: Shipment = { ...shipment, refund_status: 'submitted', updated_at }
  carrier.shipments.put(refunded.id, refunded)
  if (refunded.reference !== null) carrier.bought.delete(refunded.reference)
  return refunded
}

/** By id, tracking code or reference. @throws {Refused} 404 */
export function shipmentNamed(carrier: Carrier, name: string): Shipment {
  const byId = carrier.shipments.get(name) ?? boughtUnder(carrier, name)
  if (byId !== undefined) return byId
  for (const shipment of [...carrier.shipments.values()].reverse()) {
    if (shipment.tracking_code === name || shipment.reference === name) return shipment
  }
  throw carrierRefused(404, 'NOT_FOUND', 'The requested resource could not be found.')
}

function boughtUnder(carrier: Carrier, reference: string | null): Shipment | undefined {
  const id = reference === null ? undefined : carrier.bought.get(reference)
  return id === undefined ? undefined : carrier.shipments.get(id)
}

function checkDeclaration({ from_address, to_address, customs_info }: Shipment): void {
  if (customs_info !== null) return
  if (!crossesBorder(from_address.country ?? '', to_address.country ?? '')) return
  throw carrierRefused(
    422,
    'SHIPMENT.CUSTOMS_INFO.REQUIRED',
    'A customs declaration is required.',
    [{ field: 'customs_info', message: 'is required between these countries' }],
  )
}

function newTracker(carrier: Carrier, shipment: Shipment, rate: Rate, at: string): Tracker {
  const code = `SB${digits(14)}`
  return {
    id: newId('trk_', 32),
    object: 'Tracker',
    mode: 'test',
    tracking_code: code,
    status: 'pre_transit',
    carrier: rate.carrier,
    shipment_id: shipment.id,
    public_url: `${carrier.url}/track/${code}`,
    created_at: at,
    updated_at: at,
  }
}

function newLabel(carrier: Carrier, shipment: Shipment, at: string): Label {
  const url = `${carrier.url}/labels/${shipment.id}.pdf`
  return {
    id: newId('pl_', 32),
    object: 'PostageLabel',
    label_size: '4x6',
    label_file_type: 'application/pdf',
    label_url: url,
    label_pdf_url: url,
    created_at: at,
  }
}

function currencyOf(options: Shipment['options']): string {
  const { currency } = options
  return typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? currency : 'USD'
}
