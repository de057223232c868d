/**
 * What every page is built with: the shop, its words, its files, its categories. Nothing of a person, ever.
 */

import type { Assets } from './assets.ts'
import type { Shop } from './shop.ts'
import type { Words } from './words/en.ts'

export type Frame = {
  readonly shop: Shop
  readonly words: Words
  readonly assets: Assets
  /** The categories of the header, those of today's catalogue. */
  readonly categories: () => readonly { readonly slug: string; readonly name: string }[]
}
