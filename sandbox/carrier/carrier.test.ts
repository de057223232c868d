/** The carrier, over HTTP as the store speaks to it. */

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { control, EASYPOST_KEY, EASYPOST_SECRET, hearingStore, sandbox } from '../_fixture.ts'
import { barsOf } from './barcode.ts'
import { printable } from './lettering.ts'
import { crossesBorder } from './rates.ts'
import type { Shipment } from './wire.ts'

const FROM = {
  company: 'The shop',
  street1: 'Quay 1',
  city: 'Hamburg',
  zip: '20457',
  country: 'DE',
}
const TO = {
  name: 'Łukasz Nowák',
  street1: 'ul. Długa 7',
  city: 'Gdańsk',
  zip: '80-827',
  country: 'PL',
  phone: '+48 555 0100',
  email: 'lukasz@example.org',
}
const ABROAD = { ...TO, city: 'Oslo', country: 'NO' }
const PARCEL = { weight: 40 }
const CUSTOMS = {
  customs_items: [
    {
      description: 'Kettle',
      quantity: 1,
      value: 40,
      weight: 35,
      hs_tariff_number: '851610',
      origin_country: 'DE',
    },
  ],
}

test('a shipment has rates, and a label with a tracking code once one is bought', async (t) => {
  const { url } = await sandbox(t)
  const made = await created(url, { options: { currency: 'EUR' } })
  assert.equal(made.rates[0]?.currency, 'EUR')
  assert.match(made.rates[0]?.rate ?? '', /^\d+\.\d\d$/)
  const bought = await buy(url, made)
  assert.equal(bought.tracker?.status, 'pre_transit')
  assert.equal(bought.tracking_code, bought.tracker?.tracking_code)
  const label = await fetch(bought.postage_label?.label_pdf_url ?? '')
  assert.equal(label.headers.get('content-type'), 'application/pdf')
  assert.equal((await label.text()).slice(0, 5), '%PDF-')
})

test('after its label is bought, the same reference makes the same shipment', async (t) => {
  const { url } = await sandbox(t)
  const before = await created(url, { reference: 'k3v9' })
  assert.notEqual((await created(url, { reference: 'k3v9' })).id, before.id)
  const bought = await buy(url, before)
  const again = await call(url, 'POST', '/v2/shipments', shipment({ reference: 'k3v9' }))
  assert.equal(again.status, 200)
  assert.equal((await again.json()).tracking_code, bought.tracking_code)
  const found = await call(url, 'GET', '/v2/shipments/k3v9')
  assert.equal((await found.json()).id, bought.id)
  const path = `/v2/shipments/${bought.id}/buy`
  const twice = await call(url, 'POST', path, { rate: { id: before.rates[0]?.id } })
  assert.equal(twice.status, 422)
  assert.equal((await twice.json()).error.code, 'SHIPMENT.POSTAGE.EXISTS')
})

test('a label that is given back frees its reference', async (t) => {
  const { url } = await sandbox(t)
  const bought = await buy(url, await created(url, { reference: 'k3v9' }))
  const back = await call(url, 'POST', `/v2/shipments/${bought.id}/refund`)
  assert.equal((await back.json()).refund_status, 'submitted')
  assert.notEqual((await created(url, { reference: 'k3v9' })).id, bought.id)
})

test('every field that is missing is named', async (t) => {
  const { url } = await sandbox(t)
  const { street1: _street, city: _city, country: _country, ...rest } = TO
  const answer = await call(url, 'POST', '/v2/shipments', shipment({ to_address: rest }))
  assert.equal(answer.status, 422)
  const { error } = await answer.json()
  assert.deepEqual(
    error.errors.map(({ field }: { readonly field: string }) => field),
    ['to_address.street1', 'to_address.city', 'to_address.country'],
  )
})

test('no label crosses a border without a declaration', async (t) => {
  const { url } = await sandbox(t)
  const bare = await created(url, { to_address: ABROAD })
  const path = `/v2/shipments/${bare.id}/buy`
  const refused = await call(url, 'POST', path, { rate: { id: bare.rates[0]?.id } })
  assert.equal(refused.status, 422)
  const declared = await created(url, { to_address: ABROAD, customs_info: CUSTOMS })
  assert.notEqual((await buy(url, declared)).tracking_code, null)
})

test('a wrong key is refused', async (t) => {
  const { url } = await sandbox(t)
  const answer = await call(url, 'GET', '/v2/shipments/shp_x', undefined, 'other')
  assert.equal(answer.status, 401)
})

test('a press of "Delivered" tells the store, signed', async (t) => {
  const store = await hearingStore(t)
  const { url } = await sandbox(t, { storeUrl: store.url })
  const bought = await buy(url, await created(url))
  const desk = await (await fetch(`${url}/carrier`)).text()
  assert.match(desk, /Delivered/)
  await fetch(`${url}/carrier/${bought.id}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'status=delivered',
  })
  await store.hears(1)
  const [heard] = store.heard
  assert.equal(heard?.path, '/webhooks/easypost')
  assert.equal(heard?.headers['x-hmac-signature'], signature(heard?.body ?? ''))
  const event = JSON.parse(heard?.body ?? '')
  assert.equal(event.description, 'tracker.updated')
  assert.equal(event.result.status, 'delivered')
  assert.equal(event.result.tracking_code, bought.tracking_code)
})

test('a test moves a parcel by its tracking code', async (t) => {
  const { url } = await sandbox(t)
  const bought = await buy(url, await created(url))
  await control(url, 'outage', { service: 'carrier', mode: 'none' })
  await control(url, 'track', { shipment: bought.tracking_code, status: 'in_transit' })
  const page = await (await fetch(bought.tracker?.public_url ?? '')).text()
  assert.match(page, /In transit/)
  assert.doesNotMatch(page, /Nowák/)
})

test('a customs union is one territory', () => {
  assert.equal(crossesBorder('DE', 'PL'), false)
  assert.equal(crossesBorder('CH', 'LI'), false)
  assert.equal(crossesBorder('DE', 'CH'), true)
  assert.equal(crossesBorder('FR', 'GB'), true)
})

test('a letter that the label cannot print becomes its nearest', () => {
  assert.equal(
    printable('Łukasz Nowák, Đurđa Ćirić, Œuvre, 山'),
    'Lukasz Nowák, Durda Ciric, Œuvre, ?',
  )
})

test('a bar code is whole symbols of 11 modules, and a stop of 13', () => {
  const widths = barsOf('SB123')
  const modules = widths.reduce((sum, width) => sum + width, 0)
  assert.equal(modules, 11 * (1 + 5 + 1) + 13)
  const bars = widths.filter((_width, index) => index % 2 === 0)
  assert.equal(bars.slice(0, 3).reduce((sum, width) => sum + width, 0) % 2, 0)
})

function shipment(more: object = {}): object {
  return { shipment: { to_address: TO, from_address: FROM, parcel: PARCEL, ...more } }
}

async function created(url: string, more: object = {}): Promise<Shipment> {
  const answer = await call(url, 'POST', '/v2/shipments', shipment(more))
  assert.equal(answer.status, 201)
  return answer.json()
}

async function buy(url: string, { id, rates }: Shipment): Promise<Shipment> {
  const rate = { id: rates[0]?.id }
  const answer = await call(url, 'POST', `/v2/shipments/${id}/buy`, { rate })
  assert.equal(answer.status, 200)
  return answer.json()
}

function call(url: string, method: string, path: string, body?: object, key = EASYPOST_KEY) {
  return fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

function signature(body: string): string {
  const key = Buffer.from(EASYPOST_SECRET.normalize('NFKD'))
  return `hmac-sha256-hex=${createHmac('sha256', key).update(body).digest('hex')}`
}
