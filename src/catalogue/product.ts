/**
 * Products, as the pages show them: a product, its variants, its categories, its pictures.
 *
 * No person is in any of it: everything here may lie in memory, in caches and in files.
 *
 * Invariant: a `Product` is active and each of its variants has a price in the store's currency. A product without
 * separate variants has one variant with empty options.
 */

import type { Id } from '../base/ids.ts'
import type { Money } from '../base/money.ts'

/** A name with its value: `Colour`, `White`. */
export type Attribute = { readonly name: string; readonly value: string }

export type Category = {
  readonly id: Id
  readonly slug: string
  readonly name: string
  readonly parent: Category | null
  readonly children: readonly Category[]
  /** How many products it shows, those of its children included. */
  readonly productCount: number
}

/** A picture of our own making in two sizes, under DATA_DIR/pictures. Sizes in pixels are those of the large one. */
export type Picture = {
  readonly id: Id
  /** The large file, 1200 wide at most; named by its content, so that it never changes. */
  readonly file: string
  /** The small file, 400 wide at most. */
  readonly smallFile: string
  readonly width: number
  readonly height: number
  /** What is to be seen, for those who cannot see it. */
  readonly alt: string
}

export type Variant = {
  readonly id: Id
  readonly sku: string
  /** `Matte Black / Large`; empty where a product has one variant without options. */
  readonly title: string
  readonly options: readonly Attribute[]
  readonly price: Money
  /** A former price, always above `price`. */
  readonly compareAt: Money | null
  readonly weightGrams: number | null
  readonly lengthMm: number | null
  readonly widthMm: number | null
  readonly heightMm: number | null
  /** 6 to 13 digits of the Harmonized System or a finer tariff. */
  readonly hsCode: string | null
  /** ISO 3166-1 alpha-2. */
  readonly originCountry: string | null
  readonly picture: Picture | null
  /** Whether its stock is counted. */
  readonly tracked: boolean
  /** Whether it sells when none is left. */
  readonly backorderable: boolean
}

export type Product = {
  readonly id: Id
  readonly slug: string
  readonly name: string
  /** Plain text; an empty line parts paragraphs. */
  readonly description: string
  readonly productType: string
  readonly category: Category | null
  readonly tags: readonly string[]
  readonly attributes: readonly Attribute[]
  /** Names a line of the tax table: `Default`, `Reduced`. */
  readonly taxCategory: string
  readonly metaTitle: string
  readonly metaDescription: string
  readonly pictures: readonly Picture[]
  readonly variants: readonly Variant[]
}

/** A variant with the product it belongs to. */
export type Sellable = { readonly product: Product; readonly variant: Variant }
