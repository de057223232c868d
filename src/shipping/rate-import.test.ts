/** Shipping prices and zones by a file: whole or not at all, the same again, and at once in a store that runs. */

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { slowStart } from '../../test/support/slow-start.ts'
import { methodText, rateText, zoneText } from './rate-file.ts'
import { allMethods, allPlaces, allRates, importRates } from './rate-import.ts'
import { carrierOf, openShippingRates, quote } from './rates.ts'

const HEAD = 'zone,method,min_days,max_days,currency,up_to_grams,price\n'
const folder = await mkdtemp(join(tmpdir(), 'tacet-rates-'))
after(() => rm(folder, { recursive: true }))
const SENDING = { country: 'DK', weightGrams: 400, currency: 'EUR' }

/** A store's rates, and files for them. */
async function bench(t: TestContext) {
  const database = await testDatabase(t)
  const rates = await openShippingRates(database)
  return {
    database,
    rates,
    async take(text: string | Buffer, dryRun = false) {
      const file = join(folder, 'rates.csv')
      await writeFile(file, text)
      return importRates(database, file, { currency: 'EUR', dryRun })
    },
    /** Once the store has heard of a change. */
    heard: () => new Promise<void>((resolve) => rates.onChange(resolve)),
  }
}

test('a file sets the steps that it names, and the store has them at once', async (t) => {
  const { rates, take, heard } = await bench(t)
  const known = heard()
  const report = await take(
    `${HEAD}domestic,standard,2,4,EUR,1000,3.50\ndomestic,standard,2,4,EUR,250,2\n` +
      'domestic,express,1,1,EUR,,\n',
  )
  assert.deepEqual(report, {
    ...{ kind: 'rates', dryRun: false, isTaken: true, rows: 3 },
    ...{ created: 1, changed: 1, removed: 15, problems: [], problemCount: 0 },
  })
  await known
  const priced = (weightGrams: number, more = {}) =>
    quote(rates, { ...SENDING, weightGrams, ...more })
  assert.deepEqual(priced(400), [
    { method: 'standard', name: 'standard', priceMinor: 350, days: [2, 4] },
  ])
  assert.equal(priced(250)[0]?.priceMinor, 200)
  assert.deepEqual(priced(1001), [], 'it has no heavier step any more')
  assert.equal(priced(400, { currency: 'USD' })[0]?.priceMinor, 490, 'what is not named stays')
  assert.equal(priced(400, { country: 'DE' }).length, 2)
  assert.equal(carrierOf(rates, 'express'), 'EasyPost', 'for what was ordered before')
})

test('a file makes a method, which can be chosen once it has a price', async (t) => {
  const { database, rates, take, heard } = await bench(t)
  const report = await take('method,carrier\nexpress,EasyPost\nsame-day,EasyPost\n')
  assert.deepEqual([report.kind, report.created, report.changed], ['methods', 1, 0])
  assert.deepEqual(
    report.problems.map(({ kind, reason }) => [kind, reason]),
    [['noted', 'Nobody can choose "same-day": it has no price in EUR yet']],
  )
  const codes = (await allMethods(database)).map(({ code }) => code)
  assert.deepEqual(codes, ['standard', 'express', 'same-day'])
  const known = heard()
  await take(`${HEAD}domestic,same-day,1,1,EUR,5000,19\n`)
  await known
  assert.deepEqual(quote(rates, SENDING).at(-1), {
    ...{ method: 'same-day', name: 'same-day', priceMinor: 1900, days: [1, 1] },
  })
  assert.equal(carrierOf(rates, 'same-day'), 'EasyPost')
})

test('a method has a code, once, and a carrier that is set up; a price makes none', async (t) => {
  const { database, take } = await bench(t)
  const before = await allMethods(database)
  const text = 'method,carrier\nSame day,EasyPost\npickup,Pigeon\npost,EasyPost\npost,EasyPost\n'
  const { isTaken, problems } = await take(text)
  assert.equal(isTaken, false)
  assert.deepEqual(
    problems.map(({ line, reason }) => `${line} ${reason}`),
    [
      '2 A method has small letters, digits and hyphens, 30 at most',
      '3 There is no carrier "Pigeon", but EasyPost',
      '5 Line 4 has this method already',
    ],
  )
  assert.equal((await take(`${HEAD}domestic,expres,1,1,EUR,5000,19\n`)).isTaken, false)
  assert.deepEqual(await allMethods(database), before)
})

test('what is no file, or too large for one of prices, is not read', async (t) => {
  const { database, take } = await bench(t)
  const options = { currency: 'EUR', dryRun: true }
  for (const device of ['/dev/zero', folder]) {
    await assert.rejects(importRates(database, device, options), /it is no file/)
  }
  await assert.rejects(take(Buffer.alloc(20_000_001, 'a')), /it is larger than 20 MB/)
})

test('what is written out is what is taken in: nothing changes, nor when it comes twice', async (t) => {
  const { database, take } = await bench(t)
  const [rates, places] = [await allRates(database), await allPlaces(database)]
  for (const text of [
    rateText(rates),
    zoneText(places),
    methodText(await allMethods(database)),
    rateText(rates).replaceAll('\n', '\r\n'),
  ]) {
    const { isTaken, created, changed, removed } = await take(`\ufeff${text}`)
    assert.deepEqual([isTaken, created, changed, removed], [true, 0, 0, 0])
  }
  assert.deepEqual(await allRates(database), rates)
  assert.deepEqual(await allPlaces(database), places)
  const dinars = `${HEAD}domestic,standard,1,3,KWD,500,1.25\ndomestic,standard,1,3,JPY,500,700\n`
  assert.equal((await take(dinars)).created, 2)
  assert.equal((await take(dinars)).created, 0)
  const written = rateText(
    (await allRates(database)).filter(({ currency }) => /KWD|JPY/.test(currency)),
  )
  assert.match(written, /JPY,500,700\n.*KWD,500,1\.250\n$/)
})

test('a file in which anything is wrong changes nothing, and each wrong cell is named', async (t) => {
  const { database, take } = await bench(t)
  const before = await allRates(database)
  const good = 'domestic,standard,1,3,EUR,500,9\n'
  const wrong: Readonly<Record<string, string>> = {
    '3 zone': 'moon,standard,1,3,EUR,500,1',
    '3 method': 'domestic,pigeon,1,3,EUR,500,1',
    '3 min_days': 'domestic,express,0,3,EUR,500,1',
    '3 max_days': 'domestic,express,3,1,EUR,500,1',
    '3 currency': 'domestic,express,1,3,XYZ,500,1',
    '3 up_to_grams': 'domestic,express,1,3,EUR,half,1',
    '3 price': 'domestic,express,1,3,EUR,500,-1',
    '3 ': 'domestic,express,1,3,EUR,500,1,00',
  }
  for (const [where, row] of Object.entries(wrong)) {
    const { isTaken, problems, created } = await take(`${HEAD}${good}${row}\n`)
    assert.deepEqual([isTaken, created], [false, 0], row)
    assert.deepEqual(
      problems.map(({ line, column }) => `${line} ${column}`),
      [where],
    )
  }
  for (const [row, reason] of [
    ['domestic,standard,1,3,EUR,500,8', /Line 2 has this weight already/],
    ['domestic,standard,2,3,USD,500,8', /Line 2 gives other days/],
    ['domestic,standard,1,3,EUR,,', /Other rows give it a price/],
    ['domestic,standard,1,3,KWD,500,1.255', /"1\.255" cannot be paid in KWD/],
    ['domestic,standard,1,3,JPY,500,1.5', /"1\.5" is not an amount in JPY/],
    ['domestic,standard,1,3,EUR,700,', /"" is not an amount in EUR/],
    // A file that breaks off: with cells that are not there it would end what it is about.
    ['domestic,express,1,3,EUR', /The row has 5 cells, the header 7/],
    ['domestic,express,1,3,EUR,500,\x1b[2J', /^"\ufffd\[2J" is not an amount/],
    [`${'moon'.repeat(20_000)},express,1,3,EUR,500,1`, /^There is no zone "(?:moon){10}…", but/],
  ] as const) {
    assert.match((await take(`${HEAD}${good}${row}\n`)).problems[0]?.reason ?? '', reason)
  }
  const twice = `${HEAD.trim()},price\n${good.trim()},1\n`
  for (const text of ['', 'a,b\n1,2\n', '"', twice, Buffer.from([0xff, 0xfe])]) {
    await assert.rejects(take(text), { code: 'import_unreadable' }, String(text))
  }
  const tried = await take(`${HEAD}${good}`, true)
  assert.deepEqual([tried.isTaken, tried.changed, tried.removed], [true, 1, 7])
  assert.deepEqual(await allRates(database), before)
})

test('a country moves to another zone, to a new one, or is served no more', async (t) => {
  const { rates, take, heard } = await bench(t)
  const known = heard()
  const report = await take('country,zone\nDE,domestic\nSE,nordic\nUS,\nDK,domestic\n')
  assert.deepEqual([report.created, report.changed, report.removed], [0, 2, 1])
  assert.match(report.problems[0]?.reason ?? '', /zone "nordic" can order.*no price in EUR/)
  await known
  const priceIn = (country: string) => quote(rates, { ...SENDING, country })[0]?.priceMinor
  assert.deepEqual(['DE', 'SE', 'US', 'DK'].map(priceIn), [450, undefined, undefined, 450])
  const again = heard()
  const prices = await take(`${HEAD}nordic,standard,1,2,EUR,500,5\n`)
  assert.deepEqual([prices.isTaken, prices.created], [true, 1])
  await again
  assert.equal(priceIn('SE'), 500)
  const wrong = await take('country,zone\nXX,domestic\nDE,The Moon\nDE,\n')
  assert.deepEqual(
    wrong.problems.map(({ line, column }) => `${line} ${column}`),
    ['2 country', '3 zone', '4 country'],
  )
  assert.equal(wrong.isTaken, false)
  assert.equal((await take('country,zone\nDE,domestic\nSE')).isTaken, false, 'it breaks off')
})

test('two files at once are taken one after the other', async (t) => {
  const { database } = await bench(t)
  const files = ['3', '4'].map((price) => [join(folder, `${price}.csv`), price] as const)
  for (const [file, price] of files) {
    await writeFile(file, `${HEAD}domestic,standard,1,3,EUR,500,${price}\n`)
  }
  const options = { currency: 'EUR', dryRun: false }
  const reports = await Promise.all(files.map(([file]) => importRates(database, file, options)))
  assert.deepEqual(reports.map(({ removed }) => removed).sort(), [0, 7])
  assert.ok(reports.every(({ changed, isTaken }) => isTaken && changed === 1))
})

test('what is imported while a store starts is in its prices', async (t) => {
  const { database, take } = await bench(t)
  const start = slowStart(database)
  const opening = openShippingRates(start.database)
  await start.read
  await take(`${HEAD}domestic,standard,1,3,EUR,500,3.50\n`)
  await start.heard
  start.arrive()
  const rates = await opening
  const known = new Promise<void>((resolve) => rates.onChange(resolve))
  assert.equal(quote(rates, SENDING)[0]?.priceMinor, 450)
  await known
  assert.equal(quote(rates, SENDING)[0]?.priceMinor, 350)
})
