/**
 * Parcels, with a real carrier's protocol on the other side: what it is told, and what it is not.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  buyer,
  line,
  openShop,
  packedOrder,
  type Shop,
  stateOf,
  street,
} from '../../test/support/shipping.ts'
import { send } from '../base/egress.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { disclosuresOf } from '../orders/disclosures.ts'
import { timeline } from '../orders/order.ts'
import { show } from '../privacy/gateway.ts'
import type { Carrier } from './carrier.ts'
import { type EasyPostSettings, easyPost } from './carriers/easypost.ts'
import {
  bookShipment,
  giveUpShipment,
  requestShipment,
  type Shipping,
  shipmentsOf,
} from './shipment.ts'

const shop = await openShop({ after })

async function book(at: Shop, order: string): Promise<string> {
  const id = await requestShipment(at, order, 'staff-1')
  await bookShipment(at, { order, id })
  return id
}

async function sealed(at: Shop, order: string) {
  return show(at.gateway, {
    to: 'staff: packing',
    for: 'packing',
    company: 'staff-1',
    subject: order,
    because: 'label printed',
  })
}

/** What the carrier was sent about one order, as text. */
async function told(at: Shop, from: number): Promise<string> {
  return JSON.stringify((await at.journal()).slice(from))
}

test('C8.1 a carrier is told the five fields, nothing of the content, and its label is a PDF', async () => {
  const before = (await shop.journal()).length
  const order = await packedOrder(shop)
  await book(shop, order)

  const journal = await told(shop, before)
  for (const value of ['Zyxandra Quillfeather', street.line1, street.postalCode, street.city]) {
    assert.ok(journal.includes(value), value)
  }
  for (const value of [buyer.email, buyer.phone]) assert.ok(journal.includes(value))
  for (const word of ['Vermilion', 'Gooseneck', 'KETTLE', '851679', 'customs', 'blue shed']) {
    assert.ok(!journal.includes(word), word)
  }
  assert.ok(!journal.includes(order))

  const { label, trackingNumber } = await sealed(shop, order)
  assert.equal(
    Buffer.from(label ?? '', 'base64')
      .subarray(0, 5)
      .toString(),
    '%PDF-',
  )
  assert.match(trackingNumber ?? '', /^SB\d{14}$/)
  assert.equal(await stateOf(shop, order), 'shipped')
  const [parcel] = await shipmentsOf(shop.database, order)
  assert.equal(parcel?.state, 'booked')
  const given = await disclosuresOf(shop.database, order)
  const carrier = given.filter(({ recipient }) => recipient === 'carrier')
  assert.deepEqual(
    carrier.map(({ purpose, outcome }) => [purpose, outcome]),
    [['transport', 'delivered']],
  )
  const mailed = given.find(({ recipient }) => recipient === 'mail relay')
  assert.equal(mailed?.because, 'parcel shipped', 'the customer hears of it')
  const { length } = await timeline(shop.database, order)
  assert.equal(length, 5, 'placed, paid, packed, shipment requested, shipped')
})

test('C8.2 the content is told where a customs border is crossed, as a disclosure of its own', async () => {
  const before = (await shop.journal()).length
  const order = await packedOrder(shop, 'NO')
  await book(shop, order)
  const created = (await shop.journal()).slice(before).find(({ path }) => path === '/v2/shipments')
  const { shipment } = JSON.parse(created?.body ?? '{}')
  assert.deepEqual(shipment.customs_info.customs_items, [
    {
      description: line.title,
      quantity: 2,
      value: '99.90',
      currency: 'EUR',
      weight: 63.5,
      hs_tariff_number: '851679',
      origin_country: 'CN',
    },
  ])
  assert.ok(!JSON.stringify(shipment).includes('blue shed'))
  const given = await toCarrier(shop, order)
  assert.deepEqual(
    given.map(({ purpose, clause, outcome }) => [purpose, clause, outcome]),
    [
      ['transport', 'C8.1', 'delivered'],
      ['customs', 'C8.2', 'delivered'],
    ],
  )
})

test('C8.2 an adapter that smuggles a title into a request is stopped, and nothing is sent', async (t) => {
  const [name] = line.title.split(', ')
  const smuggler = (real: Carrier): Carrier => ({
    ...real,
    async book({ consignee, parcel }, way) {
      const note = Buffer.from(`2 x ${name}`).toString('base64')
      const body = JSON.stringify({ shipment: { reference: parcel.reference, consignee, note } })
      await send(way, {
        method: 'POST',
        url: `${own.settings.origin}/v2/shipments`,
        headers: {},
        body,
      })
      throw new Error('It was sent')
    },
  })
  const own = await openShop({ after: (end) => t.after(end) }, smuggler)
  const order = await packedOrder(own)
  await book(own, order)
  assert.ok(!(await own.journal()).some(({ method }) => method === 'POST'))
  assert.deepEqual(own.alarms, [{ recipient: 'carrier', purpose: 'transport', field: 'content' }])
  assert.equal(await stateOf(own, order), 'packed')
  assert.deepEqual((await timeline(own.database, order)).at(-1)?.details.reason, 'C8.2')
  const [given] = await toCarrier(own, order)
  assert.equal(given?.outcome, 'refused')
})

test('C8.1 an adapter that sends what the customer wrote is stopped, across a border as well', async (t) => {
  const smuggler = (real: Carrier): Carrier => ({
    ...real,
    book: (consignment, way) => {
      const { postalAddress } = consignment.consignee
      const line2 = encodeURIComponent(buyer.orderNote)
      const consignee = { ...consignment.consignee, postalAddress: { ...postalAddress, line2 } }
      return real.book({ ...consignment, consignee }, way)
    },
  })
  const own = await openShop({ after: (end) => t.after(end) }, smuggler)
  const order = await packedOrder(own, 'US')
  await book(own, order)
  assert.equal(own.alarms[0]?.field, 'orderNote')
  const given = await toCarrier(own, order)
  assert.deepEqual(
    given.map(({ outcome }) => outcome),
    ['refused', 'refused'],
  )
})

test('a booking whose answer is lost is tried again, and costs one label', async (t) => {
  const losing = (real: Carrier): Carrier => {
    let lost = false
    return {
      ...real,
      async book(consignment, way) {
        const label = await real.book(consignment, way)
        if (lost) return label
        lost = true
        throw new Fault('unreachable', 'The answer was lost')
      },
    }
  }
  const own = await openShop({ after: (end) => t.after(end) }, losing)
  const order = await packedOrder(own)
  const id = await requestShipment(own, order, 'staff-1')
  await assert.rejects(bookShipment(own, { order, id }), { code: 'unreachable' })
  await bookShipment(own, { order, id })
  await bookShipment(own, { order, id })
  const bought = (await own.journal()).filter(({ path }) => path.endsWith('/buy'))
  assert.equal(bought.length, 1)
  assert.equal(await stateOf(own, order), 'shipped')
  const given = await toCarrier(own, order)
  assert.deepEqual(
    given.map(({ outcome }) => outcome),
    ['delivered'],
  )
})

test('a carrier that is told but does not sell is told again under a disclosure of its own', async (t) => {
  let failures = 1
  const halting = (real: Carrier): Carrier => ({
    ...real,
    book: (consignment, way) => {
      const travelled = (how: Parameters<typeof way.travelled>[0]) => {
        way.travelled(how)
        if (failures-- > 0) throw new Fault('unreachable', 'No answer to the purchase')
      }
      return real.book(consignment, { ...way, travelled })
    },
  })
  const own = await openShop({ after: (end) => t.after(end) }, halting)
  const order = await packedOrder(own)
  const id = await requestShipment(own, order, 'staff-1')
  await assert.rejects(bookShipment(own, { order, id }), { code: 'unreachable' })
  await bookShipment(own, { order, id })
  assert.equal(await stateOf(own, order), 'shipped')
  const given = await toCarrier(own, order)
  assert.deepEqual(
    given.map(({ outcome }) => outcome),
    ['delivered', 'delivered'],
  )
})

test('a carrier that is out is tried again; given up, the parcel can be booked anew', async (t) => {
  const own = await openShop({ after: (end) => t.after(end) })
  const order = await packedOrder(own)
  const id = await requestShipment(own, order, 'staff-1')
  await own.control('outage', { service: 'carrier', mode: '500' })
  await assert.rejects(bookShipment(own, { order, id }), { code: 'unreachable' })
  await giveUpShipment(own, { order, id })
  await own.control('outage', { service: 'carrier', mode: 'none' })
  await book(own, order)
  assert.equal(await stateOf(own, order), 'shipped')
  const states = (await shipmentsOf(own.database, order)).map(({ state }) => state)
  assert.deepEqual(states, ['failed', 'booked'])
  const given = await toCarrier(own, order)
  assert.deepEqual(
    given.map(({ outcome }) => outcome),
    ['given up', 'delivered'],
  )
})

test("a carrier's no is recorded by its code, and the order stays packed", async (t) => {
  const refusing = (real: Carrier): Carrier => ({
    ...real,
    book: (consignment, way) =>
      real.book({ ...consignment, parcel: { ...consignment.parcel, weightGrams: 0 } }, way),
  })
  const own = await openShop({ after: (end) => t.after(end) }, refusing)
  const order = await packedOrder(own)
  await book(own, order)
  assert.equal(await stateOf(own, order), 'packed')
  const last = (await timeline(own.database, order)).at(-1)
  assert.deepEqual(
    [last?.kind, last?.details.reason],
    ['shipment failed', 'SHIPMENT.INVALID_PARAMS'],
  )
})

test('a parcel is booked once: not twice, not before it is packed', async () => {
  const order = await packedOrder(shop)
  const asked = await Promise.allSettled([
    requestShipment(shop, order, 'staff-1'),
    requestShipment(shop, order, 'staff-2'),
  ])
  assert.deepEqual(asked.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a parcel that customs would refuse is not booked, and it is said what is missing', async () => {
  const order = await packedOrder(shop, 'CH', [{ ...line, hsCode: null }])
  await assert.rejects(requestShipment(shop, order, 'staff-1'), {
    code: 'customs_data_missing',
    message: /"KETTLE-9".*HS code/,
  })
  assert.deepEqual(await disclosuresOf(shop.database, order), [])
})

test('a label on a host that is not declared waits for it to be, and is not bought twice', async (t) => {
  const own = await openShop({ after: (end) => t.after(end) }, easyPostAt127)
  const [company, relay] = own.gateway.companies
  assert.ok(company !== undefined && relay !== undefined)
  const [declared = ''] = company.origins
  const reachable = [{ ...company, origins: [at127(declared)] }, relay]
  const closed = { ...own, gateway: { ...own.gateway, companies: reachable } }
  const order = await packedOrder(own)
  const id = await requestShipment(closed, order, 'staff-1')
  await assert.rejects(bookShipment(closed, { order, id }), { message: /not declared/ })
  const opened = [{ ...company, origins: [at127(declared), declared] }, relay]
  await bookShipment({ ...own, gateway: { ...own.gateway, companies: opened } }, { order, id })
  assert.equal(await stateOf(own, order), 'shipped')
  const bought = (await own.journal()).filter(({ path }) => path.endsWith('/buy'))
  assert.equal(bought.length, 1)
})

async function toCarrier({ database }: Shipping, order: Id) {
  const given = await disclosuresOf(database, order)
  return given.filter(({ recipient }) => recipient === 'carrier')
}

/** The sandbox names its labels by `localhost`; here its API is spoken to at another name of the same machine. */
function easyPostAt127(_: Carrier, settings: EasyPostSettings): Carrier {
  return easyPost({ ...settings, origin: at127(settings.origin) })
}

function at127(origin: string): string {
  return origin.replace('localhost', '127.0.0.1')
}
