/**
 * Declarations: complete, or not at all.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { line } from '../../test/support/shipping.ts'
import { sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import type { Order, OrderLine } from '../orders/order.ts'
import { declare } from './declaration.ts'

const database = await testDatabase({ after })
const at = Temporal.Instant.from('2026-11-20T12:00:00Z')

const sold: Order = {
  ...{ id: newId(at), number: 1, state: 'packed', placedAt: at, country: 'NO', currency: 'EUR' },
  ...{
    itemsMinor: 9990,
    shippingMinor: 0,
    taxMinor: 0,
    totalMinor: 9990,
    refundedMinor: 0,
    paidBackMinor: 0,
    paidBackTaxMinor: 0,
  },
  ...{ taxes: [], pricesIncludeTax: true, shippingMethod: 'standard', weightGrams: 1800 },
  ...{ language: 'en', revision: '1a', lines: [line] },
}
const of = (changes: Partial<OrderLine>): Order => ({ ...sold, lines: [{ ...line, ...changes }] })
const lacking = (message: RegExp) => ({ code: 'customs_data_missing', message })

test('an item says what it is, how many, their value and weight together, and where from', async () => {
  assert.deepEqual(await declare(database, sold), {
    customsItems: [
      {
        description: 'Vermilion Gooseneck Kettle, Matte black',
        quantity: 2,
        value: { amountMinor: 9990, currency: 'EUR' },
        hsCode: '851679',
        origin: 'CN',
        netWeightGrams: 1800,
      },
    ],
  })
})

test('an HS code is 6 to 13 digits, never padded and never cleaned', async () => {
  for (const hsCode of [null, '8516', '8516.79', '85167900000000', '85167a']) {
    await assert.rejects(declare(database, of({ hsCode })), lacking(/"KETTLE-9".*HS code/))
  }
  for (const hsCode of ['851679', '8516797000', '8516797000123']) {
    const [item] = (await declare(database, of({ hsCode }))).customsItems
    assert.equal(item?.hsCode, hsCode)
  }
})

test('origin and weight are never guessed', async () => {
  const wrong = lacking(/"KETTLE-9".*country of origin/)
  await assert.rejects(declare(database, of({ originCountry: null })), wrong)
  await assert.rejects(declare(database, of({ originCountry: 'ZZ' })), wrong)
  await assert.rejects(declare(database, of({ weightGrams: 0 })), lacking(/net weight/))
})

test('a description that says nothing is refused', async () => {
  for (const title of ['Spare parts', ' SPARE-PARTS ', 'Gift', 'gifts', 'Goods', '12', 'Présent']) {
    await assert.rejects(declare(database, of({ title })), lacking(/title/), title)
  }
  await declare(database, of({ title: 'Spare filter basket for an espresso machine' }))
})

test('what a line was sold without is taken from the article, and no weight is assumed', async () => {
  const [variantId, productId] = [newId(at), newId(at)]
  await database.run(sql`
    insert into product (id, slug, name, description, status, tax_category, product_type, tags,
      attributes, meta_title, meta_description, changed_at)
    values (${productId}, 'kettle', 'Kettle', '', 'active', '', '', '{}', '[]', '', '', ${at})`)
  await database.run(sql`
    insert into variant (id, product_id, sku, options, tracked, backorderable, position)
    values (${variantId}, ${productId}, 'KETTLE-9', '[]', true, false, 1)`)
  const asked = of({ variantId, hsCode: null, weightGrams: 500 })
  await assert.rejects(declare(database, asked), lacking(/HS code/))
  await database.run(sql`update variant set hs_code = '851679' where id = ${variantId}`)
  await assert.rejects(declare(database, asked), lacking(/net weight/))
  await database.run(sql`update variant set weight_grams = 910 where id = ${variantId}`)
  const [item] = (await declare(database, asked)).customsItems
  assert.deepEqual([item?.hsCode, item?.netWeightGrams], ['851679', 1820])
})
