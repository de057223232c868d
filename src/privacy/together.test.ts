/**
 * Two disclosures in one conversation: what either grants goes, what neither grants does not.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buyer, line, openShop, packedOrder, type Shop } from '../../test/support/shipping.ts'
import { send } from '../base/egress.ts'
import { deliverTogether, type Granted, grant } from './gateway.ts'

const shop = await openShop({ after })
const company = 'EasyPost'
const because = 'parcel booked'
const facts = {
  customsItems: [
    {
      description: line.title,
      quantity: 1,
      value: { amountMinor: 4995, currency: 'EUR' },
      hsCode: '851679',
      origin: 'CN',
      netWeightGrams: 900,
    },
  ],
}

/** Transport of one order and customs of another, or of the same. */
async function granted(at: Shop, one: string, other: string) {
  const ask = { to: 'carrier', company, because } as const
  return at.database.transaction(async (tx) => {
    const transport: Granted<'carrier', 'transport'> = {
      disclosure: await grant(at.gateway, tx, { ...ask, subject: one, for: 'transport' }),
      facts: {},
    }
    const customs: Granted<'carrier', 'customs'> = {
      disclosure: await grant(at.gateway, tx, { ...ask, subject: other, for: 'customs' }),
      facts,
    }
    return { transport, customs }
  })
}

test('C8.2 the joint way lets out fields and content, and no third thing', async () => {
  const order = await packedOrder(shop, 'US')
  const { transport, customs } = await granted(shop, order, order)
  const tell = (note: string) =>
    deliverTogether(shop.gateway, transport, customs, ({ lastName }, { customsItems }, way) => {
      const body = JSON.stringify({ lastName, customsItems, note })
      const url = `${shop.settings.origin}/v2/shipments`
      return send(way, { method: 'POST', url, headers: {}, body })
    })
  await assert.rejects(tell(buyer.orderNote.toUpperCase()), { name: 'Refusal' })
  assert.deepEqual(await shop.journal(), [])
  assert.equal((await tell('')).status, 401)
})

test('C5 two disclosures that do not belong together are not carried out together', async () => {
  const [one, other] = [await packedOrder(shop, 'US'), await packedOrder(shop, 'US')]
  const { transport, customs } = await granted(shop, one, other)
  await assert.rejects(
    deliverTogether(shop.gateway, transport, customs, async () => assert.fail('It was told')),
    { name: 'Refusal', clause: 'C5' },
  )
})

test('C8.2 no customs disclosure is granted where no border is crossed', async () => {
  const order = await packedOrder(shop, 'DE')
  await assert.rejects(granted(shop, order, order), { name: 'Refusal', clause: 'C8.2' })
})
