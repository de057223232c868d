/**
 * Categories side by side, each with the number of its products.
 */

import type { Category } from '../../catalogue/product.ts'
import type { Words } from '../../web/words/en.ts'

type TilesProps = { readonly words: Words; readonly categories: readonly Category[] }

export function CategoryTiles({ words, categories }: TilesProps) {
  return (
    <ul class="tiles">
      {categories.map(({ slug, name, productCount }) => (
        <li key={slug}>
          <a href={`/categories/${slug}`}>
            {name} <span>{words.shelves.category.products(productCount)}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
