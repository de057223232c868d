/**
 * Rules of the resources with standard addresses.
 */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { frameOf, type Listening, listen, shop } from '../../test/support/web.ts'
import { loadAssets } from './assets.ts'
import { securityTxt } from './well-known.ts'

let listening: Listening
before(async () => {
  listening = await listen(() => undefined)
})
after(() => listening.server.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${listening.url}${path}`, { headers })

test('C7: Do Not Track is answered: nobody is tracked', async () => {
  for (const path of ['/.well-known/dnt/', '/.well-known/dnt/anything']) {
    for (const dnt of ['1', '0']) {
      const answer = await get(path, { dnt })
      assert.equal(answer.headers.get('content-type'), 'application/tracking-status+json')
      assert.equal(answer.headers.get('set-cookie'), null)
      assert.match(answer.headers.get('cache-control') ?? '', /max-age/)
      assert.deepEqual(await answer.json(), {
        tracking: 'N',
        policy: '/privacy',
        controller: ['/imprint'],
      })
    }
  }
})

test("C7: EFF's Do Not Track policy is there, to the byte, once the merchant promises it", async (t) => {
  const path = '/.well-known/dnt-policy.txt'
  assert.equal((await get(path)).status, 404)
  const promising = await listen(() => undefined, {
    frame: await frameOf({ promisesDntPolicy: true }),
  })
  t.after(() => promising.server.close())
  const answer = await fetch(`${promising.url}${path}`)
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
  const sha1 = createHash('sha1')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex')
  assert.equal(sha1, 'a18e8dba6848d3fc241b03b88291cb75a3cfec3b')
})

test('C7: Global Privacy Control is honoured since the date of the policy', async () => {
  const answer = await get('/.well-known/gpc.json')
  assert.equal(answer.headers.get('content-type'), 'application/json')
  assert.deepEqual(await answer.json(), { gpc: true, lastUpdate: '2026-01-15' })
})

test('security.txt ends within a year, and is the same all day', () => {
  const morning = securityTxt(shop, Temporal.Instant.from('2026-03-01T00:00:00Z'))
  const evening = securityTxt(shop, Temporal.Instant.from('2026-03-01T23:59:59Z'))
  assert.equal(morning, evening)
  assert.match(morning, /^Contact: mailto:shop@example\.org\nExpires: 2026-12-26T00:00:00Z\n/)
  assert.match(morning, /^Canonical: http:\/\/localhost:4100\/\.well-known\/security\.txt$/m)
  assert.match(morning, /^Policy: http:\/\/localhost:4100\/security$/m)
  assert.match(morning, /^Preferred-Languages: en$/m)
})

test('search engines are told what is of no use to them', async () => {
  assert.match(await (await get('/robots.txt')).text(), /^User-agent: \*\nDisallow: \/admin\n/)
})

test('our own files are named by their content, compressed and kept for ever', async () => {
  const { assets } = await frameOf()
  const sheet = await get(assets.url('store.css'), { 'accept-encoding': 'br' })
  assert.equal(sheet.headers.get('content-type'), 'text/css; charset=utf-8')
  assert.match(sheet.headers.get('cache-control') ?? '', /immutable/)
  assert.equal(sheet.headers.get('content-encoding'), 'br')
  assert.match(await sheet.text(), /--accent/)
  assert.equal((await get('/assets/store-000000000000.css')).status, 404)
  assert.equal((await get('/favicon.ico')).headers.get('content-type'), 'image/x-icon')
})

test('the style sheet stays under 16 KB', async () => {
  const assets = await loadAssets(`${import.meta.dirname}/../../public`)
  assert.ok(assets.named('store.css').bytes.length < 16 * 1024)
})
