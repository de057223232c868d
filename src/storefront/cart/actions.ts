/**
 * `GET /cart`, `POST /cart/lines`, `POST /cart/lines/:variant`
 *
 * The first article makes the cart, and with it the first cookie that a visitor gets.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { isId } from '../../base/ids.ts'
import { addToCart, cartLines, MOST_OF_ONE, setQuantity } from '../../cart/cart.ts'
import { summarise } from '../../checkout/summary.ts'
import { queried, submitted } from '../../web/body.ts'
import { giveCookie } from '../../web/cookies.ts'
import { type Counter, cartOf, countryAsked } from '../counter.ts'
import { sendPage } from '../shelves.ts'
import { cartPage } from './page.tsx'

type Line = { Params: { readonly variant: string } }

export function showCart(counter: Counter) {
  const { pricing, payments } = counter.checkout
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const cartId = cartOf(request)
    const country = countryAsked(counter, queried(request, 'country'))
    const lines = cartId === undefined ? [] : await cartLines(payments.gateway.database, cartId)
    return sendPage(reply, cartPage(counter, summarise(pricing, lines, country), lines.length))
  }
}

export function addLine(counter: Counter) {
  const { pricing, payments } = counter.checkout
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const form = submitted(request)
    const variantId = form.variant ?? ''
    if (pricing.catalogue.variant(variantId) === undefined) {
      throw new Fault('not_found', 'This article is not sold here', {
        remedy: 'Go back to the product and choose a version',
      })
    }
    const quantity = readQuantity(form.quantity ?? '1', 1)
    const at = pricing.clock()
    const known = cartOf(request)
    const cartId = await addToCart(payments.gateway.database, known, { variantId, quantity }, at)
    giveCookie(reply, '__Host-cart', cartId)
    return reply.redirect('/cart', 303)
  }
}

export function changeLine(counter: Counter) {
  const { pricing, payments } = counter.checkout
  return async (request: FastifyRequest<Line>, reply: FastifyReply) => {
    const cartId = cartOf(request)
    const { variant } = request.params
    if (cartId !== undefined && isId(variant)) {
      const quantity = readQuantity(submitted(request).quantity ?? '', 0)
      const line = { variantId: variant, quantity }
      await setQuantity(payments.gateway.database, cartId, line, pricing.clock())
    }
    const country = countryAsked(counter, submitted(request).country)
    return reply.redirect(`/cart?country=${country}`, 303)
  }
}

function readQuantity(typed: string, least: number): number {
  const quantity = /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : Number.NaN
  if (quantity >= least) return Math.min(quantity, MOST_OF_ONE)
  throw new Fault('invalid', 'The quantity must be a whole number', {
    remedy: `Go back and enter a number from ${least} to ${MOST_OF_ONE}`,
  })
}
