/** The catalogue in memory, its search and the demonstration, on a real database. */

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { slowStart } from '../../test/support/slow-start.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { openCatalogue } from './catalogue.ts'
import { fillEmptyStore } from './demo.ts'
import { importCatalogue } from './import/import.ts'

const ROWS = [
  'slug,sku,name,price,currency,status,description,tags,category1',
  'creme,CR-1,Crème pot,9,EUR,active,For the oven,dessert,Kitchen -> Pots',
  'kettle,KE-1,Kettle,30,EUR,active,Boils water for the crème,,Kitchen',
  'lamp,LA-1,Lamp,40,USD,active,Only in dollars,,Light',
  'old,OL-1,Old pot,5,EUR,archived,Gone,,Light',
].join('\n')

async function filled(t: TestContext, text = ROWS) {
  const database = await testDatabase(t)
  const folder = await mkdtemp(join(tmpdir(), 'catalogue-'))
  t.after(() => rm(folder, { recursive: true }))
  const importing = { database, picturesFolder: join(folder, 'made'), clock: systemClock }
  const take = async (rows: string) => {
    await writeFile(join(folder, 'rows.csv'), rows)
    return importCatalogue(importing, join(folder, 'rows.csv'), { currency: 'EUR' })
  }
  if (text !== '') await take(text)
  return { database, importing, take }
}

test('a product is shown only when it is active and has a price in the store’s currency', async (t) => {
  const { database } = await filled(t)
  const catalogue = await openCatalogue(database, 'EUR')
  assert.deepEqual(
    catalogue.products().map(({ slug }) => slug),
    ['creme', 'kettle'],
  )
  assert.equal(catalogue.product('lamp'), undefined)
  assert.equal(catalogue.product('old'), undefined)
})

test('a category shows the products of those below it; empty ones are left out', async (t) => {
  const { database } = await filled(t)
  const catalogue = await openCatalogue(database, 'EUR')
  const [kitchen, ...others] = catalogue.categories()
  assert.deepEqual(others, [])
  assert.equal(kitchen?.productCount, 2)
  assert.deepEqual(
    kitchen?.children.map(({ slug, productCount }) => [slug, productCount]),
    [['pots', 1]],
  )
  assert.equal(kitchen && catalogue.productsIn(kitchen).length, 2)
  assert.equal(catalogue.category('light'), undefined)
})

test('search folds accents, takes beginnings of words, ranks names first', async (t) => {
  const { database } = await filled(t)
  const catalogue = await openCatalogue(database, 'EUR')
  const found = (text: string) => catalogue.search(text).map(({ slug }) => slug)
  assert.deepEqual(found('CREME'), ['creme', 'kettle'])
  assert.deepEqual(found('kett wat'), ['kettle'])
  assert.deepEqual(found('ke-1'), ['kettle'])
  assert.deepEqual(found('kettle oven'), [])
  assert.deepEqual(found('  %_\\ '), [])
})

test('an import is heard: the next state is put in place whole, under a higher version', async (t) => {
  const { database, take } = await filled(t)
  const catalogue = await openCatalogue(database, 'EUR')
  const heard = Promise.withResolvers<void>()
  catalogue.onChange(heard.resolve)
  await take(ROWS.replace('Kettle,30', 'Kettle,31'))
  await heard.promise
  assert.equal(catalogue.product('kettle')?.variants[0]?.price.amountMinor, 3100)
  assert.ok(catalogue.version > 1)
})

test('what is imported while a store starts is on its shelves', async (t) => {
  const { database, take } = await filled(t)
  const start = slowStart(database)
  const opening = openCatalogue(start.database, 'EUR')
  await start.read
  await take(ROWS.replace('Kettle,30', 'Kettle,31'))
  await start.heard
  start.arrive()
  const catalogue = await opening
  const heard = Promise.withResolvers<void>()
  catalogue.onChange(heard.resolve)
  await heard.promise
  assert.equal(catalogue.product('kettle')?.variants[0]?.price.amountMinor, 3100)
})

test('an empty store is filled with the demonstration, whole and once', async (t) => {
  const { database, importing } = await filled(t, '')
  const report = await fillEmptyStore(importing)
  assert.deepEqual(report?.problems, [])
  assert.equal(report?.products.created, 24)
  assert.equal(await fillEmptyStore(importing), null)
  for (const currency of ['EUR', 'USD']) {
    const catalogue = await openCatalogue(database, currency)
    assert.equal(catalogue.products().length, 24)
    const variants = catalogue.products().flatMap((product) => product.variants)
    assert.equal(variants.length, 45)
    assert.equal(variants.filter(({ id }) => !catalogue.isAvailable(id)).length, 1)
    for (const { sku, picture, weightGrams, hsCode, originCountry } of variants)
      assert.ok(picture && weightGrams && hsCode && originCountry, sku)
  }
})

test('each table of the catalogue says that no person is in it', async (t) => {
  const { database } = await filled(t, '')
  const tables = await database.many<{ name: string; comment: string | null }>(sql`
    select relname as name, obj_description(oid, 'pg_class') as comment from pg_class
    where relname in ('category', 'product', 'variant', 'price', 'stock', 'picture')
      and relnamespace = 'public'::regnamespace`)
  assert.equal(tables.length, 6)
  for (const { name, comment } of tables)
    assert.equal(comment, 'retention: none: no person in it', name)
})
