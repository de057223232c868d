/**
 * The carrier's API: who may call it, and which route does what.
 */

import { timingSafeEqual } from 'node:crypto'
import { json } from '../base/answer.ts'
import { type Handler, isRecord, jsonOf, type Request, type Route } from '../base/server.ts'
import type { Carrier } from './carrier.ts'
import { labelPdf } from './label.ts'
import { buyShipment, createShipment, refundShipment, shipmentNamed } from './shipments.ts'
import { carrierRefused } from './wire.ts'

export function carrierApiRoutes(carrier: Carrier): readonly Route[] {
  const guarded = (method: 'GET' | 'POST', path: string, handle: Handler): Route => ({
    method,
    path,
    service: 'carrier',
    handle(request) {
      checkKey(carrier.key, request)
      return handle(request)
    },
  })
  return [
    guarded('POST', '/v2/shipments', (request) => {
      const { shipment, isNew } = createShipment(carrier, jsonOf(request))
      return json(shipment, isNew ? 201 : 200)
    }),
    guarded('GET', '/v2/shipments/:id', ({ id }) => json(shipmentNamed(carrier, id))),
    guarded('POST', '/v2/shipments/:id/buy', (request) =>
      json(buyShipment(carrier, shipmentNamed(carrier, request.id), rateOf(request))),
    ),
    guarded('POST', '/v2/shipments/:id/refund', ({ id }) =>
      json(refundShipment(carrier, shipmentNamed(carrier, id))),
    ),
    {
      method: 'GET',
      path: '/labels/:id',
      service: 'carrier',
      handle: (request) => label(carrier, request),
    },
  ]
}

/** As at the real carrier, a label needs no key: its address is the secret. */
async function label(carrier: Carrier, { id }: Request) {
  const shipment = carrier.shipments.get(id.replace(/\.pdf$/, ''))
  if (shipment?.tracker == null) throw carrierRefused(404, 'NOT_FOUND', 'No such label.')
  return {
    status: 200,
    headers: { 'content-type': 'application/pdf', 'cache-control': 'no-store' },
    body: await labelPdf(shipment),
  }
}

function rateOf(request: Request): string {
  const { rate } = jsonOf(request)
  return isRecord(rate) && typeof rate.id === 'string' ? rate.id : ''
}

/** The key is the user of HTTP Basic authentication. @throws {Refused} 401 */
function checkKey(key: string, request: Request): void {
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ', 2)
  const user = Buffer.from(value, 'base64').toString().split(':', 1)[0] ?? ''
  const given = Buffer.from(scheme.toLowerCase() === 'basic' ? user : value)
  const right = Buffer.from(key)
  if (given.length === right.length && timingSafeEqual(given, right)) return
  throw carrierRefused(401, 'APIKEY.INACTIVE', 'This api key is not valid.')
}
