/**
 * `tacet import FILE.csv`: takes a catalogue in, shows how far it is, and says what it could not take.
 *
 * On a terminal progress is drawn; with --json, or into a pipe, nothing but the result is written.
 */

import { parseArgs } from 'node:util'
import { Fault } from '../base/failure.ts'
import type { Currency } from '../base/money.ts'
import {
  type Importing,
  type ImportReport,
  importCatalogue,
  type Progress,
} from '../catalogue/import/import.ts'
import { problemsInWords } from './command.ts'

export type ImportCommand = Importing & {
  readonly currency: Currency
  /** Where the result goes. */
  readonly write: (text: string) => void
  /** Whether somebody looks at a terminal. */
  readonly isTerminal: boolean
}

export const IMPORT_USAGE = `tacet import FILE.csv [options]

Imports products from Shopify's product CSV, or from a file with the columns slug, sku, name, price, currency.
What the store knows already is updated by slug and SKU; an empty cell leaves what is there.

  --images DIR   where the files of the pictures lie that the CSV names (the store fetches none)
  --stock        set stock of known SKUs to the file's; without it they keep theirs
  --dry-run      say what would happen, and write nothing
  --json         the report as JSON
  --help         this text
`

/**
 * Runs the command. Gives the exit code: 0 when every row was taken, 2 when some were refused.
 *
 * @throws {Fault} `invalid` for wrong arguments, `import_unreadable` for a file that is no catalogue.
 */
export async function runImport(args: readonly string[], deps: ImportCommand): Promise<number> {
  const { values, file } = argumentsOf(args)
  if (values.help === true) {
    deps.write(IMPORT_USAGE)
    return 0
  }
  if (file === undefined) throw wrong('Name one CSV file to import')
  const drawn = deps.isTerminal && values.json !== true ? await drawProgress() : null
  const report = await importCatalogue(deps, file, {
    currency: deps.currency,
    images: values.images,
    setStock: values.stock,
    dryRun: values['dry-run'],
    onProgress: drawn?.onProgress,
  }).catch((error: unknown) => {
    drawn?.stop('Import stopped')
    throw error
  })
  drawn?.stop('Read to the end')
  deps.write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : inWords(report))
  return report.refusedRows > 0 ? 2 : 0
}

function argumentsOf(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        images: { type: 'string' },
        stock: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (positionals.length > 1) throw wrong('Name one CSV file only')
    return { values, file: positionals[0] }
  } catch (error) {
    if (error instanceof Fault || !(error instanceof Error)) throw error
    throw wrong(error.message)
  }
}

function wrong(message: string): Fault {
  return new Fault('invalid', message, { remedy: 'See `npm run tacet -- import --help`' })
}

async function drawProgress() {
  const { progress } = await import('@clack/prompts')
  const bar = progress({ max: 100 })
  bar.start('Importing')
  let drawn = 0
  return {
    onProgress({ bytesRead, bytes, rows, products }: Progress) {
      const reached = bytes === 0 ? 100 : Math.floor((100 * bytesRead) / bytes)
      bar.advance(reached - drawn, `${products} products, ${rows} rows`)
      drawn = reached
    },
    stop: (message: string) => bar.stop(message),
  }
}

function inWords(report: ImportReport): string {
  const { rows, refusedRows, missingPictures } = report
  const lines = [
    `${report.dryRun ? 'Would import' : 'Imported'} ${rows} rows (${report.format}):`,
    ...(['products', 'variants', 'prices', 'pictures', 'stock'] as const).map((name) => {
      const { created, changed, unchanged } = report[name]
      return `  ${name.padEnd(9)} ${created} created, ${changed} changed, ${unchanged} unchanged`
    }),
    ...(refusedRows > 0 ? [`${refusedRows} rows were not taken.`] : []),
    ...(missingPictures > 0 ? [`${missingPictures} pictures are missing.`] : []),
    ...problemsInWords(report),
  ]
  return `${lines.join('\n')}\n`
}
