/**
 * `GET /search?q=…`
 *
 * C7: what is searched for is kept nowhere: not in the page cache, not in a log, not in the browser's cache.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { queried } from '../../web/body.ts'
import { type Shelves, sendPage } from '../shelves.ts'
import { searchPage } from './page.tsx'

const LENGTH_LIMIT = 200

export function showSearch(shelves: Shelves) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const text = queried(request, 'q').normalize('NFC').trim().slice(0, LENGTH_LIMIT)
    return sendPage(reply, searchPage(shelves, text))
  }
}
