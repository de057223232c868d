/**
 * Drafts: the rows of one slug, read together as a product with its variants, prices and pictures.
 *
 * The first row, the one with a name, is the product. Rows without one, below it or further down in the file, add
 * variants and prices. An empty cell says nothing: it leaves what the store already holds.
 *
 * Invariant: a draft holds only what the tables can take; all else was reported with its line.
 */

import type { Currency } from '../../base/money.ts'
import type { Attribute } from '../product.ts'
import {
  type Cells,
  cellsOf,
  readCompareAt,
  readCountry,
  readCurrency,
  readHsCode,
  readLine,
  readMillimetres,
  readPrice,
  readQuantity,
  readWeightGrams,
  readYesNo,
  tooLong,
} from './_cells.ts'
import { plainLine, plainParagraphs, slugOf } from './_text.ts'
import type { Key } from './format.ts'
import { type Problems, quoted } from './problem.ts'
import type { Row } from './rows.ts'

export type Status = 'draft' | 'active' | 'archived'

export type Details = {
  readonly name: string
  readonly description: string
  readonly status: Status | null
  readonly taxCategory: string
  readonly productType: string
  /** From the top down; empty for none. */
  readonly category: readonly string[]
  readonly tags: readonly string[]
  readonly attributes: readonly Attribute[]
  readonly metaTitle: string
  readonly metaDescription: string
}

export type DraftPrice = {
  readonly currency: Currency
  readonly amountMinor: number
  readonly compareAtMinor: number | null
}

export type DraftVariant = {
  readonly line: number
  readonly sku: string
  readonly options: readonly Attribute[]
  readonly weightGrams: number | null
  readonly lengthMm: number | null
  readonly widthMm: number | null
  readonly heightMm: number | null
  readonly hsCode: string | null
  readonly originCountry: string | null
  readonly tracked: boolean | null
  readonly backorderable: boolean | null
  readonly quantity: number | null
  readonly prices: readonly DraftPrice[]
  /** The file name of its picture. */
  readonly picture: string | null
}

export type DraftPicture = {
  readonly line: number
  readonly column: string
  /** The last part of its address: what is looked for in the folder of pictures. */
  readonly source: string
  readonly alt: string
}

export type Draft = {
  readonly line: number
  readonly slug: string
  /** The columns that hold slug and SKU, for messages. */
  readonly slugColumn: string
  readonly skuColumn: string
  /** Null when these rows only add to a product that came before. */
  readonly details: Details | null
  readonly variants: readonly DraftVariant[]
  readonly pictures: readonly DraftPicture[]
}

const LONGEST = {
  slug: 200,
  sku: 100,
  name: 200,
  description: 50_000,
  word: 120,
  value: 500,
  meta: 500,
} as const
const MOST_TAGS = 100
const DEEPEST_CATEGORY = 8
const ATTRIBUTE = 'attribute:'

/** The slug under which a row is gathered; empty, and reported, when it has none that can be used. */
export function slugOfRow(row: Row, problems: Problems): string {
  const cells = cellsOf(row, problems)
  const slug = readLine(cells, 'slug', LONGEST.slug).toLowerCase() || slugOf(row.text('name'))
  if (slug === '') cells.refuse('slug', 'The row names no product')
  else if (!/^[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]*$/u.test(slug))
    cells.refuse('slug', `${quoted(slug)} cannot stand in an address: use letters, digits, hyphens`)
  return cells.refused() ? '' : slug
}

/** Reads the rows of one slug. Null, with reports, when nothing of them can be taken. */
export function draftOf(
  slug: string,
  rows: readonly Row[],
  currency: Currency,
  problems: Problems,
): Draft | null {
  const [first, ...others] = rows.map((row) => cellsOf(row, problems))
  if (first === undefined) return null
  const details = first.text('name') === '' ? null : readDetails(first)
  if (first.refused()) return refuseAll(first, others)
  const sellable = isOnlyTheProduct(first, others) ? others : [first, ...others]
  const variants = readVariants(sellable, first, currency)
  if (variants.length === 0 && details !== null) {
    if (!first.refused()) first.refuse('sku', 'The product has no variant that can be taken')
    return null
  }
  const pictures = readPictures([first, ...others], details?.name ?? '', variants)
  const columns = { slugColumn: first.column('slug'), skuColumn: first.column('sku') }
  return { line: first.line, slug, ...columns, details, variants, pictures }
}

function refuseAll(first: Cells, others: readonly Cells[]): null {
  for (const cells of others) cells.refuse('slug', `Its product (line ${first.line}) was not taken`)
  return null
}

/** Whether the first row stands for the product alone: variants with other SKUs follow it. */
function isOnlyTheProduct(first: Cells, others: readonly Cells[]): boolean {
  if (first.format.name === 'shopify' || first.text('name') === '') return false
  const sku = first.text('sku')
  return first.text('option1_value') === '' && others.some((cells) => cells.text('sku') !== sku)
}

function readDetails(cells: Cells): Details {
  const productType = readLine(cells, 'product_type', LONGEST.word)
  return {
    name: readLine(cells, 'name', LONGEST.name),
    description: readDescription(cells),
    status: readStatus(cells),
    taxCategory: readLine(cells, 'tax_category', LONGEST.word),
    productType,
    category: readCategory(cells, productType),
    tags: readTags(cells),
    attributes: readAttributes(cells),
    metaTitle: readLine(cells, 'meta_title', LONGEST.meta),
    metaDescription: readLine(cells, 'meta_description', LONGEST.meta),
  }
}

function readDescription(cells: Cells): string {
  const text = plainParagraphs(cells.text('description'))
  if (text.length > LONGEST.description)
    cells.refuse('description', tooLong(text, LONGEST.description))
  return text
}

/** What is not published, or can be reached by its address only, is a draft here. */
function readStatus(cells: Cells): Status | null {
  const status = cells.text('status').toLowerCase()
  if (cells.text('published') !== '' && readYesNo(cells, 'published') === false)
    return status === 'archived' ? 'archived' : 'draft'
  if (status === '') return null
  if (status === 'unlisted') return 'draft'
  if (status === 'draft' || status === 'active' || status === 'archived') return status
  return cells.refuse('status', `${quoted(status)} is none of draft, active, archived`)
}

/** Our own path, else Shopify's type, else the path of Shopify's taxonomy. */
function readCategory(cells: Cells, productType: string): readonly string[] {
  if (cells.format.name === 'shopify' && productType !== '') return [productType]
  const path = cells
    .text('category')
    .split(/\s*->\s*|\s*>\s*/)
    .map(plainLine)
    .filter((name) => name !== '')
  if (path.length > DEEPEST_CATEGORY)
    cells.refuse('category', `A category lies ${DEEPEST_CATEGORY} levels deep at most`)
  const long = path.find((name) => name.length > LONGEST.word)
  if (long !== undefined) cells.refuse('category', tooLong(long, LONGEST.word))
  return path
}

function readTags(cells: Cells): readonly string[] {
  const tags = [...new Set(cells.text('tags').split(',').map(plainLine))].filter(Boolean)
  const long = tags.find((tag) => tag.length > LONGEST.word)
  if (long !== undefined) cells.refuse('tags', tooLong(long, LONGEST.word))
  if (tags.length > MOST_TAGS) cells.refuse('tags', `More than ${MOST_TAGS} tags`)
  return tags
}

function readAttributes(cells: Cells): readonly Attribute[] {
  const fields = cells.format.columns.filter((key) => key?.startsWith(ATTRIBUTE) === true)
  const named = fields.flatMap((key) => {
    if (key === null) return []
    const value = readLine(cells, key, LONGEST.value)
    return value === '' ? [] : [{ name: key.slice(ATTRIBUTE.length), value }]
  })
  const vendor = readLine(cells, 'vendor', LONGEST.value)
  return vendor === '' ? named : [{ name: 'Vendor', value: vendor }, ...named]
}

/** Rows of one SKU make one variant: the first says what it is, the others add prices. */
function readVariants(
  rows: readonly Cells[],
  first: Cells,
  currency: Currency,
): readonly DraftVariant[] {
  const bySku = new Map<string, { readonly variant: DraftVariant; readonly prices: DraftPrice[] }>()
  const refused = new Map<string, number>()
  for (const cells of rows) {
    if (isOnlyPicture(cells)) continue
    const sku = readLine(cells, 'sku', LONGEST.sku)
    if (sku === '') cells.refuse('sku', 'The SKU is missing')
    const known = bySku.get(sku)
    const lost = refused.get(sku)
    if (lost !== undefined) cells.refuse('sku', `Its first row (line ${lost}) was not taken`)
    const price = readDraftPrice(cells, currency, known?.prices ?? [])
    const variant = known?.variant ?? readVariant(cells, sku, first)
    if (!cells.refused() && price !== null) {
      if (known === undefined) bySku.set(sku, { variant, prices: [price] })
      else known.prices.push(price)
    } else if (known === undefined && lost === undefined && sku !== '') refused.set(sku, cells.line)
  }
  return [...bySku.values()].map(({ variant, prices }) => ({ ...variant, prices }))
}

function isOnlyPicture(cells: Cells): boolean {
  const keys = ['sku', 'price', 'option1_value', 'name'] as const
  return keys.every((key) => cells.text(key) === '')
}

function readDraftPrice(
  cells: Cells,
  otherwise: Currency,
  before: readonly DraftPrice[],
): DraftPrice | null {
  const currency = readCurrency(cells, otherwise)
  if (currency === null) return null
  if (before.some((price) => price.currency === currency))
    return cells.refuse('sku', `This SKU has a price in ${currency} already, further up`)
  const amountMinor = readPrice(cells, currency)
  if (amountMinor === null) return null
  return { currency, amountMinor, compareAtMinor: readCompareAt(cells, currency, amountMinor) }
}

function readVariant(cells: Cells, sku: string, first: Cells): DraftVariant {
  return {
    line: cells.line,
    sku,
    options: readOptions(cells, first),
    weightGrams: readWeightGrams(cells),
    lengthMm: readMillimetres(cells, 'length'),
    widthMm: readMillimetres(cells, 'width'),
    heightMm: readMillimetres(cells, 'height'),
    hsCode: readHsCode(cells),
    originCountry: readCountry(cells),
    tracked: readTracked(cells),
    backorderable: readYesNo(cells, 'backorderable'),
    quantity: readQuantity(cells),
    prices: [],
    picture: sourceOf(cells.text(pictureKeyOf(cells))) || null,
  }
}

/** Shopify writes names of options in the product's first row only, and `Default Title` where there are none. */
function readOptions(cells: Cells, first: Cells): readonly Attribute[] {
  return ([1, 2, 3] as const).flatMap((number) => {
    const value = readLine(cells, `option${number}_value`, LONGEST.word)
    const own = readLine(cells, `option${number}_name`, LONGEST.word)
    const name = own || plainLine(first.text(`option${number}_name`)) || `Option ${number}`
    const isDefault = name === 'Title' && value === 'Default Title'
    return value === '' || isDefault ? [] : [{ name, value }]
  })
}

/** Shopify names who counts (`shopify`, another app); nobody counts where the cell is empty. */
function readTracked(cells: Cells): boolean | null {
  if (cells.format.name === 'tacet') return readYesNo(cells, 'tracked')
  if (cells.column('tracked') === '') return null
  return cells.text('tracked') !== ''
}

function pictureKeyOf(cells: Cells): Key {
  return cells.format.name === 'tacet' ? 'picture1' : 'variant_picture'
}

/** All pictures of the product in the order of the file, each once. */
function readPictures(
  rows: readonly Cells[],
  name: string,
  variants: readonly DraftVariant[],
): readonly DraftPicture[] {
  const pictures = new Map<string, DraftPicture>()
  for (const cells of rows) {
    for (const key of cells.format.columns) {
      if (key === null || !(key === 'variant_picture' || /^picture\d$/.test(key))) continue
      const source = sourceOf(cells.text(key))
      if (source === '' || pictures.has(source)) continue
      const of = variants.find(({ picture }) => picture === source)
      const shown = [name, ...(of?.options ?? []).map(({ value }) => value)].filter(Boolean)
      const written = key === 'picture1' ? plainLine(cells.text('alt')) : ''
      const alt = (written || shown.join(', ')).slice(0, LONGEST.value).toWellFormed()
      pictures.set(source, { line: cells.line, column: cells.column(key), source, alt })
    }
  }
  return [...pictures.values()]
}

/** The file name at the end of an address or a path, without what may follow a question mark. */
function sourceOf(address: string): string {
  const last =
    address
      .replace(/[?#].*$/, '')
      .split(/[/\\]/)
      .at(-1) ?? ''
  try {
    return plainLine(decodeURIComponent(last)).replaceAll(/[/\\]/g, '')
  } catch {
    return plainLine(last)
  }
}
