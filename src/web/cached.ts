/**
 * Pages that no person is in, rendered once and then served as bytes.
 *
 * C7: such a page is the same for everyone. It is rendered for the catalogue's version, sent without looking at who
 * asks, and has no place for a cookie: its headers are fixed before any request is seen.
 *
 * Invariant: at most `maxPages` pages and `maxBytes` bytes are held, and none of an older version.
 */

import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { accepts, type Coding } from './encoding.ts'
import { type Headers, REVALIDATE } from './headers.ts'

export interface PageCache {
  /**
   * Answers with the page of that key, rendered now if it is not held. The key must name everything that the page
   * depends on besides the version. What `render` throws goes to the caller, with nothing sent.
   */
  send(request: FastifyRequest, reply: FastifyReply, key: string, render: () => string): void
  /** What is held. */
  size(): { readonly pages: number; readonly bytes: number }
}

export type PageCacheOptions = {
  readonly headers: Headers
  /** Told apart from the last one by value alone; a change empties the cache. */
  readonly version: () => number
  readonly maxPages?: number
  readonly maxBytes?: number
}

/** A page as it goes out: header names and values in turn, and the body. */
type Form = { readonly headers: string[]; readonly body: Buffer }
type Page = {
  readonly etag: string
  readonly plain: Form
  readonly notModified: string[]
  /** Made when first asked for, off the request's path. */
  readonly packed: Map<Coding, Form | 'being made'>
}

/** Below this, compression saves nothing. */
const WORTH_PACKING_BYTES = 1024
const pack = { br: promisify(brotliCompress), gzip: promisify(gzip) }

export function openPageCache(options: PageCacheOptions): PageCache {
  const { headers, version, maxPages = 2000, maxBytes = 32 * 1024 * 1024 } = options
  const pages = new Map<string, Page>()
  let bytes = 0
  let held = version()

  function pageOf(key: string, render: () => string): Page {
    const now = version()
    if (now !== held) {
      pages.clear()
      bytes = 0
      held = now
    }
    const known = pages.get(key)
    if (known !== undefined) return known
    const page = makePage(headers, Buffer.from(render()))
    pages.set(key, page)
    bytes += page.plain.body.length
    makeRoom()
    return page
  }

  /** The oldest go first. */
  function makeRoom(): void {
    for (const [key, page] of pages) {
      if (pages.size <= maxPages && bytes <= maxBytes) return
      pages.delete(key)
      bytes -= bytesOf(page)
    }
  }

  function formOf(page: Page, key: string, accepted: string | string[] | undefined): Form {
    if (page.plain.body.length < WORTH_PACKING_BYTES) return page.plain
    const coding = accepts(accepted, 'br') ? 'br' : accepts(accepted, 'gzip') ? 'gzip' : null
    if (coding === null) return page.plain
    const packed = page.packed.get(coding)
    if (packed === undefined) void packLater(page, key, coding)
    return typeof packed === 'object' ? packed : page.plain
  }

  async function packLater(page: Page, key: string, coding: Coding): Promise<void> {
    page.packed.set(coding, 'being made')
    const body = await pack[coding](page.plain.body)
    const form = { headers: headersOf(headers, page.etag, body.length, coding), body }
    page.packed.set(coding, form)
    if (pages.get(key) !== page) return
    bytes += body.length
    makeRoom()
  }

  return {
    send(request, reply, key, render) {
      const page = pageOf(key, render)
      const { 'if-none-match': known, 'accept-encoding': accepted } = request.headers
      reply.hijack()
      if (known?.includes(page.etag) === true) {
        reply.raw.writeHead(304, page.notModified).end()
        return
      }
      const { headers: fields, body } = formOf(page, key, accepted)
      reply.raw.writeHead(200, fields).end(body)
    },
    size: () => ({ pages: pages.size, bytes }),
  }
}

function makePage(headers: Headers, body: Buffer): Page {
  // Weak (RFC 9110, section 8.8.1): the same tag stands for the page and its compressed forms.
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  return {
    etag,
    plain: { headers: headersOf(headers, etag, body.length, null), body },
    notModified: Object.entries({ ...headers, ...storable(etag) }).flat(),
    packed: new Map(),
  }
}

function headersOf(
  headers: Headers,
  etag: string,
  length: number,
  coding: Coding | null,
): string[] {
  return Object.entries({
    ...headers,
    ...storable(etag),
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(length),
    ...(coding === null ? {} : { 'content-encoding': coding }),
  }).flat()
}

function storable(etag: string): Headers {
  return { 'cache-control': REVALIDATE, vary: 'Accept-Encoding', etag }
}

function bytesOf({ plain, packed }: Page): number {
  const forms = [...packed.values()].filter((form) => typeof form === 'object')
  return forms.reduce((bytes, { body }) => bytes + body.length, plain.body.length)
}
