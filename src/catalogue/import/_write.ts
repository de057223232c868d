/**
 * Writes a batch of drafts: only what is new or differs, all or nothing.
 *
 * Invariant: a second import of the same file writes nothing. A SKU stays with the product that first had it. Stock of
 * a SKU that is known stays as sales have left it, unless the merchant asks for the file's.
 */

import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../base/clock.ts'
import { sql, type Transaction } from '../../base/database.ts'
import { check } from '../../base/failure.ts'
import { type Id, newId } from '../../base/ids.ts'
import { ensureCategories, keyOfPath } from './_categories.ts'
import {
  type Known,
  type KnownPicture,
  type KnownPrice,
  type KnownProduct,
  type KnownVariant,
  readKnown,
} from './_known.ts'
import {
  removePictures,
  savePictures,
  savePrices,
  saveProducts,
  saveStock,
  saveVariants,
} from './_save.ts'
import type { Details, Draft, DraftVariant } from './draft.ts'
import type { MadePicture } from './pictures.ts'
import type { Problems } from './problem.ts'

export type Tally = { created: number; changed: number; unchanged: number }

export type Tallies = {
  readonly products: Tally
  readonly variants: Tally
  readonly prices: Tally
  readonly pictures: Tally
  readonly stock: Tally
}

/** Pictures by the file name of their source; those that could not be made are not in it. */
export type Made = ReadonlyMap<string, MadePicture>

export type Writing = {
  readonly clock: Clock
  /** Whether stock of known SKUs is set to the file's. */
  readonly setStock: boolean
  readonly problems: Problems
  readonly tallies: Tallies
}

/** One import at a time writes, so that what was read as known stays true until it commits. */
const IMPORT_LOCK = 7_465_220

export async function writeBatch(
  tx: Transaction,
  drafts: readonly Draft[],
  made: Made,
  writing: Writing,
): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(${IMPORT_LOCK})`)
  const slugs = drafts.map(({ slug }) => slug)
  const skus = drafts.flatMap(({ variants }) => variants.map(({ sku }) => sku))
  const known = await readKnown(tx, slugs, skus)
  const accepted = drafts.flatMap((draft) => accept(draft, known, writing.problems))
  const before = written(writing.tallies)
  await writeProducts(tx, accepted, known, writing)
  await writePictures(tx, accepted, known, made, writing)
  await writeVariants(tx, accepted, known, made, writing)
  await writePrices(tx, accepted, known, writing)
  await writeStock(tx, accepted, known, writing)
  if (written(writing.tallies) > before) await tx.run(sql`select pg_notify('catalogue', '')`)
}

export function newTallies(): Tallies {
  const tally = () => ({ created: 0, changed: 0, unchanged: 0 })
  return {
    products: tally(),
    variants: tally(),
    prices: tally(),
    pictures: tally(),
    stock: tally(),
  }
}

function written(tallies: Tallies): number {
  return Object.values(tallies).reduce((sum, { created, changed }) => sum + created + changed, 0)
}

/** Takes away the variants whose SKU belongs to another product, and drafts that have no product at all. */
function accept(draft: Draft, known: Known, problems: Problems): readonly Draft[] {
  const product = known.products.get(draft.slug)
  const refuse = (line: number, column: string, reason: string) =>
    problems.add({ line, column, reason, kind: 'refused' })
  if (draft.details === null && product === undefined) {
    const reason = `No row above names the product "${draft.slug}"`
    for (const { line } of draft.variants) refuse(line, draft.slugColumn, reason)
    return []
  }
  const variants = draft.variants.filter(({ line, sku }) => {
    const owner = known.variants.get(sku)
    if (owner === undefined || owner.productId === product?.id) return true
    refuse(line, draft.skuColumn, `The SKU "${sku}" belongs to another product`)
    return false
  })
  const isEmpty = product === undefined && variants.length === 0
  return isEmpty ? [] : [{ ...draft, variants }]
}

async function writeProducts(
  tx: Transaction,
  drafts: readonly Draft[],
  known: Known,
  { clock, tallies }: Writing,
): Promise<void> {
  const paths = drafts.flatMap(({ details }) => (details === null ? [] : [details.category]))
  const categories = await ensureCategories(tx, clock, paths)
  const rows: KnownProduct[] = []
  for (const { slug, details } of drafts) {
    if (details === null) continue
    const old = known.products.get(slug)
    const category = categories.get(keyOfPath(details.category)) ?? null
    const row = mergeProduct(old, slug, details, category, old?.id ?? newId(clock()))
    if (note(tallies.products, old, row)) rows.push(row)
    known.products.set(slug, row)
  }
  if (rows.length > 0) await saveProducts(tx, clock(), rows)
}

/** What an empty cell leaves as it was. */
function mergeProduct(
  old: KnownProduct | undefined,
  slug: string,
  details: Details,
  categoryId: Id | null,
  id: Id,
): KnownProduct {
  const kept = <T extends { readonly length: number }>(next: T, before: T | undefined) =>
    next.length > 0 || before === undefined ? next : before
  return {
    id,
    slug,
    name: details.name,
    description: kept(details.description, old?.description),
    status: details.status ?? old?.status ?? 'active',
    taxCategory: details.taxCategory || old?.taxCategory || 'Default',
    productType: kept(details.productType, old?.productType),
    categoryId: categoryId ?? old?.categoryId ?? null,
    tags: kept(details.tags, old?.tags),
    attributes: kept(details.attributes, old?.attributes),
    metaTitle: kept(details.metaTitle, old?.metaTitle),
    metaDescription: kept(details.metaDescription, old?.metaDescription),
  }
}

/** A product's pictures become those of the file once all of them are there; till then they are only added to. */
async function writePictures(
  tx: Transaction,
  drafts: readonly Draft[],
  known: Known,
  made: Made,
  { clock, tallies }: Writing,
): Promise<void> {
  const rows: KnownPicture[] = []
  const gone: Id[] = []
  for (const { slug, details, pictures } of drafts) {
    const productId = productIdOf(known, slug)
    const old = known.pictures.get(productId) ?? []
    const next = new Map<string, KnownPicture>()
    for (const { source, alt } of pictures) {
      const picture = made.get(source)
      if (picture === undefined || next.has(picture.file)) continue
      const before = old.find(({ file }) => file === picture.file)
      const position = details === null ? (before?.position ?? old.length) : 0
      const id = before?.id ?? newId(clock())
      const row = { ...picture, id, productId, alt, position: position + next.size }
      next.set(picture.file, row)
      if (note(tallies.pictures, before, row)) rows.push(row)
    }
    const isWhole = details !== null && pictures.every(({ source }) => made.has(source))
    const left = old.filter(({ file }) => !next.has(file))
    if (isWhole && next.size > 0) gone.push(...left.map(({ id }) => id))
    known.pictures.set(productId, [...next.values(), ...left])
  }
  if (gone.length > 0) await removePictures(tx, gone)
  if (rows.length > 0) await savePictures(tx, rows)
}

async function writeVariants(
  tx: Transaction,
  drafts: readonly Draft[],
  known: Known,
  made: Made,
  { clock, tallies }: Writing,
): Promise<void> {
  const rows: KnownVariant[] = []
  for (const { slug, details, variants } of drafts) {
    const productId = productIdOf(known, slug)
    const added = details === null ? (known.variantCounts.get(productId) ?? 0) : 0
    variants.forEach((variant, at) => {
      const old = known.variants.get(variant.sku)
      const file = variant.picture === null ? undefined : made.get(variant.picture)?.file
      const picture = known.pictures.get(productId)?.find((one) => one.file === file)
      const position = details === null && old !== undefined ? old.position : added + at
      const id = old?.id ?? newId(clock())
      const place = { id, productId, position, pictureId: picture?.id ?? old?.pictureId ?? null }
      const row = mergeVariant(old, variant, place)
      if (note(tallies.variants, old, row, details === null)) rows.push(row)
      known.variants.set(variant.sku, row)
    })
  }
  if (rows.length > 0) await saveVariants(tx, rows)
}

function mergeVariant(
  old: KnownVariant | undefined,
  next: DraftVariant,
  place: Pick<KnownVariant, 'id' | 'productId' | 'position' | 'pictureId'>,
): KnownVariant {
  return {
    ...place,
    sku: next.sku,
    options: next.options.length > 0 ? next.options : (old?.options ?? []),
    weightGrams: next.weightGrams ?? old?.weightGrams ?? null,
    lengthMm: next.lengthMm ?? old?.lengthMm ?? null,
    widthMm: next.widthMm ?? old?.widthMm ?? null,
    heightMm: next.heightMm ?? old?.heightMm ?? null,
    hsCode: next.hsCode ?? old?.hsCode ?? null,
    originCountry: next.originCountry ?? old?.originCountry ?? null,
    tracked: next.tracked ?? old?.tracked ?? true,
    backorderable: next.backorderable ?? old?.backorderable ?? false,
  }
}

async function writePrices(
  tx: Transaction,
  drafts: readonly Draft[],
  known: Known,
  { tallies }: Writing,
): Promise<void> {
  const rows: KnownPrice[] = []
  for (const { sku, prices } of drafts.flatMap(({ variants }) => variants)) {
    const variantId = variantIdOf(known, sku)
    for (const price of prices) {
      const row = { variantId, ...price }
      if (note(tallies.prices, known.prices.get(`${variantId} ${price.currency}`), row))
        rows.push(row)
    }
  }
  if (rows.length > 0) await savePrices(tx, rows)
}

async function writeStock(
  tx: Transaction,
  drafts: readonly Draft[],
  known: Known,
  { setStock, tallies }: Writing,
): Promise<void> {
  const rows: { readonly variantId: Id; readonly available: number }[] = []
  for (const { details, variants } of drafts) {
    for (const { sku, quantity } of variants) {
      const variantId = variantIdOf(known, sku)
      const old = known.available.get(variantId)
      const isKept = old !== undefined && (!setStock || quantity === null)
      const available = isKept ? old : (quantity ?? 0)
      if (note(tallies.stock, old, available, details === null)) rows.push({ variantId, available })
    }
  }
  if (rows.length > 0) await saveStock(tx, rows)
}

/**
 * Counts a row; whether it must be written. Rows that only add to what stands further up (a second currency) may repeat
 * what is known, and are not counted again for it.
 */
function note<Row>(tally: Tally, old: Row | undefined, next: Row, isAddition = false): boolean {
  const isSame = isDeepStrictEqual(old, next)
  if (old === undefined) tally.created += 1
  else if (!isSame) tally.changed += 1
  else if (!isAddition) tally.unchanged += 1
  return !isSame
}

function productIdOf(known: Known, slug: string): Id {
  const product = known.products.get(slug)
  check(product !== undefined, 'A draft must have its product before its variants')
  return product.id
}

function variantIdOf(known: Known, sku: string): Id {
  const variant = known.variants.get(sku)
  check(variant !== undefined, 'A variant must be there before its prices')
  return variant.id
}
