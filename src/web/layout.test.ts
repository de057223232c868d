/**
 * Rules of the layout.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frameOf } from '../../test/support/web.ts'
import { page } from './layout.tsx'

test('C6: a page loads its own files and nothing from elsewhere', async () => {
  const html = page(await frameOf(), { title: 'A' }, null)
  const loaded = [...html.matchAll(/(?:src|<link[^>]*href)="([^"]*)"/g)].map(([, url]) => url)
  assert.equal(loaded.length, 3)
  for (const url of loaded) assert.match(url ?? '', /^\/assets\/[\w-]+\.(?:css|js|svg)$/)
  assert.doesNotMatch(html, /\bstyle=|\bon\w+=|<script>/)
})

test('a page says that the shop is a demonstration while it is one', async () => {
  const demonstration = page(await frameOf(), { title: 'A' }, null)
  assert.match(demonstration, /This is a demonstration\./)
  const real = page(await frameOf({ demonstration: false }), { title: 'A' }, null)
  assert.doesNotMatch(real, /demonstration/i)
})

test('every page leads to the privacy policy and the imprint, and skips to its content', async () => {
  const html = page(await frameOf(), { title: 'A' }, 'content')
  assert.match(html, /<html lang="en">/)
  assert.match(html, /href="\/privacy"/)
  assert.match(html, /href="\/imprint"/)
  assert.match(html, /<a class="skip" href="#content">/)
  assert.match(html, /<main id="content">content<\/main>/)
})

test('what a merchant named is escaped', async () => {
  const html = page(await frameOf({ name: '<b>&"' }), { title: '</title><script>' }, null)
  assert.doesNotMatch(html, /<b>|<\/title><script>/)
})

test('a page can go on to another place by itself, as a redirect after a form could not', async () => {
  const html = page(
    await frameOf(),
    { title: 'A', goesOnTo: 'https://pay.example/x?a=1&b=2' },
    null,
  )
  assert.match(html, /http-equiv="refresh" content="0; url=https:\/\/pay.example\/x\?a=1&amp;b=2"/)
})
