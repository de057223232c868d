/**
 * What the pages of the cart, the checkout and an order are handed.
 */

import type { FastifyRequest } from 'fastify'
import { countryNamed } from '../base/countries.ts'
import { type Id, isId } from '../base/ids.ts'
import type { Checkout } from '../checkout/place.ts'
import { readCookies } from '../privacy/cookies.ts'
import type { Frame } from '../web/frame.ts'

export type Counter = { readonly frame: Frame; readonly checkout: Checkout }

/** The cart that a browser carries; undefined for a visitor who only looked so far. */
export function cartOf(request: FastifyRequest): Id | undefined {
  const id = readCookies(request.headers.cookie)['__Host-cart']
  return id !== undefined && isId(id) ? id : undefined
}

/** The country that was asked for, or the shop's own. */
export function countryAsked({ frame }: Counter, code: string | undefined): string {
  const country = code === undefined ? undefined : countryNamed(code)
  return country?.code ?? frame.shop.country
}
