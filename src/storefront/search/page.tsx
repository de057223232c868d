/**
 * What a search found.
 */

import { page } from '../../web/layout.tsx'
import { Shelf } from '../card.tsx'
import type { Shelves } from '../shelves.ts'

export function searchPage({ frame, catalogue }: Shelves, text: string): string {
  const { search } = frame.words.shelves
  const products = text === '' ? [] : catalogue.search(text)
  const found = products.length > 0 ? search.found(products.length, text) : search.none(text)
  return page(
    frame,
    {
      title: text === '' ? search.title : search.titleFor(text),
      path: '/search',
      searched: text,
      unlisted: true,
    },
    <>
      <h1>{search.title}</h1>
      <p>{text === '' ? search.ask : found}</p>
      {text !== '' && products.length === 0 && <p>{search.advice}</p>}
      {products.length > 0 && <h2 class="unseen">{search.results}</h2>}
      <Shelf frame={frame} catalogue={catalogue} products={products} />
      <p class="quiet small">{search.forgotten}</p>
    </>,
  )
}
