/** Stock under many buyers at once, on a real database. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { systemClock } from '../base/clock.ts'
import { type Database, sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { openCatalogue } from './catalogue.ts'
import { type Item, putBack, reserve } from './stock.ts'

type Kind = { readonly tracked?: boolean; readonly backorderable?: boolean }

async function stocked(database: Database, available: number, kind: Kind = {}): Promise<Id> {
  const product = newId(systemClock())
  const variant = newId(systemClock())
  await database.run(sql`
    insert into product (id, slug, name, description, status, tax_category, product_type, tags,
      attributes, meta_title, meta_description, changed_at)
    values (${product}, ${product}, 'Jar', '', 'active', 'Default', '', '{}', '[]', '', '', now())`)
  await database.run(sql`
    insert into variant (id, product_id, sku, options, tracked, backorderable, position)
    values (${variant}, ${product}, ${variant}, '[]', ${kind.tracked ?? true},
      ${kind.backorderable ?? false}, 0)`)
  await database.run(sql`insert into price values (${variant}, 'EUR', 1000, null)`)
  await database.run(
    sql`insert into stock (variant_id, available) values (${variant}, ${available})`,
  )
  return variant
}

async function left(database: Database, variantId: Id): Promise<readonly [number, number]> {
  const row = await database.one<{ available: number; backordered: number }>(
    sql`select available, backordered from stock where variant_id = ${variantId}`,
  )
  return [row.available, row.backordered]
}

const taking = (database: Database, items: readonly Item[]) =>
  database.transaction((tx) => reserve(tx, items))

test('a cart is reserved whole or not at all, and the short variants are named', async (t) => {
  const database = await testDatabase(t)
  const plenty = await stocked(database, 9)
  const scarce = await stocked(database, 1)
  const unknown = newId(systemClock())
  const items = [plenty, scarce, unknown].map((variantId) => ({ variantId, quantity: 2 }))
  assert.deepEqual(new Set(await taking(database, items)), new Set([scarce, unknown]))
  assert.deepEqual(await left(database, plenty), [9, 0])
  assert.deepEqual(await taking(database, items.slice(0, 1)), [])
  assert.deepEqual(await left(database, plenty), [7, 0])
})

test('lines of one variant count together', async (t) => {
  const database = await testDatabase(t)
  const variantId = await stocked(database, 3)
  const twice = [
    { variantId, quantity: 2 },
    { variantId, quantity: 2 },
  ]
  assert.deepEqual(await taking(database, twice), [variantId])
})

test('an untracked variant is not counted; a backorderable one is never short', async (t) => {
  const database = await testDatabase(t)
  const untracked = await stocked(database, 0, { tracked: false })
  const backorderable = await stocked(database, 2, { backorderable: true })
  const items = [untracked, backorderable].map((variantId) => ({ variantId, quantity: 5 }))
  assert.deepEqual(await taking(database, items), [])
  assert.deepEqual(await left(database, untracked), [0, 0])
  assert.deepEqual(await left(database, backorderable), [0, 3])
  await database.transaction((tx) => putBack(tx, items))
  assert.deepEqual(await left(database, untracked), [0, 0])
  assert.deepEqual(await left(database, backorderable), [2, 0])
})

test('fifty buyers at once with overlapping carts neither deadlock nor oversell', async (t) => {
  const database = await testDatabase(t, 16)
  const variants = await Promise.all([1, 2, 3, 4].map(() => stocked(database, 20)))
  const buy = async (number: number) => {
    const chosen = variants.filter((_, at) => (number + at) % 4 !== 0)
    if (number % 2 === 0) chosen.reverse()
    const items = chosen.map((variantId) => ({ variantId, quantity: 1 + (number % 2) }))
    return { items, short: await taking(database, items) }
  }
  const bought = await Promise.all(Array.from({ length: 50 }, (_, number) => buy(number)))
  const served = bought.filter(({ short }) => short.length === 0)
  for (const variantId of variants) {
    const sold = served
      .flatMap(({ items }) => items)
      .filter((item) => item.variantId === variantId)
      .reduce((sum, { quantity }) => sum + quantity, 0)
    assert.deepEqual(await left(database, variantId), [20 - sold, 0])
  }
  assert.ok(served.length > 0 && served.length < 50)
  await Promise.all(served.map(({ items }) => database.transaction((tx) => putBack(tx, items))))
  for (const variantId of variants) assert.deepEqual(await left(database, variantId), [20, 0])
})

test('the catalogue hears when a variant sells out and when it comes back', async (t) => {
  const database = await testDatabase(t)
  const variantId = await stocked(database, 2)
  const catalogue = await openCatalogue(database, 'EUR')
  const changes: boolean[] = []
  const heard = Promise.withResolvers<void>()
  catalogue.onChange(() => {
    changes.push(catalogue.isAvailable(variantId))
    if (changes.length === 1) void database.transaction((tx) => putBack(tx, one))
    else heard.resolve()
  })
  const one = [{ variantId, quantity: 1 }]
  await taking(database, one)
  assert.equal(catalogue.version, 1)
  await taking(database, one)
  await heard.promise
  assert.deepEqual(changes, [false, true])
  assert.equal(catalogue.version, 3)
})
