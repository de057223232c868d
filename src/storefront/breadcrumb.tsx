/**
 * The way from the first page to here.
 */

import type { Category } from '../catalogue/product.ts'
import type { Words } from '../web/words/en.ts'

export function Breadcrumb({ words, category }: { words: Words; category: Category | null }) {
  const { home, breadcrumb } = words.shelves.category
  return (
    <nav class="breadcrumb" aria-label={breadcrumb}>
      <ol>
        <li>
          <a href="/">{home}</a>
        </li>
        {wayTo(category).map(({ slug, name }) => (
          <li key={slug}>
            <a href={`/categories/${slug}`}>{name}</a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function wayTo(category: Category | null): readonly Category[] {
  return category === null ? [] : [...wayTo(category.parent), category]
}
