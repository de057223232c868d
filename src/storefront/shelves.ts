/**
 * What the storefront's pages are handed, and how a page that no person is in goes out.
 */

import type { FastifyReply } from 'fastify'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { PageCache } from '../web/cached.ts'
import type { Frame } from '../web/frame.ts'

export type Shelves = {
  readonly frame: Frame
  readonly catalogue: Catalogue
  readonly pages: PageCache
}

/** Sends a page that is not cached; the server's default keeps it from being stored anywhere. */
export function sendPage(reply: FastifyReply, html: string, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(html)
}
