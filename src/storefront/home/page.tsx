/**
 * The first page: a welcome, the categories, some products, one sentence on privacy.
 */

import { page } from '../../web/layout.tsx'
import { Shelf } from '../card.tsx'
import { CategoryTiles } from '../category/tiles.tsx'
import type { Shelves } from '../shelves.ts'

const SELECTION = 12

export function homePage({ frame, catalogue }: Shelves): string {
  const { home } = frame.words.shelves
  const products = catalogue.products()
  return page(
    frame,
    { title: home.title(frame.shop.name), description: home.lead, path: '/' },
    <>
      <h1>{home.title(frame.shop.name)}</h1>
      <p>{home.lead}</p>
      {products.length === 0 && <p class="notice">{home.empty}</p>}
      {catalogue.categories().length > 0 && (
        <section aria-labelledby="categories">
          <h2 id="categories">{home.categories}</h2>
          <CategoryTiles words={frame.words} categories={catalogue.categories()} />
        </section>
      )}
      {products.length > 0 && (
        <section aria-labelledby="selection">
          <h2 id="selection">{home.selection}</h2>
          <Shelf frame={frame} catalogue={catalogue} products={spread(products, SELECTION)} />
        </section>
      )}
      <p class="notice">
        {home.privacy} <a href="/privacy">{home.privacyLink}</a>.
      </p>
    </>,
  )
}

/** Some of a list, at even distances, so that every shelf has its turn; the same for everyone. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items
  return Array.from(
    { length: count },
    (_, index) => items[Math.floor((index * items.length) / count)],
  ).filter((item) => item !== undefined)
}
