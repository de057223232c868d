/** C8.2: what is in the parcel is told only for a customs declaration. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { load, policy } from '../../src/privacy/policy.ts'
import type { Flow } from '../../src/privacy/table.ts'
import { parcelTo, shipmentIn, textOf } from '../support/clauses.ts'
import { clerkAt } from '../support/clerk.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const carrying = { store, packing: await clerkAt(store, 'packing') }

test('C8.2 what is in the parcel is told where a customs border is crossed, to customs only', async () => {
  const american = {
    postalCode: '90210',
    city: 'Beverly Hills',
    region: 'CA',
    phone: '+1 310 555 0100',
  }
  const { told, page } = await parcelTo(carrying, 'US', american)
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

test('C8.2 a policy that tells a carrier the content where no border is crossed does not load', () => {
  const wider = (flow: Flow): Flow =>
    flow.for === 'customs' ? { ...flow, while: 'the shipment is open' } : flow
  const table = { ...policy, flows: policy.flows.map(wider) }
  assert.throws(() => load(table), {
    name: 'Refusal',
    message: /C8\.2: .* where no border is crossed/,
  })
})
