/**
 * The words on a PDF of ours: its streams unpacked, and the strings that are drawn in them.
 */

import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'

export function wordsOfPdf(bytes: Buffer): string {
  assert.equal(bytes.subarray(0, 5).toString('latin1'), '%PDF-')
  const text = bytes.toString('latin1')
  const streams = [...text.matchAll(/\/FlateDecode[^>]*>>\s*stream\r?\n([\s\S]*?)\r?\nendstream/g)]
  return streams.map(([, packed = '']) => drawnIn(packed)).join('\n')
}

/** Strings are in hexadecimal, a line's broken in parts by kerning. */
function drawnIn(packed: string): string {
  const commands = inflateSync(Buffer.from(packed, 'latin1')).toString('latin1')
  return [...commands.matchAll(/\[([^\]]*)\] TJ/g)]
    .map(([, parts = '']) =>
      [...parts.matchAll(/<([0-9a-f]+)>/gi)]
        .map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1'))
        .join(''),
    )
    .join('\n')
}
