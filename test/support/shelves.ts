/**
 * For tests of the storefront: a shop whose catalogue was imported from a CSV, listening on this machine.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { Database } from '../../src/base/database.ts'
import { type Catalogue, openCatalogue } from '../../src/catalogue/catalogue.ts'
import { importCatalogue } from '../../src/catalogue/import/import.ts'
import { shelfRoutes } from '../../src/storefront/routes.ts'
import { openPageCache, type PageCache } from '../../src/web/cached.ts'
import { securityHeaders } from '../../src/web/headers.ts'
import { testDatabase } from './database.ts'
import { frameOf, type Listening, listen } from './web.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

export type OpenShelves = Listening & {
  readonly database: Database
  readonly catalogue: Catalogue
  readonly pages: PageCache
  /** The page at a path. */
  read(path: string): Promise<{ readonly status: number; readonly html: string }>
}

const HEADER =
  'slug,sku,name,price,compare_at_price,currency,status,description,product_type,category1,' +
  'option1_name,option1_value,inventory_count,inventory_backorderable,track_inventory'

/** Imports rows (columns as in HEADER, prices in EUR) and opens the storefront on them. */
export async function openShelves(t: Ending, rows: readonly string[]): Promise<OpenShelves> {
  const database = await testDatabase(t)
  const folder = await mkdtemp(join(tmpdir(), 'tacet-shelves-'))
  const csv = join(folder, 'catalogue.csv')
  await writeFile(csv, [HEADER, ...rows, ''].join('\n'))
  const importing = { database, picturesFolder: join(folder, 'pictures'), clock: systemClock }
  const { refusedRows, problems } = await importCatalogue(importing, csv, { currency: 'EUR' })
  if (refusedRows > 0) throw new Error(`Rows were refused: ${JSON.stringify(problems)}`)
  const catalogue = await openCatalogue(database, 'EUR')
  const frame = { ...(await frameOf()), categories: () => catalogue.categories() }
  const version = () => catalogue.version
  const pages = openPageCache({ headers: securityHeaders(frame.shop), version })
  const listening = await listen((server) => shelfRoutes(server, { frame, catalogue, pages }), {
    frame,
  })
  t.after(async () => {
    await listening.server.close()
    await rm(folder, { recursive: true })
  })
  const read = async (path: string) => {
    const answer = await fetch(`${listening.url}${path}`)
    return { status: answer.status, html: await answer.text() }
  }
  return { ...listening, database, catalogue, pages, read }
}

/** A row of a product with one variant. */
export function row(slug: string, price: string, category = 'Lamps', stock = 5): string {
  const name = `The ${slug}`
  const text = `${name} is quiet.`
  return `${slug},SKU-${slug},${name},${price},,EUR,active,${text},Thing,${category},,,${stock},FALSE,TRUE`
}
