/** C8.1: a carrier gets five fields, to transport, and no sixth. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { load, policy } from '../../src/privacy/policy.ts'
import type { Flow, PersonalField } from '../../src/privacy/table.ts'
import { en } from '../../src/web/words/en.ts'
import { parcelTo, shipmentIn, textOf } from '../support/clauses.ts'
import { clerkAt } from '../support/clerk.ts'
import { ADA } from '../support/purchase.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const carrying = { store, packing: await clerkAt(store, 'packing') }

test('C8.1 a carrier is given five fields and no sixth', async () => {
  const { told, page } = await parcelTo(carrying, 'DK', {})
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
  const { told, page } = await parcelTo(carrying, 'SE', { postalCode: '114 55', city: 'Stockholm' })
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
