/**
 * The carrier's desk: the parcels it carries, with buttons that move them; and the tracking page.
 */

import { type Answer, seeOther } from '../base/answer.ts'
import { textAt } from '../base/form.ts'
import { desk, html, type Markup, moment, page } from '../base/page.ts'
import { formOf, type Request, type Route } from '../base/server.ts'
import { type Carrier, statusNamed, track } from './carrier.ts'
import { shipmentNamed } from './shipments.ts'
import { carrierRefused, type Shipment, type TrackerStatus } from './wire.ts'

const SHOWN = 100
const WORDS: Readonly<Record<TrackerStatus, string>> = {
  pre_transit: 'Label made',
  in_transit: 'In transit',
  out_for_delivery: 'Out for delivery',
  delivered: 'Delivered',
  available_for_pickup: 'Ready for pick-up',
  return_to_sender: 'Going back',
  failure: 'Failed',
  cancelled: 'Cancelled',
}

export function carrierDeskRoutes(carrier: Carrier): readonly Route[] {
  return [
    { method: 'GET', path: '/carrier', handle: () => desk('Parcels', list(carrier)) },
    { method: 'POST', path: '/carrier/:id', handle: (request) => move(carrier, request) },
    { method: 'GET', path: '/track/:id', handle: ({ id }) => follow(shipmentNamed(carrier, id)) },
  ]
}

async function move(carrier: Carrier, request: Request): Promise<Answer> {
  const status = statusNamed(textAt(formOf(request), 'status') ?? '')
  if (status === undefined) throw carrierRefused(422, 'TRACKER.STATUS', 'No such status.')
  await track(carrier, shipmentNamed(carrier, request.id), status)
  return seeOther('/carrier')
}

function list(carrier: Carrier): Markup {
  const booked = [...carrier.shipments.values()].filter(({ tracker }) => tracker !== null)
  if (booked.length === 0) return html`<p>No parcel has been booked yet.</p>`
  return html`${booked.slice(-SHOWN).reverse().map(item)}`
}

function item(shipment: Shipment): Markup {
  const { id, tracker, to_address: to, postage_label: label, customs_info: customs } = shipment
  if (tracker === null) return html``
  const declared = customs === null ? '' : ', with a customs declaration'
  const state = shipment.refund_status === null ? WORDS[tracker.status] : 'Label given back'
  return html`<article class="notice"><h2>${tracker.tracking_code}: ${state}</h2>
<p>To ${to.name ?? to.company}, ${to.zip} ${to.city}, ${to.country}<br>
<span class="quiet">Booked ${moment(tracker.created_at)}${declared}</span></p>
<p><a href="${label?.label_url ?? ''}">Label (PDF)</a></p>
${button(id, 'in_transit')}${button(id, 'delivered')}</article>`
}

function button(id: string, status: TrackerStatus): Markup {
  return html`<form class="row" method="post" action="/carrier/${id}">
<button name="status" value="${status}">${WORDS[status]}</button></form>`
}

/** What anyone with the tracking code sees: where the parcel is, and nobody's name. */
function follow({ tracker }: Shipment): Answer {
  if (tracker === null) throw carrierRefused(404, 'NOT_FOUND', 'No such parcel.')
  const body = html`<main class="narrow"><p class="quiet">Sandbox carrier</p><h1>${WORDS[tracker.status]}</h1>
<p>Parcel ${tracker.tracking_code}, ${tracker.carrier}, last seen ${moment(tracker.updated_at)}</p></main>`
  return page(`Parcel ${tracker.tracking_code}`, body)
}
