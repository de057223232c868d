/** The columns of an order and of its lines, by the names that the store uses. */

import { type Query, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'

export function orderColumns(id: Id): Query {
  return sql`
    select id, number, state, placed_at as "placedAt", country, currency,
      items_minor as "itemsMinor", shipping_minor as "shippingMinor", tax_minor as "taxMinor",
      total_minor as "totalMinor", refunded_minor as "refundedMinor",
      paid_back_minor as "paidBackMinor", paid_back_tax_minor as "paidBackTaxMinor", taxes,
      prices_include_tax as "pricesIncludeTax", shipping_method as "shippingMethod",
      weight_grams as "weightGrams", language, revision
    from orders where id = ${id}`
}

export function lineColumns(id: Id): Query {
  return sql`
    select position, variant_id as "variantId", sku, title, quantity, unit_minor as "unitMinor",
      tax_rate_ppm as "taxRatePpm", weight_grams as "weightGrams", hs_code as "hsCode",
      origin_country as "originCountry"
    from order_line where order_id = ${id} order by position`
}
