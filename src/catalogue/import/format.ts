/**
 * The two kinds of file that can be imported, told apart by their header.
 *
 * `tacet`: a row for the product (with its name), then a row for each variant and currency. `shopify`: Shopify's
 * product CSV, with the column names of its present template and of the one before. Both are read by the same `Key`s.
 */

import { Fault } from '../../base/failure.ts'

/** What a column means, whatever its file calls it. */
export type Key =
  | 'slug'
  | 'name'
  | 'description'
  | 'vendor'
  | 'category'
  | 'product_type'
  | 'tags'
  | 'status'
  | 'published'
  | 'tax_category'
  | 'meta_title'
  | 'meta_description'
  | 'sku'
  | 'price'
  | 'compare_at'
  | 'currency'
  | 'quantity'
  | 'tracked'
  | 'backorderable'
  | 'weight'
  | 'weight_unit'
  | 'length'
  | 'width'
  | 'height'
  | 'dimensions_unit'
  | 'hs_code'
  | 'origin_country'
  | 'alt'
  | 'variant_picture'
  | `option${1 | 2 | 3}_${'name' | 'value'}`
  | `picture${number}`
  | `attribute:${string}`

export type Format = {
  readonly name: 'tacet' | 'shopify'
  /** Each column of the file in its order; null for one that the store has no use for. */
  readonly columns: readonly (Key | null)[]
  readonly header: readonly string[]
}

const OPTIONS = ['option1_name', 'option1_value', 'option2_name', 'option2_value'] as const
const THIRD_OPTION = ['option3_name', 'option3_value'] as const

const TACET: Readonly<Record<string, Key>> = {
  ...Object.fromEntries([...OPTIONS, ...THIRD_OPTION].map((key) => [key, key])),
  slug: 'slug',
  sku: 'sku',
  name: 'name',
  price: 'price',
  compare_at_price: 'compare_at',
  currency: 'currency',
  status: 'status',
  description: 'description',
  meta_title: 'meta_title',
  meta_description: 'meta_description',
  tags: 'tags',
  tax_category: 'tax_category',
  product_type: 'product_type',
  category1: 'category',
  image1_src: 'picture1',
  image1_alt: 'alt',
  image2_src: 'picture2',
  image3_src: 'picture3',
  image4_src: 'picture4',
  image5_src: 'picture5',
  depth: 'length',
  length: 'length',
  width: 'width',
  height: 'height',
  dimensions_unit: 'dimensions_unit',
  weight: 'weight',
  weight_unit: 'weight_unit',
  hs_code: 'hs_code',
  origin_country: 'origin_country',
  inventory_count: 'quantity',
  inventory_backorderable: 'backorderable',
  track_inventory: 'tracked',
}

const SHOPIFY: Readonly<Record<string, Key>> = {
  ...Object.fromEntries([...OPTIONS, ...THIRD_OPTION].map((key) => [key.replace('_', ' '), key])),
  handle: 'slug',
  'url handle': 'slug',
  title: 'name',
  'body (html)': 'description',
  description: 'description',
  vendor: 'vendor',
  'product category': 'category',
  type: 'product_type',
  tags: 'tags',
  published: 'published',
  'published on online store': 'published',
  status: 'status',
  'seo title': 'meta_title',
  'seo description': 'meta_description',
  'variant sku': 'sku',
  sku: 'sku',
  'variant price': 'price',
  price: 'price',
  'variant compare at price': 'compare_at',
  'compare-at price': 'compare_at',
  'variant inventory qty': 'quantity',
  'inventory quantity': 'quantity',
  'variant inventory tracker': 'tracked',
  'inventory tracker': 'tracked',
  'variant inventory policy': 'backorderable',
  'continue selling when out of stock': 'backorderable',
  'variant grams': 'weight',
  'weight value (grams)': 'weight',
  'variant hs code': 'hs_code',
  'variant harmonized system code': 'hs_code',
  'harmonized system code': 'hs_code',
  'hs code': 'hs_code',
  'variant country of origin': 'origin_country',
  'country of origin': 'origin_country',
  'country code of origin': 'origin_country',
  coo: 'origin_country',
  'image src': 'picture1',
  'product image url': 'picture1',
  'image alt text': 'alt',
  'variant image': 'variant_picture',
  'variant image url': 'variant_picture',
}

const REQUIRED = {
  tacet: ['slug', 'sku', 'name', 'price', 'currency'],
  shopify: ['Handle', 'Title', 'Variant SKU', 'Variant Price'],
} as const

/**
 * Tells which kind of file this is.
 *
 * @throws {Fault} `import_unreadable` with the columns that are missing.
 */
export function formatOf(header: readonly string[]): Format {
  const names = header.map((name) => name.trim().toLowerCase())
  const name = names.includes('slug') ? 'tacet' : 'shopify'
  const columns = names.map(
    name === 'tacet' ? tacetKey : (lower, at) => shopifyKey(lower, header[at]),
  )
  const missing = missingFrom(name, columns)
  if (missing.length === 0) return { name, columns, header: header.map((text) => text.trim()) }
  throw new Fault('import_unreadable', unreadable(columns, missing), {
    remedy:
      'Export products from Shopify as CSV, or write a file with the columns ' +
      `${REQUIRED.tacet.join(', ')}; columns are parted by commas`,
  })
}

function unreadable(columns: readonly (Key | null)[], missing: readonly string[]): string {
  if (columns.some((key) => key !== null))
    return `Cannot import the file: its header lacks ${missing.join(', ')}`
  return (
    'Cannot import the file: its first line is no header of a catalogue. Either ' +
    `${REQUIRED.tacet.join(', ')} or ${REQUIRED.shopify.join(', ')} must be there`
  )
}

function missingFrom(name: Format['name'], columns: readonly (Key | null)[]): readonly string[] {
  const keyOf = name === 'tacet' ? tacetKey : shopifyKey
  return REQUIRED[name].filter((column) => !columns.includes(keyOf(column.toLowerCase())))
}

function tacetKey(lower: string): Key | null {
  const field = /^custom_field\.(?:[^.]+\.)?(.+)$/.exec(lower)?.[1]
  if (field !== undefined) return `attribute:${capitalized(field.replaceAll('_', ' '))}`
  return TACET[lower] ?? null
}

/** A metafield's header reads `Material (product.metafields.custom.material)`. */
function shopifyKey(lower: string, written = lower): Key | null {
  const field = /^(.+?)\s*\(product\.metafields\.[^)]+\)$/i.exec(written.trim())?.[1]
  if (field !== undefined) return `attribute:${field}`
  return SHOPIFY[lower] ?? null
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
