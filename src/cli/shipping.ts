/**
 * `tacet shipping`: what parcels cost, which zone a country is in, who carries what; as a list, as a file, from a file.
 */

import { writeFile } from 'node:fs/promises'
import type { Queries } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { formatMoney } from '../base/money.ts'
import { methodText, type Placed, type Rate, rateText, zoneText } from '../shipping/rate-file.ts'
import {
  allMethods,
  allPlaces,
  allRates,
  importRates,
  type RateImport,
} from '../shipping/rate-import.ts'
import {
  asJson,
  type Command,
  columns,
  problemsInWords,
  readArguments,
  type Terminal,
  wrong,
} from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet shipping list [--json]
tacet shipping export rates|zones|methods FILE.csv [--json]
tacet shipping import FILE.csv [--dry-run] [--json]

list     the zones with their countries, and what each method costs there by weight.
export   writes the prices, the zones or the methods into a new file that can be changed and imported.
import   takes such a file, whole or not at all; a store that runs has it at once. With --dry-run it changes
         nothing, and says what it would.

Prices: zone, method, min_days, max_days, currency, up_to_grams, price. A row for each step of weight; the
steps of a method in a zone and a currency become those of the file, and others stay. A row without weight
and price ends them: the method can be chosen there no more. Days are working days.
Zones: country, zone. A zone of a new name is made; a country without one is served no more.
Methods: method, carrier. A method of a new name is made, and can be chosen once it has prices; customers
read its name: same-day is "Same day" to them. What is not "express" goes the carrier's cheapest way.
`

export const shippingCommand: Command = {
  usage: USAGE,
  async run([deed, ...rest], terminal) {
    const others = rest.filter((arg) => arg !== '--dry-run')
    const isDry = others.length < rest.length
    const { json, positionals } = readArguments(others)
    const [one, file, more] = positionals
    if (deed === 'list' && !isDry && one === undefined) return list(terminal, json)
    if (deed === 'import' && one !== undefined && file === undefined) {
      return take(terminal, one, { json, isDry })
    }
    const textOf = Object.entries(TEXTS).find(([name]) => name === one)?.[1]
    if (deed === 'export' && !isDry && textOf && file !== undefined && more === undefined) {
      return give(terminal, textOf, file, json)
    }
    throw wrong(
      'Say `shipping list`, `shipping export rates|zones|methods FILE` or `shipping import FILE`',
      'shipping',
    )
  },
}

/** What can be written into a file. */
const TEXTS = {
  rates: async (on: Queries) => rateText(await allRates(on)),
  zones: async (on: Queries) => zoneText(await allPlaces(on)),
  methods: async (on: Queries) => methodText(await allMethods(on)),
} as const

async function list(terminal: Terminal, json: boolean): Promise<number> {
  const [rates, places] = await withData(terminal, 'find', (database) =>
    Promise.all([allRates(database), allPlaces(database)]),
  )
  terminal.write(json ? asJson({ zones: places, rates }) : inWords(rates, places))
  return 0
}

async function give(
  terminal: Terminal,
  textOf: (on: Queries) => Promise<string>,
  file: string,
  json: boolean,
): Promise<number> {
  const text = await withData(terminal, 'find', textOf)
  await writeFile(file, text, { flag: 'wx' }).catch((cause: unknown) => {
    throw new Fault('conflict', `Cannot write ${file}`, {
      remedy: 'Name a file that is not there yet, in a folder that can be written',
      cause,
    })
  })
  const rows = text.split('\n').length - 2
  terminal.write(json ? asJson({ file, rows }) : `${file}: ${rows} rows.\n`)
  return 0
}

type How = { readonly json: boolean; readonly isDry: boolean }

async function take(terminal: Terminal, file: string, { json, isDry }: How): Promise<number> {
  const { currency } = terminal.config().shop
  const report = await withData(terminal, 'make', (database) =>
    importRates(database, file, { currency, dryRun: isDry }),
  )
  terminal.write(json ? asJson(report) : reportInWords(report))
  return report.isTaken ? 0 : 2
}

function reportInWords(report: RateImport): string {
  const { kind, dryRun, isTaken, rows, created, changed, removed } = report
  const of = { rates: 'steps of weight', zones: 'countries', methods: 'methods' }[kind]
  const counts = `${created} ${of} new, ${changed} changed, ${removed} ended`
  const head = isTaken
    ? `${dryRun ? 'Would take' : 'Took'} ${rows} rows: ${counts}.`
    : `Nothing was taken of ${rows} rows, since some are wrong:`
  return `${[head, ...problemsInWords(report)].join('\n')}\n`
}

function inWords(rates: readonly Rate[], places: readonly Placed[]): string {
  const zones = [...Map.groupBy(places, ({ zone }) => zone ?? '')].map(([zone, placed]) => [
    zone,
    placed.map(({ country }) => country).join(' '),
  ])
  const offers = Map.groupBy(rates, ({ zone, method, currency }) => `${zone} ${method} ${currency}`)
  const prices = [...offers.values()].flatMap((steps) => steps.map(priceRow))
  return `${[
    'Zones',
    columns([['zone', 'countries'], ...zones], '  '),
    'Prices',
    columns([['zone', 'method', 'working days', 'up to', 'price'], ...prices], '  '),
  ].join('\n\n')}\n`
}

/** What is the same as in the row above is said once. */
function priceRow(rate: Rate, at: number): readonly string[] {
  const { zone, method, minDays, maxDays, currency, upToGrams, priceMinor } = rate
  const days = minDays === maxDays ? String(minDays) : `${minDays} to ${maxDays}`
  return [
    ...(at === 0 ? [zone, method, days] : ['', '', '']),
    `${upToGrams / 1000} kg`,
    formatMoney({ amountMinor: priceMinor, currency }),
  ]
}
