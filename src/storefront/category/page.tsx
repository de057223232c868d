/**
 * A category: those below it, and its products, 24 a page.
 */

import type { Category } from '../../catalogue/product.ts'
import { page } from '../../web/layout.tsx'
import type { Words } from '../../web/words/en.ts'
import { Breadcrumb } from '../breadcrumb.tsx'
import { Shelf } from '../card.tsx'
import type { Shelves } from '../shelves.ts'
import { lastPageOf, PAGE_SIZE, SORTS, type Sort, sorted } from './sorting.ts'
import { CategoryTiles } from './tiles.tsx'

export type Asked = { readonly category: Category; readonly sort: Sort; readonly number: number }

export function categoryPage({ frame, catalogue }: Shelves, asked: Asked): string {
  const { category, sort, number } = asked
  const { words, shop } = frame
  const text = words.shelves.category
  const all = catalogue.productsIn(category)
  const products = sorted(all, sort, shop.language).slice(
    (number - 1) * PAGE_SIZE,
    number * PAGE_SIZE,
  )
  const path = `/categories/${category.slug}`
  return page(
    frame,
    { title: number === 1 ? category.name : text.pageTitle(category.name, number), path },
    <>
      <Breadcrumb words={words} category={category.parent} />
      <h1>{category.name}</h1>
      {category.children.length > 0 && (
        <nav aria-label={text.within}>
          <CategoryTiles words={words} categories={category.children} />
        </nav>
      )}
      <div class="bar">
        <p class="quiet">{text.products(all.length)}</p>
        {all.length > 1 && <SortForm words={words} path={path} sort={sort} />}
      </div>
      <h2 class="unseen">{text.shelf}</h2>
      {all.length === 0 && <p>{text.empty}</p>}
      <Shelf frame={frame} catalogue={catalogue} products={products} />
      <Pages words={words} path={path} asked={asked} last={lastPageOf(all.length)} />
    </>,
  )
}

type SortProps = { readonly words: Words; readonly path: string; readonly sort: Sort }

function SortForm({ words, path, sort }: SortProps) {
  const { sortBy, sorts, sortButton } = words.shelves.category
  return (
    <form class="sort" action={path} method="get">
      <label for="sort">{sortBy}</label>
      <select id="sort" name="sort">
        {SORTS.map((name) => (
          <option key={name} value={name} selected={name === sort}>
            {sorts[name]}
          </option>
        ))}
      </select>
      <button class="button-quiet" type="submit">
        {sortButton}
      </button>
    </form>
  )
}

type PagesProps = {
  readonly words: Words
  readonly path: string
  readonly asked: Asked
  readonly last: number
}

function Pages({ words, path, asked: { number, sort }, last }: PagesProps) {
  const { pages, page, previous, next } = words.shelves.category
  if (last === 1) return null
  const to = (page: number) => `${path}?${sort === 'shelf' ? '' : `sort=${sort}&`}page=${page}`
  return (
    <nav class="pages" aria-label={pages}>
      {number > 1 && (
        <a class="button-quiet" rel="prev" href={to(number - 1)}>
          {previous}
        </a>
      )}
      <span>{page(number, last)}</span>
      {number < last && (
        <a class="button-quiet" rel="next" href={to(number + 1)}>
          {next}
        </a>
      )}
    </nav>
  )
}
