/**
 * `GET /products/:slug`
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import type { Shelves } from '../shelves.ts'
import { productPage } from './page.tsx'

type Route = { Params: { readonly slug: string } }

export function showProduct(shelves: Shelves) {
  const { catalogue, pages } = shelves
  return (request: FastifyRequest<Route>, reply: FastifyReply) => {
    const { slug } = request.params
    const product = catalogue.product(slug)
    if (product === undefined) throw new Fault('not_found', 'There is no such product')
    pages.send(request, reply, `/products/${slug}`, () => productPage(shelves, product))
  }
}
