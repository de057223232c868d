/**
 * Imports a catalogue from a file, as a stream: some hundreds of products a transaction, each row that cannot be taken
 * reported, the rest taken.
 *
 * Invariant: memory does not grow with the file, apart from one entry for each slug. A dry run writes nothing: it does
 * all of the work in one transaction and takes it back.
 */

import type { Clock } from '../../base/clock.ts'
import type { Database, Transaction } from '../../base/database.ts'
import { Bug, check } from '../../base/failure.ts'
import type { Currency } from '../../base/money.ts'
import { newTallies, type Tallies, type Writing, writeBatch } from './_write.ts'
import { type Draft, draftOf, slugOfRow } from './draft.ts'
import type { Format } from './format.ts'
import { eachInParallel, type MadePicture, type MakePicture, openPictures } from './pictures.ts'
import { gatherProblems, type Problem, type Problems } from './problem.ts'
import { type Row, readCatalogueRows } from './rows.ts'

export type Importing = {
  readonly database: Database
  /** Where made pictures go: DATA_DIR/pictures. */
  readonly picturesFolder: string
  readonly clock: Clock
}

export type ImportOptions = {
  /** For prices of a file that names no currency, as Shopify's do. */
  readonly currency: Currency
  /** Where the pictures named in the file lie. */
  readonly images?: string | undefined
  /** Sets stock of known SKUs to the file's; without it they keep theirs. */
  readonly setStock?: boolean | undefined
  readonly dryRun?: boolean | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export type Progress = {
  readonly bytesRead: number
  readonly bytes: number
  readonly rows: number
  readonly products: number
}

export type ImportReport = Tallies & {
  readonly format: Format['name']
  readonly dryRun: boolean
  /** Rows of the file, its header apart. */
  readonly rows: number
  readonly refusedRows: number
  readonly missingPictures: number
  /** The first thousand; `problemCount` is of all. */
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

type Run = {
  readonly make: MakePicture
  readonly write: (
    drafts: readonly Draft[],
    made: ReadonlyMap<string, MadePicture>,
  ) => Promise<void>
  readonly problems: Problems
  readonly tallies: Tallies
  readonly options: ImportOptions
  /** Where each product was given, so that none is given twice. */
  readonly lineOfSlug: Map<string, number>
  batch: Draft[]
  batchRows: number
  bytesRead: number
  bytes: number
  rows: number
  format: Format['name'] | undefined
  missingPictures: number
}

const MOST_DRAFTS = 300
const MOST_ROWS = 2000
/** More rows than any product has; a file with one slug throughout must not fill the memory. */
const MOST_ROWS_OF_PRODUCT = 10_000

/**
 * Imports `file`. What could not be taken is in the report; only what stops the whole is thrown.
 *
 * @throws {Fault} `import_unreadable`: no such file or folder, not UTF-8, no header of a catalogue.
 */
export async function importCatalogue(
  importing: Importing,
  file: string,
  options: ImportOptions,
): Promise<ImportReport> {
  if (options.dryRun !== true) {
    const { database } = importing
    return runImport(importing, file, options, (work) => database.transaction(work))
  }
  let report: ImportReport | undefined
  const takeBack = new Bug('A dry run is taken back')
  await importing.database
    .transaction(async (tx) => {
      report = await runImport(importing, file, options, (work) => work(tx))
      throw takeBack
    })
    .catch((error: unknown) => {
      if (error !== takeBack) throw error
    })
  check(report !== undefined, 'A dry run must report')
  return report
}

async function runImport(
  { clock, picturesFolder }: Importing,
  file: string,
  options: ImportOptions,
  inTransaction: (work: (tx: Transaction) => Promise<void>) => Promise<void>,
): Promise<ImportReport> {
  const problems = gatherProblems()
  const tallies = newTallies()
  const writing: Writing = { clock, setStock: options.setStock === true, problems, tallies }
  const run: Run = {
    make: await openPictures(options.images ?? null, picturesFolder, options.dryRun === true),
    write: (drafts, made) => inTransaction((tx) => writeBatch(tx, drafts, made, writing)),
    problems,
    tallies,
    options,
    lineOfSlug: new Map(),
    batch: [],
    batchRows: 0,
    bytesRead: 0,
    bytes: 0,
    rows: 0,
    format: undefined,
    missingPictures: 0,
  }
  await readAll(run, file)
  return reportOf(run)
}

function reportOf(run: Run): ImportReport {
  return {
    ...run.tallies,
    format: run.format ?? 'tacet',
    dryRun: run.options.dryRun === true,
    rows: run.rows,
    refusedRows: run.problems.refusedRows(),
    missingPictures: run.missingPictures,
    problems: run.problems.kept(),
    problemCount: run.problems.count(),
  }
}

async function readAll(run: Run, file: string): Promise<void> {
  let slug = ''
  let rows: Row[] = []
  const onBytes = (read: number, all: number) => {
    run.bytesRead = read
    run.bytes = all
  }
  for await (const row of readCatalogueRows(file, run.problems, onBytes)) {
    run.rows += 1
    run.format = row.format.name
    const own = slugOfRow(row, run.problems)
    if (own === '') continue
    if (own !== slug) {
      await gather(run, slug, rows)
      slug = own
      rows = []
    }
    if (rows.length < MOST_ROWS_OF_PRODUCT) rows.push(row)
    else refuse(run, row, `A product has ${MOST_ROWS_OF_PRODUCT} rows at most`)
  }
  await gather(run, slug, rows)
  await flush(run)
}

/** Adds a product's rows to the batch, and writes the batch when it is full. */
async function gather(run: Run, slug: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const given = run.lineOfSlug.get(slug)
  if (given !== undefined && first.text('name') !== '') {
    for (const row of rows)
      refuse(run, row, `Product "${slug}" was given already, in line ${given}`)
    return
  }
  const draft = draftOf(slug, rows, run.options.currency, run.problems)
  if (draft === null) return
  if (draft.details !== null) run.lineOfSlug.set(slug, draft.line)
  // A batch holds a slug and a SKU once: what comes again must find the first one written.
  if (isInBatch(run, draft)) await flush(run)
  run.batch.push(draft)
  run.batchRows += rows.length
  if (run.batch.length >= MOST_DRAFTS || run.batchRows >= MOST_ROWS) await flush(run)
}

function isInBatch(run: Run, draft: Draft): boolean {
  const skus = new Set(draft.variants.map(({ sku }) => sku))
  return run.batch.some(
    (other) => other.slug === draft.slug || other.variants.some(({ sku }) => skus.has(sku)),
  )
}

async function flush(run: Run): Promise<void> {
  const { batch, options } = run
  if (batch.length > 0) await run.write(batch, await makePictures(run, batch))
  run.batch = []
  run.batchRows = 0
  options.onProgress?.({
    bytesRead: run.bytesRead,
    bytes: run.bytes,
    rows: run.rows,
    products: run.lineOfSlug.size,
  })
}

async function makePictures(
  run: Run,
  batch: readonly Draft[],
): Promise<ReadonlyMap<string, MadePicture>> {
  const made = new Map<string, MadePicture>()
  const pictures = batch.flatMap((draft) => draft.pictures)
  const sources = Map.groupBy(pictures, ({ source }) => source)
  await eachInParallel([...sources], async ([source, wanted]) => {
    const picture = await run.make(source)
    if ('file' in picture) {
      made.set(source, picture)
      return
    }
    run.missingPictures += wanted.length
    for (const { line, column } of wanted)
      run.problems.add({ line, column, reason: picture.reason, kind: 'noted' })
  })
  return made
}

function refuse(run: Run, row: Row, reason: string): void {
  run.problems.add({ line: row.line, column: row.column('slug'), reason, kind: 'refused' })
}
