/**
 * Rows of a catalogue for a test's store, and the variants that they become.
 */

import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import type { TestStore } from './store.ts'

export const GOODS_HEADER =
  'slug,sku,name,price,currency,status,description,tax_category,category1,weight,weight_unit,' +
  'inventory_count,track_inventory,hs_code,origin_country'

/** A row under `GOODS_HEADER`: an article of 300 g from Denmark. */
export function goods(slug: string, price: string, pieces: number, name = `The ${slug}`): string {
  const sku = slug.toUpperCase()
  return `${slug},${sku},${name},${price},EUR,active,It is.,Default,Kitchen,300,g,${pieces},TRUE,691200,DK`
}

export function catalogueOf(rows: readonly string[]): string {
  return [GOODS_HEADER, ...rows, ''].join('\n')
}

/** The variant of an article that has one. */
export async function variantOf({ database }: TestStore, slug: string): Promise<Id> {
  const row = await database.one<{ id: Id }>(
    sql`select id from variant where sku = ${slug.toUpperCase()}`,
  )
  return row.id
}

/** Changes a price as an import would, and waits until the pages know it. */
export async function reprice(store: TestStore, slug: string, priceMinor: number): Promise<void> {
  const known = new Promise<void>((resolve) => store.catalogue.onChange(resolve))
  await store.database.run(
    sql`update price set amount_minor = ${priceMinor} where variant_id = ${await variantOf(store, slug)}`,
  )
  await store.database.script("notify catalogue, ''")
  await known
}
