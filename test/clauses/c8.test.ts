/** C8: a carrier gets five fields, to transport; what is in the parcel only for a customs declaration. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { load, policy } from '../../src/privacy/policy.ts'
import type { Flow, PersonalField } from '../../src/privacy/table.ts'
import { en } from '../../src/web/words/en.ts'
import { type Clerk, clerkAt } from '../support/clerk.ts'
import { type Entry, journal } from '../support/outside.ts'
import { ADA, buy } from '../support/purchase.ts'
import { testStore } from '../support/store.ts'

const NOTE = 'Please ring twice for the xylophonist'
const store = await testStore({ after })
const packing: Clerk = await clerkAt(store, 'packing')

/** Buys and books; returns the order's page and what the carrier was told since. */
async function shipped(country: string, changes: Readonly<Record<string, string>>) {
  const before = (await journal(store, 'carrier')).length
  const contact = { ...ADA, orderNote: NOTE, ...changes }
  const { shopper, page } = await buy(store, { country, contact })
  const number = /<h1>Order (\d+)/.exec(page.text)?.[1]
  await packing.post(`/admin/orders/${number}/packing`, {})
  await packing.post(`/admin/orders/${number}/shipment`, {})
  await store.work()
  const told = (await journal(store, 'carrier')).slice(before)
  return { told, page: await shopper.get(page.url) }
}

function shipmentIn(told: readonly Entry[]) {
  const created = told.find(({ method, path }) => method === 'POST' && path === '/v2/shipments')
  return JSON.parse(created?.body ?? '{}').shipment
}

const textOf = (told: readonly Entry[]) =>
  told.map(({ path, headers, body }) => `${path} ${JSON.stringify(headers)} ${body}`).join('\n')

test('C8.1 a carrier is given five fields and no sixth', async () => {
  const { told, page } = await shipped('DK', {})
  assert.ok(page.text.includes(en.checkout.order.notices.shipped))
  const { to_address: to, customs_info: customs } = shipmentIn(told)
  const { name, street1, street2, city, state, zip, country, phone, email, ...others } = to
  assert.deepEqual(
    [name, street1, city, zip, country],
    [...['Ada Lovelace', '12 Analytical Row', 'Copenhagen', '1050', 'DK']],
  )
  assert.deepEqual([email, phone], [ADA.email, ADA.phone])
  assert.deepEqual([street2 ?? '', state ?? ''], ['', ''])
  assert.deepEqual(
    Object.values(others).filter((value) => value !== null && value !== ''),
    [],
  )
  assert.equal(customs ?? null, null)
})

test('C8.1 nor is it told the order, the note, the amount or what is in the parcel', async () => {
  const { told, page } = await shipped('SE', { postalCode: '114 55', city: 'Stockholm' })
  const text = textOf(told)
  const number = /<h1>Order (\d+)/.exec(page.text)?.[1] ?? 'none'
  const token = page.url.pathname.replace('/orders/', '')
  for (const word of [
    'xylophonist',
    'eapot',
    'TEAPOT',
    'toneware',
    number,
    token,
    '4250',
    '42.5',
  ]) {
    assert.ok(!text.includes(word), word)
  }
})

test('C8.2 what is in the parcel is told where a customs border is crossed, to customs only', async () => {
  const american = {
    postalCode: '90210',
    city: 'Beverly Hills',
    region: 'CA',
    phone: '+1 310 555 0100',
  }
  const { told, page } = await shipped('US', american)
  const { customs_info: customs, to_address: to } = shipmentIn(told)
  assert.equal(customs.customs_items.length, 1)
  const [item] = customs.customs_items
  assert.match(item.description, /Teapot/)
  assert.deepEqual([item.hs_tariff_number, item.origin_country], ['691200', 'DK'])
  assert.doesNotMatch(JSON.stringify(to), /eapot/)
  assert.doesNotMatch(textOf(told), /xylophonist/)
  assert.match(page.text, /carrier: EasyPost.*?transport/s)
  assert.match(page.text, /carrier: EasyPost.*?customs/s)
})

test('C8.1 a policy that gives a carrier a sixth field does not load', () => {
  const sixths: readonly PersonalField[] = ['orderNote', 'trackingNumber', 'invoiceName', 'label']
  for (const sixth of sixths) {
    const wider = (flow: Flow): Flow =>
      flow.to === 'carrier' && flow.for === 'transport'
        ? { ...flow, fields: [...flow.fields, sixth] }
        : flow
    const table = { ...policy, flows: policy.flows.map(wider) }
    assert.throws(() => load(table), {
      name: 'Refusal',
      message: new RegExp(`C8\\.1: .* gives ${sixth}`),
    })
  }
})

test('C8.2 a policy that tells a carrier the content where no border is crossed does not load', () => {
  const wider = (flow: Flow): Flow =>
    flow.for === 'customs' ? { ...flow, while: 'the shipment is open' } : flow
  const table = { ...policy, flows: policy.flows.map(wider) }
  assert.throws(() => load(table), {
    name: 'Refusal',
    message: /C8\.2: .* where no border is crossed/,
  })
})
