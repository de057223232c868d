/**
 * The order of a category's products, and the page of them that is asked for.
 */

import type { Product } from '../../catalogue/product.ts'
import { cheapestOf } from '../price.tsx'

export const SORTS = ['shelf', 'name', 'price', 'price-down'] as const
export type Sort = (typeof SORTS)[number]

export const PAGE_SIZE = 24

/** What a query asks for; anything unknown is the shop's own order. */
export function sortOf(asked: string): Sort {
  return SORTS.find((sort) => sort === asked) ?? 'shelf'
}

export function sorted(products: readonly Product[], sort: Sort, language: string) {
  switch (sort) {
    case 'shelf':
      return products
    case 'name':
      return products.toSorted((a, b) => a.name.localeCompare(b.name, language))
    case 'price':
      return products.toSorted((a, b) => priceOf(a) - priceOf(b))
    case 'price-down':
      return products.toSorted((a, b) => priceOf(b) - priceOf(a))
  }
}

/** The number of the page that a query asks for; undefined when there is no such page. */
export function pageNumberOf(asked: string, count: number): number | undefined {
  if (asked === '') return 1
  const number = /^[1-9]\d{0,4}$/.test(asked) ? Number(asked) : 0
  return number >= 1 && number <= lastPageOf(count) ? number : undefined
}

export function lastPageOf(count: number): number {
  return Math.max(1, Math.ceil(count / PAGE_SIZE))
}

function priceOf(product: Product): number {
  return cheapestOf(product)?.price.amountMinor ?? 0
}
