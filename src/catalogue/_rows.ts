/**
 * The catalogue's rows, as the catalogue in memory reads them.
 *
 * Everything comes from one snapshot, so that a price is never without its variant.
 */

import { type Database, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import type { Currency } from '../base/money.ts'
import type { Attribute, Picture } from './product.ts'

export type CategoryRow = {
  readonly id: Id
  readonly parentId: Id | null
  readonly slug: string
  readonly name: string
}

export type ProductRow = {
  readonly id: Id
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly productType: string
  readonly categoryId: Id | null
  readonly tags: readonly string[]
  readonly attributes: readonly Attribute[]
  readonly taxCategory: string
  readonly metaTitle: string
  readonly metaDescription: string
}

export type PictureRow = Picture & { readonly productId: Id }

export type VariantRow = {
  readonly id: Id
  readonly productId: Id
  readonly sku: string
  readonly options: readonly Attribute[]
  readonly amountMinor: number
  readonly compareAtMinor: number | null
  readonly weightGrams: number | null
  readonly lengthMm: number | null
  readonly widthMm: number | null
  readonly heightMm: number | null
  readonly hsCode: string | null
  readonly originCountry: string | null
  readonly pictureId: Id | null
  readonly tracked: boolean
  readonly backorderable: boolean
  readonly available: number
}

export type Rows = {
  readonly categories: readonly CategoryRow[]
  readonly products: readonly ProductRow[]
  readonly pictures: readonly PictureRow[]
  /** Those that have a price in the currency. */
  readonly variants: readonly VariantRow[]
}

/** All that is shown: reads the tables whole, in their order. */
export function readRows(database: Database, currency: Currency): Promise<Rows> {
  return database.transaction(async (tx) => {
    await tx.run(sql`set transaction isolation level repeatable read, read only`)
    return {
      categories: await tx.many<CategoryRow>(sql`
        select id, parent_id as "parentId", slug, name from category order by position`),
      products: await readProducts(tx),
      pictures: await tx.many<PictureRow>(sql`
        select id, product_id as "productId", file, small_file as "smallFile", width, height, alt
        from picture order by position`),
      variants: await readVariants(tx, currency),
    }
  })
}

/** Which of these variants have something left; index: primary key of stock. */
export function readAvailable(
  database: Database,
  variantIds: readonly Id[],
): Promise<readonly { readonly id: Id; readonly available: number }[]> {
  return database.many(sql`
    select variant_id as id, available from stock where variant_id = any(${variantIds}::uuid[])`)
}

function readProducts(tx: Transaction): Promise<readonly ProductRow[]> {
  return tx.many(sql`
    select id, slug, name, description, product_type as "productType",
      category_id as "categoryId", tags, attributes, tax_category as "taxCategory",
      meta_title as "metaTitle", meta_description as "metaDescription"
    from product where status = 'active' order by position`)
}

function readVariants(tx: Transaction, currency: Currency): Promise<readonly VariantRow[]> {
  return tx.many(sql`
    select v.id, v.product_id as "productId", v.sku, v.options,
      p.amount_minor as "amountMinor", p.compare_at_minor as "compareAtMinor",
      v.weight_grams as "weightGrams", v.length_mm as "lengthMm", v.width_mm as "widthMm",
      v.height_mm as "heightMm", v.hs_code as "hsCode", v.origin_country as "originCountry",
      v.picture_id as "pictureId", v.tracked, v.backorderable,
      coalesce(s.available, 0) as available
    from variant v
    join price p on p.variant_id = v.id and p.currency = ${currency}
    left join stock s on s.variant_id = v.id
    order by v.product_id, v.position`)
}
