/**
 * Prices, as a page shows them.
 */

import { formatMoney, type Money, money } from '../base/money.ts'
import type { Product } from '../catalogue/product.ts'
import type { Frame } from '../web/frame.ts'

type PriceProps = {
  readonly frame: Frame
  readonly price: Money
  readonly compareAt?: Money | null
}

/** A price, with the former one struck through behind it. */
export function Price({ frame: { shop, words }, price, compareAt = null }: PriceProps) {
  return (
    <>
      {formatMoney(price, shop.language)}
      {compareAt !== null && (
        <>
          {' '}
          <s>
            <span class="unseen">{words.shelves.product.formerPrice} </span>
            {formatMoney(compareAt, shop.language)}
          </s>
        </>
      )}
    </>
  )
}

/** `of which VAT €12.80`, `plus VAT €12.80`, or that there is none. */
export function taxWords({ shop, words }: Frame, taxMinor: number, isIncluded: boolean): string {
  const { place } = words.checkout
  if (taxMinor === 0) return place.untaxed
  const tax = formatMoney(money(taxMinor, shop.currency), shop.language)
  return isIncluded ? place.including(tax) : place.plus(tax)
}

/** The price of a product on a shelf: `from …` where its variants differ. */
export function PriceOfProduct({ frame, product }: { frame: Frame; product: Product }) {
  const cheapest = cheapestOf(product)
  if (cheapest === undefined) return null
  const isOne = product.variants.every(
    ({ price }) => price.amountMinor === cheapest.price.amountMinor,
  )
  if (isOne) return <Price frame={frame} price={cheapest.price} compareAt={cheapest.compareAt} />
  const { shop, words } = frame
  return <>{words.shelves.product.from(formatMoney(cheapest.price, shop.language))}</>
}

export function cheapestOf({ variants }: Product) {
  return variants.reduce<(typeof variants)[number] | undefined>(
    (least, variant) =>
      least === undefined || variant.price.amountMinor < least.price.amountMinor ? variant : least,
    undefined,
  )
}
