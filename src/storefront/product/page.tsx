/**
 * A product: its pictures, its price, its versions to choose from, and the way into the cart.
 */

import type { Product } from '../../catalogue/product.ts'
import { TextField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { Breadcrumb } from '../breadcrumb.tsx'
import { isAnyAvailable } from '../card.tsx'
import { LargePicture, SmallPicture } from '../picture.tsx'
import { PriceOfProduct } from '../price.tsx'
import type { Shelves } from '../shelves.ts'
import { Choice } from './choice.tsx'

/** What search engines show of a description. */
const DESCRIPTION_LENGTH = 160

export function productPage(shelves: Shelves, product: Product): string {
  const { frame } = shelves
  const { product: words } = frame.words.shelves
  return page(
    frame,
    {
      title: product.name,
      description: product.metaDescription || product.description.slice(0, DESCRIPTION_LENGTH),
      path: `/products/${product.slug}`,
    },
    <>
      <Breadcrumb words={frame.words} category={product.category} />
      <div class="columns">
        <Pictures frame={frame} product={product} />
        <div>
          <h1>{product.name}</h1>
          <p class="price price-large">
            <PriceOfProduct frame={frame} product={product} />
          </p>
          <p class="quiet small">
            {frame.shop.pricesIncludeTax ? words.includingTax : words.excludingTax}
          </p>
          <AddToCart shelves={shelves} product={product} />
          <section class="prose" aria-labelledby="description">
            <h2 id="description">{words.description}</h2>
            {product.description.split(/\n{2,}/).map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </section>
          <Details frame={frame} product={product} />
        </div>
      </div>
    </>,
  )
}

function Pictures({ frame, product }: { readonly frame: Frame; readonly product: Product }) {
  const { product: words } = frame.words.shelves
  const [first, ...others] = product.pictures
  return (
    <section class="product-pictures" aria-label={words.pictures}>
      <LargePicture picture={first} none={words.noPicture} />
      {others.map((picture) => (
        <SmallPicture key={picture.id} picture={picture} none={words.noPicture} />
      ))}
    </section>
  )
}

function AddToCart({ shelves, product }: { shelves: Shelves; product: Product }) {
  const { frame, catalogue } = shelves
  const { product: words } = frame.words.shelves
  if (!isAnyAvailable(catalogue, product)) return <p class="notice">{words.allSoldOut}</p>
  return (
    <form action="/cart/lines" method="post">
      <Choice shelves={shelves} product={product} />
      <TextField
        words={frame.words}
        name="quantity"
        label={words.quantity}
        inputmode="numeric"
        width="short"
        maxLength={3}
        value="1"
      />
      <div class="actions">
        <button class="button" type="submit">
          {words.addToCart}
        </button>
      </div>
    </form>
  )
}

function Details({ frame, product }: { readonly frame: Frame; readonly product: Product }) {
  const { product: words } = frame.words.shelves
  const [only, ...others] = product.variants
  const isOne = only !== undefined && others.length === 0
  if (product.attributes.length === 0 && !isOne) return null
  return (
    <section aria-labelledby="details">
      <h2 id="details">{words.details}</h2>
      <dl class="facts">
        {product.attributes.map(({ name, value }) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
        {isOne && (
          <>
            <dt>{words.articleNumber}</dt>
            <dd>{only.sku}</dd>
          </>
        )}
      </dl>
    </section>
  )
}
