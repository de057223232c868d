/**
 * A store for a benchmark: the real one, started by `launch.mjs start` in a folder of its own, with its embedded
 * PostgreSQL, its sandbox and its jobs, on free ports. It is reached as a merchant and a shopper reach it.
 */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../src/base/clock.ts'
import { type Database, openDatabase } from '../src/base/database.ts'
import { runningPostgres } from '../src/base/postgres.ts'
import { importCatalogue } from '../src/catalogue/import/import.ts'
import { freePort } from '../test/support/ports.ts'
import { ROOT } from '../test/support/store.ts'

export type RunningStore = {
  readonly url: URL
  readonly folder: string
  /** Of the store itself. */
  readonly pid: number
  /** Milliseconds from the command to the first page. */
  readonly startMs: number
  readonly stop: () => Promise<void>
}

const POLL_MS = 20
const START_MS = 120_000

/** A folder for a store's data; it goes when the program ends. */
export async function newFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tacet-bench-'))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Starts a store over a folder, and waits for its first page. */
export async function startStore(folder: string): Promise<RunningStore> {
  const [port, sandboxPort] = [await freePort(), await freePort(2)]
  const began = performance.now()
  const child = spawn(process.execPath, ['launch.mjs', 'start'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      DATA_DIR: folder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = new URL(`http://127.0.0.1:${port}`)
  while (!(await answers(url))) {
    const late = performance.now() - began > START_MS
    if (late || child.exitCode !== null) {
      child.kill()
      throw new Error(`The store did not start:\n${said}`)
    }
    await pause(POLL_MS)
  }
  const startMs = performance.now() - began
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  return { url, folder, pid: pidOf(folder), startMs, stop }
}

/** The database of a store that runs. */
export async function databaseOf({ folder }: Pick<RunningStore, 'folder'>): Promise<Database> {
  const url = await runningPostgres(join(folder, 'postgres'))
  if (url === undefined) throw new Error('The database of the store does not run')
  return openDatabase({ url, connections: 2, onLost: () => {} })
}

/** Imports a catalogue of made-up products, `article-1` and so on, of which there is enough for any load. */
export async function importArticles(
  database: Database,
  folder: string,
  count: number,
): Promise<readonly string[]> {
  const file = join(folder, 'articles.csv')
  await writeFile(file, articlesCsv(count))
  const importing = { database, picturesFolder: join(folder, 'pictures'), clock: systemClock }
  const report = await importCatalogue(importing, file, { currency: 'EUR' })
  if (report.problemCount > 0)
    throw new Error(`Not imported: ${JSON.stringify(report.problems[0])}`)
  return slugsOf(count)
}

/** The same as a file. */
export function articlesCsv(count: number): string {
  const header =
    'slug,sku,name,price,currency,status,description,tax_category,category1,weight,weight_unit,' +
    'inventory_count,track_inventory,hs_code,origin_country'
  const rows = slugsOf(count).map((slug, index) => {
    const text = `Article ${index + 1} of this catalogue. ${'It is plain and made to last. '.repeat(8)}`
    const what = `${slug},${slug.toUpperCase()},Article ${index + 1},${20 + (index % 80)}.50,EUR,active`
    return `${what},${text},Default,Shelf ${1 + (index % 20)},900,g,100000000,TRUE,691200,DK`
  })
  return `${header}\n${rows.join('\n')}\n`
}

function slugsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `article-${index + 1}`)
}

/** Waits until the store shows a page, as it does once it has seen an import. */
export async function shows(store: Pick<RunningStore, 'url'>, path: string): Promise<void> {
  while (!(await answers(new URL(path, store.url)))) await pause(POLL_MS)
}

async function answers(url: URL): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.ok === true
}

/** The embedded database notes which process holds it. */
function pidOf(folder: string): number {
  return Number(readFileSync(join(folder, 'postgres', 'owner'), 'utf8'))
}
