/**
 * The demonstration's catalogue: what an empty store sells until its merchant imports something.
 *
 * It goes through the same import as any other file; its pictures are drawings of our own (`demo/pictures/*.svg`).
 */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from '../base/database.ts'
import { check } from '../base/failure.ts'
import { type Importing, type ImportReport, importCatalogue } from './import/import.ts'

const DEMO = fileURLToPath(new URL('../../demo', import.meta.url))

/** Fills a store that has no product at all, be it a draft. Gives what was imported, or null when there was one. */
export async function fillEmptyStore(importing: Importing): Promise<ImportReport | null> {
  const { empty } = await importing.database.one<{ readonly empty: boolean }>(
    sql`select not exists (select from product) as empty`,
  )
  if (!empty) return null
  const report = await importCatalogue(importing, join(DEMO, 'catalogue.csv'), {
    currency: 'EUR',
    images: join(DEMO, 'pictures'),
  })
  check(report.problemCount === 0, 'The demonstration catalogue must import whole')
  return report
}
