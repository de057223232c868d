/**
 * What the store already holds of a batch's slugs and SKUs, so that only what differs is written.
 */

import { sql, type Transaction } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import type { Attribute } from '../product.ts'
import type { Status } from './draft.ts'
import type { MadePicture } from './pictures.ts'

export type KnownProduct = {
  readonly id: Id
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly status: Status
  readonly taxCategory: string
  readonly productType: string
  readonly categoryId: Id | null
  readonly tags: readonly string[]
  readonly attributes: readonly Attribute[]
  readonly metaTitle: string
  readonly metaDescription: string
}

export type KnownVariant = {
  readonly id: Id
  readonly productId: Id
  readonly sku: string
  readonly options: readonly Attribute[]
  readonly weightGrams: number | null
  readonly lengthMm: number | null
  readonly widthMm: number | null
  readonly heightMm: number | null
  readonly hsCode: string | null
  readonly originCountry: string | null
  readonly tracked: boolean
  readonly backorderable: boolean
  readonly position: number
  readonly pictureId: Id | null
}

export type KnownPrice = {
  readonly variantId: Id
  readonly currency: string
  readonly amountMinor: number
  readonly compareAtMinor: number | null
}

export type KnownPicture = MadePicture & {
  readonly id: Id
  readonly productId: Id
  readonly alt: string
  readonly position: number
}

export type Known = {
  readonly products: Map<string, KnownProduct>
  readonly variants: Map<string, KnownVariant>
  /** By variant id and currency, with a space between. */
  readonly prices: Map<string, KnownPrice>
  /** By variant id. */
  readonly available: Map<Id, number>
  /** By product id. */
  readonly pictures: Map<Id, readonly KnownPicture[]>
  /** How many variants a product has. */
  readonly variantCounts: Map<Id, number>
}

export async function readKnown(
  tx: Transaction,
  slugs: readonly string[],
  skus: readonly string[],
): Promise<Known> {
  const products = await readProducts(tx, slugs)
  const variants = await readVariants(tx, skus)
  const productIds = products.map(({ id }) => id)
  const variantIds = variants.map(({ id }) => id)
  const prices = await tx.many<KnownPrice>(sql`
    select variant_id as "variantId", currency, amount_minor as "amountMinor",
      compare_at_minor as "compareAtMinor"
    from price where variant_id = any(${variantIds}::uuid[])`)
  const stock = await tx.many<{ readonly id: Id; readonly available: number }>(sql`
    select variant_id as id, available from stock where variant_id = any(${variantIds}::uuid[])`)
  const pictures = await tx.many<KnownPicture>(sql`
    select id, product_id as "productId", file, small_file as "smallFile", width, height, alt,
      position
    from picture where product_id = any(${productIds}::uuid[]) order by position`)
  const counts = await tx.many<{ readonly id: Id; readonly count: number }>(sql`
    select product_id as id, count(*) as count
    from variant where product_id = any(${productIds}::uuid[]) group by product_id`)
  return {
    products: new Map(products.map((product) => [product.slug, product])),
    variants: new Map(variants.map((variant) => [variant.sku, variant])),
    prices: new Map(prices.map((price) => [`${price.variantId} ${price.currency}`, price])),
    available: new Map(stock.map(({ id, available }) => [id, available])),
    pictures: Map.groupBy(pictures, ({ productId }) => productId),
    variantCounts: new Map(counts.map(({ id, count }) => [id, count])),
  }
}

function readProducts(tx: Transaction, slugs: readonly string[]): Promise<readonly KnownProduct[]> {
  return tx.many(sql`
    select id, slug, name, description, status, tax_category as "taxCategory",
      product_type as "productType", category_id as "categoryId", tags, attributes,
      meta_title as "metaTitle", meta_description as "metaDescription"
    from product where slug = any(${slugs}::text[])`)
}

function readVariants(tx: Transaction, skus: readonly string[]): Promise<readonly KnownVariant[]> {
  return tx.many(sql`
    select id, product_id as "productId", sku, options, weight_grams as "weightGrams",
      length_mm as "lengthMm", width_mm as "widthMm", height_mm as "heightMm", hs_code as "hsCode",
      origin_country as "originCountry", tracked, backorderable, position,
      picture_id as "pictureId"
    from variant where sku = any(${skus}::text[])`)
}
