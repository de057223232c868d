/**
 * The carrier: parcels it was told of, where they are, and the events about them.
 */

import { type Clock, stamp } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import type { Collection, State } from '../base/state.ts'
import type { Webhooks } from '../base/webhooks.ts'
import { carrierRefused, type Shipment, TRACKER_STATUSES, type TrackerStatus } from './wire.ts'

export type Carrier = {
  readonly shipments: Collection<Shipment>
  /** The last shipment that was bought under a reference. */
  readonly bought: Map<string, string>
  readonly webhooks: Webhooks
  readonly clock: Clock
  readonly key: string
  readonly url: string
}

export function newCarrier(
  state: State,
  more: Pick<Carrier, 'webhooks' | 'clock' | 'key' | 'url'>,
): Carrier {
  const shipments = state.collection<Shipment>('shipment')
  const bought = new Map<string, string>()
  for (const { id, reference, tracker, refund_status } of shipments.values()) {
    if (reference !== null && tracker !== null && refund_status === null) bought.set(reference, id)
  }
  return { shipments, bought, ...more }
}

export function statusNamed(name: string): TrackerStatus | undefined {
  return TRACKER_STATUSES.find((status) => status === name)
}

/** Moves a parcel on and tells the store. Resolves with the status of its first answer. */
export function track(
  carrier: Carrier,
  shipment: Shipment,
  status: TrackerStatus,
): Promise<number> {
  if (shipment.tracker === null) {
    throw carrierRefused(422, 'TRACKER.NOT_FOUND', 'This shipment has no label yet')
  }
  const at = stamp(carrier.clock)
  const tracker = { ...shipment.tracker, status, updated_at: at }
  carrier.shipments.put(shipment.id, { ...shipment, tracker, status, updated_at: at })
  const id = newId('evt_', 32)
  const event = {
    id,
    object: 'Event',
    mode: 'test',
    description: 'tracker.updated',
    previous_attributes: { status: shipment.tracker.status },
    created_at: at,
    updated_at: at,
    pending_urls: [],
    completed_urls: [],
    status: 'pending',
    result: tracker,
  }
  return carrier.webhooks.send(id, 'carrier', JSON.stringify(event))
}
