/**
 * The statements that write a batch: one a table, whatever the number of rows.
 */

import { sql, type Transaction } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import type { KnownPicture, KnownPrice, KnownProduct, KnownVariant } from './_known.ts'

export async function saveProducts(
  tx: Transaction,
  now: Temporal.Instant,
  rows: readonly KnownProduct[],
): Promise<void> {
  await tx.run(sql`
    insert into product (id, slug, name, description, status, tax_category, product_type,
      category_id, tags, attributes, meta_title, meta_description, changed_at)
    select id, slug, name, description, status, "taxCategory", "productType", "categoryId", tags,
      attributes, "metaTitle", "metaDescription", ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as r (id uuid, slug text, name text,
      description text, status text, "taxCategory" text, "productType" text, "categoryId" uuid,
      tags text[], attributes jsonb, "metaTitle" text, "metaDescription" text)
    on conflict (slug) do update set name = excluded.name, description = excluded.description,
      status = excluded.status, tax_category = excluded.tax_category,
      product_type = excluded.product_type, category_id = excluded.category_id,
      tags = excluded.tags, attributes = excluded.attributes, meta_title = excluded.meta_title,
      meta_description = excluded.meta_description, changed_at = excluded.changed_at`)
}

export async function savePictures(tx: Transaction, rows: readonly KnownPicture[]): Promise<void> {
  await tx.run(sql`
    insert into picture (id, product_id, file, small_file, width, height, alt, position)
    select id, "productId", file, "smallFile", width, height, alt, position
    from json_to_recordset(${JSON.stringify(rows)}::json) as r (id uuid, "productId" uuid,
      file text, "smallFile" text, width int, height int, alt text, position int)
    on conflict (product_id, file) do update set small_file = excluded.small_file,
      width = excluded.width, height = excluded.height, alt = excluded.alt,
      position = excluded.position`)
}

export async function removePictures(tx: Transaction, ids: readonly Id[]): Promise<void> {
  await tx.run(sql`delete from picture where id = any(${ids}::uuid[])`)
}

export async function saveVariants(tx: Transaction, rows: readonly KnownVariant[]): Promise<void> {
  await tx.run(sql`
    insert into variant (id, product_id, sku, options, weight_grams, length_mm, width_mm,
      height_mm, hs_code, origin_country, tracked, backorderable, position, picture_id)
    select id, "productId", sku, options, "weightGrams", "lengthMm", "widthMm", "heightMm",
      "hsCode", "originCountry", tracked, backorderable, position, "pictureId"
    from json_to_recordset(${JSON.stringify(rows)}::json) as r (id uuid, "productId" uuid,
      sku text, options jsonb, "weightGrams" int, "lengthMm" int, "widthMm" int, "heightMm" int,
      "hsCode" text, "originCountry" text, tracked boolean, backorderable boolean, position int,
      "pictureId" uuid)
    on conflict (sku) do update set options = excluded.options,
      weight_grams = excluded.weight_grams, length_mm = excluded.length_mm,
      width_mm = excluded.width_mm, height_mm = excluded.height_mm, hs_code = excluded.hs_code,
      origin_country = excluded.origin_country, tracked = excluded.tracked,
      backorderable = excluded.backorderable, position = excluded.position,
      picture_id = excluded.picture_id`)
}

export async function savePrices(tx: Transaction, rows: readonly KnownPrice[]): Promise<void> {
  await tx.run(sql`
    insert into price (variant_id, currency, amount_minor, compare_at_minor)
    select "variantId", currency, "amountMinor", "compareAtMinor"
    from json_to_recordset(${JSON.stringify(rows)}::json) as r ("variantId" uuid, currency text,
      "amountMinor" bigint, "compareAtMinor" bigint)
    on conflict (variant_id, currency) do update set amount_minor = excluded.amount_minor,
      compare_at_minor = excluded.compare_at_minor`)
}

/** In the order of variant ids, as reservations lock them. */
export async function saveStock(
  tx: Transaction,
  rows: readonly { readonly variantId: Id; readonly available: number }[],
): Promise<void> {
  await tx.run(sql`
    insert into stock (variant_id, available)
    select "variantId", available
    from json_to_recordset(${JSON.stringify(rows)}::json) as r ("variantId" uuid, available int)
    order by "variantId"
    on conflict (variant_id) do update set available = excluded.available`)
}
