/**
 * `tacet shipping`: what parcels cost, and which zone a country is in; as a list, as a file, from a file.
 */

import { writeFile } from 'node:fs/promises'
import { Fault } from '../base/failure.ts'
import { formatMoney } from '../base/money.ts'
import { type Placed, type Rate, rateText, zoneText } from '../shipping/rate-file.ts'
import { allPlaces, allRates, importRates, type RateImport } from '../shipping/rate-import.ts'
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
tacet shipping export rates|zones FILE.csv [--json]
tacet shipping import FILE.csv [--dry-run] [--json]

list     the zones with their countries, and what each method costs there by weight.
export   writes the prices, or the zones, into a new file that can be changed and imported.
import   takes such a file, whole or not at all; a store that runs has it at once. With --dry-run it changes
         nothing, and says what it would.

Prices: zone, method, min_days, max_days, currency, up_to_grams, price. A row for each step of weight; the
steps of a method in a zone and a currency become those of the file, and others stay. A row without weight
and price ends them: the method can be chosen there no more. Days are working days.
Zones: country, zone. A zone of a new name is made; a country without one is served no more.
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
    const isKnown = one === 'rates' || one === 'zones'
    if (deed === 'export' && !isDry && isKnown && file !== undefined && more === undefined) {
      return give(terminal, one, file, json)
    }
    throw wrong(
      'Say `shipping list`, `shipping export rates|zones FILE` or `shipping import FILE`',
      'shipping',
    )
  },
}

async function list(terminal: Terminal, json: boolean): Promise<number> {
  const [rates, places] = await withData(terminal, 'find', (database) =>
    Promise.all([allRates(database), allPlaces(database)]),
  )
  terminal.write(json ? asJson({ zones: places, rates }) : inWords(rates, places))
  return 0
}

async function give(
  terminal: Terminal,
  what: 'rates' | 'zones',
  file: string,
  json: boolean,
): Promise<number> {
  const text = await withData(terminal, 'find', async (database) =>
    what === 'rates' ? rateText(await allRates(database)) : zoneText(await allPlaces(database)),
  )
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
  const of = kind === 'rates' ? 'steps of weight' : 'countries'
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
