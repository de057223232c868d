/** Imports from files, good and bad, into a real database. */

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import sharp from 'sharp'
import { testDatabase } from '../../../test/support/database.ts'
import { systemClock } from '../../base/clock.ts'
import { type Database, sql } from '../../base/database.ts'
import { openCatalogue } from '../catalogue.ts'
import { type ImportOptions, importCatalogue } from './import.ts'

const HEADER =
  'slug,sku,name,price,compare_at_price,currency,description,category1,option1_name,option1_value,' +
  'image1_src,weight,weight_unit,width,dimensions_unit,hs_code,origin_country,inventory_count'

type Bench = {
  readonly database: Database
  readonly folder: string
  readonly take: (
    text: string | Uint8Array,
    options?: Partial<ImportOptions>,
  ) => ReturnType<typeof importCatalogue>
}

async function bench(t: TestContext): Promise<Bench> {
  const database = await testDatabase(t)
  const folder = await mkdtemp(join(tmpdir(), 'import-'))
  t.after(() => rm(folder, { recursive: true }))
  const importing = { database, picturesFolder: join(folder, 'made'), clock: systemClock }
  return {
    database,
    folder,
    async take(text, options = {}) {
      const file = join(folder, 'catalogue.csv')
      await writeFile(file, text)
      return importCatalogue(importing, file, { currency: 'EUR', ...options })
    },
  }
}

const JAR = [
  HEADER,
  'jar,JAR,Jar,0,,EUR,Plain.,Kitchen -> Jars,,,,,,,,,,',
  'jar,JAR-S,,12.00,15,EUR,,,Size,Small,,1.5,lb,4,in,701349,pt,7',
  'jar,JAR-L,,19.50,0,EUR,,,Size,Large,,2,oz,30,cm,701349,PT,',
  'cup,CUP,Cup,8,,EUR,,Kitchen,,,,80,g,,,,,3',
  'jar,JAR-S,,13,,USD,,,,,,,,,,,,',
].join('\n')

test('a product, its variants and prices come in, also from rows apart', async (t) => {
  const { database, take } = await bench(t)
  const report = await take(JAR)
  assert.deepEqual(report.problems, [])
  assert.deepEqual(report.products, { created: 2, changed: 0, unchanged: 0 })
  assert.deepEqual(report.variants, { created: 3, changed: 0, unchanged: 0 })
  assert.deepEqual(report.prices, { created: 4, changed: 0, unchanged: 0 })

  const catalogue = await openCatalogue(database, 'EUR')
  const jar = catalogue.product('jar')
  const [small, large] = jar?.variants ?? []
  assert.equal(jar?.category?.parent?.name, 'Kitchen')
  assert.equal(small?.title, 'Small')
  assert.deepEqual(small?.price, { amountMinor: 1200, currency: 'EUR' })
  assert.deepEqual(small?.compareAt, { amountMinor: 1500, currency: 'EUR' })
  assert.equal(small?.weightGrams, 680)
  assert.equal(small?.widthMm, 102)
  assert.equal(small?.originCountry, 'PT')
  assert.equal(large?.compareAt, null)
  assert.equal(large?.weightGrams, 57)
  assert.equal(large?.widthMm, 300)
  assert.deepEqual(catalogue.product('cup')?.variants[0]?.options, [])
  assert.equal(catalogue.isAvailable(large?.id ?? ''), false)
})

test('a second import of the same file changes nothing', async (t) => {
  const { take } = await bench(t)
  await take(JAR)
  const again = await take(JAR)
  for (const tally of [again.products, again.variants, again.prices, again.stock])
    assert.deepEqual([tally.created, tally.changed], [0, 0])
  assert.equal(again.products.unchanged, 2)
  assert.equal(again.variants.unchanged, 3)
})

test('a dry run reports the same and writes nothing', async (t) => {
  const { database, take } = await bench(t)
  const tried = await take(JAR, { dryRun: true })
  assert.equal(tried.prices.created, 4)
  const rows = await database.many(sql`select from product`)
  assert.equal(rows.length, 0)
})

test('stock of a known SKU stays as sales left it, unless the file’s is asked for', async (t) => {
  const { database, take } = await bench(t)
  await take(JAR)
  await database.run(sql`update stock set available = 1 where available = 7`)
  const left = () =>
    database.one<{ available: number }>(sql`
      select available from stock join variant on id = variant_id where sku = 'JAR-S'`)
  await take(JAR)
  assert.equal((await left()).available, 1)
  const report = await take(JAR, { setStock: true })
  assert.equal((await left()).available, 7)
  assert.equal(report.stock.changed, 1)
})

test('a price that nobody can pay is refused, and one in hundredths of such a currency taken', async (t) => {
  const { take } = await bench(t)
  const report = await take(
    [HEADER, 'a,A,A,5.124,,KWD,,,,,,,,,,,,', 'b,B,B,5.12,5.555,KWD,,,,,,,,,,,,'].join('\n'),
  )
  assert.deepEqual(report.problems, [
    {
      ...{ line: 2, column: 'price', kind: 'refused' },
      reason: '"5.124" cannot be paid in KWD: the last digit must be 0',
    },
  ])
  assert.equal(report.prices.created, 1)
})

test('a row that cannot be taken is reported with line and column', async (t) => {
  const { take } = await bench(t)
  const report = await take(
    [
      HEADER,
      'a,A,Good,1.00,,EUR,"two',
      'lines",,,,,,,,,,,5',
      'b,B,Bad price,abc,,EUR,,,,,,,,,,,,',
      'c,,No SKU,1,,EUR,,,,,,,,,,,,',
      'd,A,Same SKU,1,,EUR,,,,,,,,,,,,',
      'e,E,Bad weight,1,,EUR,,,,,,heavy,kg,,,,,',
      'f,F,Bad unit,1,,EUR,,,,,,1,stone,,,,,',
      'g,G,Bad code,1,,EUR,,,,,,,,,,8516.79,,',
      `h,H,${'n'.repeat(201)},1,,EUR,,,,,,,,,,,,`,
      'i,I,Zero,0,,EUR,,,,,,,,,,,,',
      'j,J,Bad currency,1,,XYZ,,,,,,,,,,,,',
      ',,,,,,,,,,,,,,,,,,,too many',
      'k,K-1,,1,,EUR,,,,,,,,,,,,',
      'a/b,L,Bad slug,1,,EUR,,,,,,,,,,,,',
      'z,Z,Last,2,,EUR,,,,,,,,,,,,',
    ].join('\r\n'),
  )
  assert.deepEqual(
    report.problems.map(({ line, column }) => `${line} ${column}`),
    [
      '4 price',
      '5 sku',
      '6 sku',
      '7 weight',
      '8 weight_unit',
      '9 hs_code',
      '10 name',
      '11 price',
      '12 currency',
      '13 ',
      '14 slug',
      '15 slug',
    ],
  )
  assert.equal(report.products.created, 2)
  assert.equal(report.refusedRows, 12)
})

test('Shopify’s file is taken in its former and in its present column names', async (t) => {
  const { database, take } = await bench(t)
  const former = await take(
    [
      'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,' +
        'Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,' +
        'Variant Price,Variant Compare At Price,Image Src,Status,Variant Weight Unit',
      'shirt,Shirt,"<p>Soft &amp; <b>warm</b></p><script>x()</script><ul><li>One</li></ul>",Mill,Shirts,' +
        '"a, b",TRUE,Size,S,SH-S,200,shopify,-2,deny,20.00,25.00,,active,kg',
      'shirt,,,,,,,,M,SH-M,210,,4,continue,20.00,,,,kg',
    ].join('\n'),
  )
  assert.deepEqual(former.problems, [])
  const present = await take(
    [
      'Title,URL handle,Description,Status,SKU,Option1 name,Option1 value,Price,' +
        'Inventory tracker,Inventory quantity,Continue selling when out of stock,' +
        'Weight value (grams),Product image URL,Material (product.metafields.custom.material)',
      'Mug,mug,Plain,Active,MUG,Title,Default Title,9.00,shopify,2,DENY,300,,Clay',
    ].join('\n'),
  )
  assert.deepEqual(present.problems, [])
  const catalogue = await openCatalogue(database, 'EUR')
  const shirt = catalogue.product('shirt')
  assert.equal(shirt?.description, 'Soft & warm\n\n• One')
  assert.deepEqual(
    shirt?.variants.map(({ options, tracked, backorderable }) => [options, tracked, backorderable]),
    [
      [[{ name: 'Size', value: 'S' }], true, false],
      [[{ name: 'Size', value: 'M' }], false, true],
    ],
  )
  const mug = catalogue.product('mug')
  assert.deepEqual(mug?.variants[0]?.options, [])
  assert.deepEqual(mug?.attributes, [{ name: 'Material', value: 'Clay' }])
})

test('a byte order mark and CRLF are read; other encodings are a fault', async (t) => {
  const { take } = await bench(t)
  const report = await take(`\uFEFF${JAR.replaceAll('\n', '\r\n')}\r\n`)
  assert.equal(report.products.created, 2)
  await assert.rejects(
    take(Buffer.from(`${HEADER}\na,A,Caf\xe9`, 'latin1')),
    /not written in UTF-8/,
  )
  await assert.rejects(take('slug,sku,name\n'), /lacks price, currency/)
  await assert.rejects(take('one,two\n1,2\n'), /no header of a catalogue/)
  await assert.rejects(take(''), /it is empty/)
})

test('a quotation mark that is never closed is reported, what stands before it comes in', async (t) => {
  const { take } = await bench(t)
  const report = await take(`${JAR}\nx,X,"Open,1,,EUR`)
  assert.equal(report.products.created, 2)
  assert.deepEqual(
    report.problems.map(({ line, reason }) => [line, /never closed/.test(reason)]),
    [[7, true]],
  )
})

test('a picture is made anew without metadata; a missing one is reported', async (t) => {
  const { database, folder, take } = await bench(t)
  const photo = sharp({ create: { width: 1600, height: 800, channels: 3, background: '#876' } })
  await photo
    .withExif({ IFD0: { Artist: 'Someone' } })
    .jpeg()
    .toFile(join(folder, 'Jar.jpg'))
  await writeFile(join(folder, 'broken.png'), 'no picture')
  const text = [
    HEADER,
    'jar,JAR,Jar,9,,EUR,,,,,https://elsewhere.example/x/jar.jpg?v=1,,,,,,,',
    'cup,CUP,Cup,9,,EUR,,,,,https://elsewhere.example/x/gone.jpg,,,,,,,',
    'pan,PAN,Pan,9,,EUR,,,,,broken.png,,,,,,,',
    'lid,LID,Lid,9,,EUR,,,,,../../etc/passwd,,,,,,,',
  ].join('\n')
  const report = await take(text, { images: folder })
  assert.deepEqual(
    report.problems.map(({ line, column, kind }) => [line, column, kind]),
    [3, 4, 5].map((line) => [line, 'image1_src', 'noted']),
  )
  assert.equal(report.products.created, 4)
  const picture = (await openCatalogue(database, 'EUR')).product('jar')?.pictures[0]
  assert.deepEqual([picture?.width, picture?.height, picture?.alt], [1200, 600, 'Jar'])
  const files = await readdir(join(folder, 'made'))
  assert.deepEqual(files.toSorted(), [picture?.file, picture?.smallFile].toSorted())
  const large = await readFile(join(folder, 'made', picture?.file ?? ''))
  assert.equal((await sharp(large).metadata()).exif, undefined)
  assert.equal(large.includes('Someone'), false)
  const small = await sharp(join(folder, 'made', picture?.smallFile ?? '')).metadata()
  assert.deepEqual([small.format, small.width], ['webp', 400])
})
