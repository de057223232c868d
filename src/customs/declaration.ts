/**
 * The customs declaration: what is in a parcel that leaves the customs territory, item by item (C8.2; CN23's columns).
 *
 * Customs wants a detailed description, and numbers that are right: what is missing is asked for, never padded, guessed
 * or filled with a default. What a line was sold with counts; what it lacked then is taken from the article as it is
 * now, so that a merchant can complete it and book the parcel again.
 *
 * Invariant: a declaration is written only for a parcel that crosses a customs border; the caller asks
 * `crossesCustomsBorder` first.
 */

import { countryNamed } from '../base/countries.ts'
import { type Queries, sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { money } from '../base/money.ts'
import type { Order, OrderLine } from '../orders/order.ts'
import type { Disclosed } from '../privacy/policy.ts'

/** What a carrier tells customs: C8.2, word for word. Value and net weight are those of the whole item. */
export type Declaration = Disclosed<'carrier', 'customs'>

type CustomsItem = Declaration['customsItems'][number]

/** What the catalogue says of an article today. */
type Article = {
  readonly weightGrams: number | null
  readonly hsCode: string | null
  readonly originCountry: string | null
}

/** Descriptions that customs refuses because they say nothing; compared in lower case, letters only. */
const GENERIC = new Set([
  ...['accessories', 'accessory', 'apparel', 'appliance', 'appliances', 'article', 'articles'],
  ...['clothes', 'clothing', 'consumer goods', 'electronics', 'equipment', 'gift', 'gifts'],
  ...['goods', 'household goods', 'item', 'items', 'merchandise', 'misc', 'miscellaneous'],
  ...['package', 'parcel', 'part', 'parts', 'present', 'presents', 'product', 'products'],
  ...['sample', 'samples', 'spare part', 'spare parts', 'spares', 'stuff', 'thing', 'things'],
  ...['tool', 'tools', 'various', 'various goods', 'various items'],
])

/** @throws {Fault} `customs_data_missing`, naming the article, what it lacks and what to do. */
export async function declare(on: Queries, order: Order): Promise<Declaration> {
  const articles = await on.many<Article & { readonly id: Id }>(sql`
    select id, weight_grams as "weightGrams", hs_code as "hsCode", origin_country as "originCountry"
    from variant where id = any(${order.lines.map(({ variantId }) => variantId)}::uuid[])`)
  const byId = new Map(articles.map((article) => [article.id, article]))
  return {
    customsItems: order.lines.map((line) => item(line, order.currency, byId.get(line.variantId))),
  }
}

function item(line: OrderLine, currency: string, article: Article | undefined): CustomsItem {
  const { sku, title, quantity, unitMinor } = line
  const hsCode = line.hsCode ?? article?.hsCode ?? ''
  const origin = line.originCountry ?? article?.originCountry ?? ''
  // A line's weight may be the one that shipping assumes; the article's is a fact, or null.
  const grams = (article === undefined ? line.weightGrams : article.weightGrams) ?? 0
  if (isGeneric(title)) throw generic(sku)
  if (!/^\d{6,13}$/.test(hsCode)) throw missing(sku, 'its HS code, 6 to 13 digits')
  if (countryNamed(origin) === undefined) throw missing(sku, 'its country of origin')
  if (grams <= 0) throw missing(sku, 'its net weight')
  return {
    description: title,
    quantity,
    value: money(unitMinor * quantity, currency),
    hsCode,
    origin,
    netWeightGrams: grams * quantity,
  }
}

function isGeneric(title: string): boolean {
  const folded = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
  return folded.length < 3 || GENERIC.has(folded)
}

function missing(sku: string, what: string): Fault {
  return new Fault('customs_data_missing', `Cannot declare "${sku}" to customs: it lacks ${what}`, {
    remedy: `Add it to "${sku}" in the catalogue, then book the parcel again`,
  })
}

/** The line keeps the title that was sold, so a better name helps from the next order on. */
function generic(sku: string): Fault {
  return new Fault(
    'customs_data_missing',
    `Cannot declare "${sku}" to customs: its title does not say what it is, such as "spare parts"`,
    { remedy: `Write the declaration by hand, and give "${sku}" a title that describes it` },
  )
}
