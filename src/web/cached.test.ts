/**
 * Rules of the page cache.
 */

import assert from 'node:assert/strict'
import { request as ask } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { type Listening, listen } from '../../test/support/web.ts'
import { openPageCache, type PageCache } from './cached.ts'
import { securityHeaders } from './headers.ts'

const BODY = `<!doctype html>${'a quiet page '.repeat(500)}`

let shop: Listening
let pages: PageCache
let version = 1
let rendered = 0

before(async () => {
  shop = await listen((server, { shop }) => {
    pages = openPageCache({
      headers: securityHeaders(shop),
      version: () => version,
      maxPages: 3,
      maxBytes: 4 * BODY.length,
    })
    server.get<{ Params: { name: string } }>('/pages/:name', (request, reply) =>
      pages.send(request, reply, request.params.name, () => {
        rendered += 1
        if (request.params.name === 'broken') throw new Error('No page')
        return BODY
      }),
    )
  })
})
after(() => shop.server.close())
beforeEach(() => {
  version += 1
  rendered = 0
})

/** As `fetch` would, but with the bytes as they came. */
async function get(path: string, headers: Record<string, string> = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    readonly status: number | undefined
    readonly headers: Record<string, unknown>
    readonly body: Buffer
  }>()
  ask(`${shop.url}${path}`, { headers }, async (answer) => {
    const parts: Buffer[] = []
    for await (const part of answer) parts.push(part)
    resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) })
  })
    .on('error', reject)
    .end()
  return promise
}

test('a page is rendered once a version', async () => {
  for (let times = 0; times < 3; times += 1) {
    assert.equal((await get('/pages/a')).body.toString(), BODY)
  }
  assert.equal(rendered, 1)
  version += 1
  await get('/pages/a')
  assert.equal(rendered, 2)
})

test('C7: the answer is the same byte for byte, whoever asks and whatever they sent', async () => {
  const answer = ({ status, headers, body }: Awaited<ReturnType<typeof get>>) => {
    const { date: _, ...others } = headers
    return { status, others, body: body.toString() }
  }
  const plain = answer(await get('/pages/a'))
  const requests = [
    { dnt: '1' },
    { 'sec-gpc': '1' },
    { dnt: '0' },
    { cookie: '__Host-cart=abc; other=1' },
    { 'user-agent': 'Someone/1', 'accept-language': 'fr', referer: 'https://example.org/' },
  ]
  for (const headers of requests) assert.deepEqual(answer(await get('/pages/a', headers)), plain)
  assert.equal(plain.others['set-cookie'], undefined)
})

test('a page carries the security headers and may be stored, but is asked for again', async () => {
  const { headers } = await get('/pages/a')
  assert.equal(headers['cache-control'], 'public, max-age=0, must-revalidate')
  assert.match(String(headers['content-security-policy']), /^default-src 'none'/)
  assert.equal(headers.tk, 'N')
  assert.equal(headers.vary, 'Accept-Encoding')
})

test('who has the page already gets a short 304', async () => {
  const { etag } = (await get('/pages/a')).headers
  const again = await get('/pages/a', { 'if-none-match': `"other", ${etag}` })
  assert.equal(again.status, 304)
  assert.equal(again.body.length, 0)
  assert.equal(again.headers.tk, 'N')
  assert.equal((await get('/pages/a', { 'if-none-match': '"other"' })).status, 200)
})

test('who takes compressed pages gets them once they are made', async () => {
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync }
  for (const coding of ['br', 'gzip'] as const) {
    let answer = await get('/pages/a', { 'accept-encoding': `deflate, ${coding};q=0.9` })
    for (let tries = 0; tries < 200 && !answer.headers['content-encoding']; tries += 1) {
      answer = await get('/pages/a', { 'accept-encoding': coding })
    }
    assert.equal(answer.headers['content-encoding'], coding)
    assert.equal(unpack[coding](answer.body).toString(), BODY)
    assert.ok(answer.body.length < BODY.length / 5)
  }
  const refused = await get('/pages/a', { 'accept-encoding': 'br;q=0, gzip;q=0.000' })
  assert.equal(refused.headers['content-encoding'], undefined)
})

test('a HEAD gets the headers alone', async () => {
  const head = await fetch(`${shop.url}/pages/a`, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), String(BODY.length))
  assert.equal(await head.text(), '')
})

test('no more is held than was allowed', async () => {
  for (let name = 0; name < 20; name += 1) await get(`/pages/${name}`)
  const { pages: count, bytes } = pages.size()
  assert.ok(count <= 3 && bytes <= 4 * BODY.length)
  assert.ok(bytes >= BODY.length)
})

test('a page that cannot be rendered is a problem page, and is not held', async () => {
  assert.equal((await get('/pages/broken')).status, 500)
  assert.equal(pages.size().pages, 0)
})
