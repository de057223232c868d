/**
 * Rules of the pages that no person is in.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openShelves, row } from '../../test/support/shelves.ts'

const LAMPS = Array.from({ length: 30 }, (_, index) => {
  const number = String(index + 1).padStart(2, '0')
  return row(`lamp-${number}`, `${100 - index}.50`)
})

const CHAIR = [
  'chair,,Chair,,,EUR,active,"First part.\n\nSecond & part.",Chair,Seats -> Chairs,,,,,',
  'chair,CHAIR-RED,,40.00,50.00,EUR,,,,,Colour,Red,3,FALSE,TRUE',
  'chair,CHAIR-BLUE,,45.00,,EUR,,,,,Colour,Blue,0,FALSE,TRUE',
]

const shop = await openShelves({ after }, [
  ...LAMPS,
  ...CHAIR,
  row('gone', '5.00', 'Seats -> Stools', 0),
])

const slugs = (html: string) =>
  [...html.matchAll(/<h3><a href="\/products\/([\w-]+)"/g)].map(([, slug]) => slug)

test('the first page shows the categories, some products, and one sentence on privacy', async () => {
  const { status, html } = await shop.read('/')
  assert.equal(status, 200)
  assert.match(html, /<h1>Welcome to Quiet Shop<\/h1>/)
  assert.match(html, /href="\/categories\/lamps"[^>]*>Lamps <span>30 products/)
  assert.equal(slugs(html).length, 12)
  assert.match(html, /goes no further\. <a href="\/privacy">/)
})

test('a category shows 24 products a page', async () => {
  const first = await shop.read('/categories/lamps')
  const second = await shop.read('/categories/lamps?page=2')
  assert.equal(slugs(first.html).length, 24)
  assert.equal(slugs(second.html).length, 6)
  assert.match(first.html, /rel="next" href="\/categories\/lamps\?page=2"/)
  assert.match(second.html, /<title>Lamps, page 2 – /)
  assert.equal((await shop.read('/categories/lamps?page=1')).html, first.html)
})

test('a page that a category does not have is not found', async () => {
  for (const page of ['3', '0', '-1', 'x', '1e1', '99999999999']) {
    assert.equal((await shop.read(`/categories/lamps?page=${page}`)).status, 404, page)
  }
  assert.equal((await shop.read('/categories/none')).status, 404)
})

test('a category can be sorted, on all of its pages', async () => {
  const { html } = await shop.read('/categories/lamps?sort=price&page=2')
  assert.deepEqual(slugs(html).slice(-1), ['lamp-01'])
  assert.match(html, /href="\/categories\/lamps\?sort=price&amp;page=1"/)
  const shelf = await shop.read('/categories/lamps')
  const unknown = await shop.read('/categories/lamps?sort=nonsense')
  assert.deepEqual(slugs(unknown.html), slugs(shelf.html))
})

test('a category shows those below it, and a product the way to it', async () => {
  const { html } = await shop.read('/categories/seats')
  assert.match(html, />Chairs <span>1 product</)
  const product = await shop.read('/products/chair')
  assert.match(product.html, /aria-label="You are here".*Home.*Seats.*Chairs/)
})

test('a product shows each version with its price, and whether it can be had', async () => {
  const { html } = await shop.read('/products/chair')
  assert.match(html, /<h1>Chair<\/h1>/)
  assert.match(html, /from €40\.00/)
  assert.match(html, /incl\. VAT, plus shipping/)
  assert.match(html, /<form action="\/cart\/lines" method="post">/)
  assert.match(html, /name="variant"[^>]* checked[^>]*>.*?Red.*?€40\.00.*?€50\.00.*?In stock/)
  assert.match(html, /name="variant"[^>]* disabled[^>]*>.*?Blue.*?€45\.00.*?Sold out/)
  assert.match(html, /name="quantity"/)
  assert.match(html, /<p>First part\.<\/p><p>Second &amp; part\.<\/p>/)
})

test('a product that is sold out cannot be put into the cart', async () => {
  const { html } = await shop.read('/products/gone')
  assert.match(html, /sold out at present/)
  assert.doesNotMatch(html, /cart\/lines/)
  assert.match((await shop.read('/categories/seats')).html, /Sold out/)
})

test('a product of one version has nothing to choose', async () => {
  const { html } = await shop.read('/products/lamp-01')
  assert.match(html, /<input type="hidden" name="variant" value="[\w-]{36}"/)
  assert.match(html, /<dd>SKU-lamp-01<\/dd>/)
})

test('a search finds products, and says so when it finds none', async () => {
  const { html } = await shop.read('/search?q=chair')
  assert.deepEqual(slugs(html), ['chair'])
  assert.match(html, /1 product for “chair”/)
  assert.match((await shop.read('/search?q=zebra')).html, /Nothing was found for “zebra”/)
  assert.match((await shop.read('/search')).html, /Type what you are looking for/)
  assert.doesNotMatch((await shop.read('/search?q=%3Cscript%3E')).html, /<script>/)
})

test('C7: what is searched for is neither cached nor logged', async () => {
  const before = shop.pages.size()
  const answer = await fetch(`${shop.url}/search?q=canary`)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.deepEqual(shop.pages.size(), before)
  assert.doesNotMatch(JSON.stringify(shop.logged), /canary/)
})

test('C1: a visitor who only looks gets no cookie', async () => {
  const paths = [
    '/',
    '/categories/lamps',
    '/products/chair',
    '/search?q=a',
    '/imprint',
    '/security',
  ]
  for (const path of [...paths, '/nowhere', '/robots.txt']) {
    const { headers } = await fetch(`${shop.url}${path}`)
    assert.deepEqual(headers.getSetCookie(), [], path)
  }
})

test('the imprint says who runs the shop, and where letters and calls reach them', async () => {
  const { html } = await shop.read('/imprint')
  assert.match(html, /Ruhige Gasse 3<br\/>10115 Berlin<br\/>Germany/)
  assert.match(html, /\+49 30 000000/)
})

test('C7: a page is the same whatever DNT and Sec-GPC say', async () => {
  for (const path of ['/', '/products/chair', '/search?q=chair']) {
    const { html } = await shop.read(path)
    for (const headers of [{ dnt: '1' }, { 'sec-gpc': '1' }]) {
      assert.equal(await (await fetch(`${shop.url}${path}`, { headers })).text(), html)
    }
  }
})

test('a page shows that stock has gone as soon as the catalogue knows', async () => {
  assert.match((await shop.read('/products/lamp-30')).html, /cart\/lines/)
  const changed = Promise.withResolvers<void>()
  shop.catalogue.onChange(() => changed.resolve())
  await shop.database.script(`
    update stock set available = 0 where variant_id = (select id from variant where sku = 'SKU-lamp-30');
    select pg_notify('stock', id::text) from variant where sku = 'SKU-lamp-30'`)
  await changed.promise
  assert.match((await shop.read('/products/lamp-30')).html, /sold out at present/)
})
