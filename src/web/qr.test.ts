/** Rules of QR codes: what is drawn is what was meant, on light ground whatever the page's colours. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { decodeQR } from 'qr/decode.js'
import { keyUri } from '../credentials/one-time-code.ts'
import { QrCode } from './qr.tsx'

const SCALE = 4

/** The picture of the runs in a path, a byte for each colour. */
function pixels(html: string) {
  const size = Number(/viewBox="0 0 (\d+)/.exec(html)?.[1]) * SCALE
  const data = new Uint8Array(size * size * 4).fill(255)
  for (const [, x, y, length] of html.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let dy = 0; dy < SCALE; dy += 1) {
      const begin = ((Number(y) * SCALE + dy) * size + Number(x) * SCALE) * 4
      for (let at = 0; at < Number(length) * SCALE; at += 1) {
        data.fill(0, begin + at * 4, begin + at * 4 + 3)
      }
    }
  }
  return { width: size, height: size, data }
}

test('a reader finds in the picture what it was made of', () => {
  for (const text of [keyUri(Buffer.alloc(20, 7), 'Quiet & Co'), 'x', 'ß'.repeat(40)]) {
    const html = renderToString(h(QrCode, { text, label: 'Secret' }))
    assert.equal(decodeQR(pixels(html)), text)
    assert.match(html, /<svg [^>]*role="img" aria-label="Secret"><rect [^>]*fill="#fff"/)
    assert.doesNotMatch(html, /style=|href=/)
  }
})
