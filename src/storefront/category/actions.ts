/**
 * `GET /categories/:slug?sort=…&page=…`
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { queried } from '../../web/body.ts'
import type { Shelves } from '../shelves.ts'
import { categoryPage } from './page.tsx'
import { pageNumberOf, sortOf } from './sorting.ts'

type Route = { Params: { readonly slug: string } }

export function showCategory(shelves: Shelves) {
  const { catalogue, pages } = shelves
  return (request: FastifyRequest<Route>, reply: FastifyReply) => {
    const { slug } = request.params
    const category = catalogue.category(slug)
    if (category === undefined) throw new Fault('not_found', 'There is no such category')
    const sort = sortOf(queried(request, 'sort'))
    const number = pageNumberOf(queried(request, 'page'), catalogue.productsIn(category).length)
    if (number === undefined) throw new Fault('not_found', 'The category has no such page')
    pages.send(request, reply, `/categories/${slug}?${sort}&${number}`, () =>
      categoryPage(shelves, { category, sort, number }),
    )
  }
}
