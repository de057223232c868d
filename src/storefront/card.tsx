/**
 * A shelf: products side by side, each a card that leads to its page.
 */

import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Product } from '../catalogue/product.ts'
import type { Frame } from '../web/frame.ts'
import { SmallPicture } from './picture.tsx'
import { PriceOfProduct } from './price.tsx'

type ShelfProps = {
  readonly frame: Frame
  readonly catalogue: Catalogue
  readonly products: readonly Product[]
}

/** How many pictures are on the first screen, and so are not put off. */
const FIRST_SCREEN = 4

export function Shelf({ frame, catalogue, products }: ShelfProps) {
  const { product: words } = frame.words.shelves
  return (
    <ul class="shelf">
      {products.map((product, index) => (
        <li key={product.slug}>
          <SmallPicture
            picture={product.pictures[0]}
            none={words.noPicture}
            decorative
            lazy={index >= FIRST_SCREEN}
          />
          <h3>
            <a href={`/products/${product.slug}`}>{product.name}</a>
          </h3>
          <p class="price">
            <PriceOfProduct frame={frame} product={product} />
          </p>
          {!isAnyAvailable(catalogue, product) && <p class="quiet small">{words.soldOut}</p>}
        </li>
      ))}
    </ul>
  )
}

export function isAnyAvailable(catalogue: Catalogue, { variants }: Product): boolean {
  return variants.some(({ id }) => catalogue.isAvailable(id))
}
