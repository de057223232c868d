/**
 * The words on a PDF of ours: its streams unpacked, and the strings that are drawn in them.
 */

import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'

export function wordsOfPdf(bytes: Buffer): string {
  assert.equal(bytes.subarray(0, 5).toString('latin1'), '%PDF-')
  const text = bytes.toString('latin1')
  const streams = [...text.matchAll(/\/FlateDecode[^>]*>>\s*stream\r?\n([\s\S]*?)\nendstream/g)]
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

/** The words on a PDF with one embedded font, by the table that says what each of its glyphs means. */
export function embeddedWords(pdf: Buffer): string {
  const text = pdf.toString('latin1')
  const packed = [...text.matchAll(/\/FlateDecode[^>]*>>\s*stream\r?\n([\s\S]*?)\nendstream/g)]
  const streams = packed.map(([, stream = '']) =>
    inflateSync(Buffer.from(stream, 'latin1')).toString('latin1'),
  )
  const table = streams.find((stream) => stream.includes('begincmap')) ?? ''
  const meanings = [...table.matchAll(/> \[(<[^\]]*>)\]/g)]
    .flatMap(([, list = '']) => [...list.matchAll(/<([0-9a-f ]*)>/gi)])
    .map(([, hex = '']) => Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'))
  return streams.map((stream) => glyphsIn(stream, meanings)).join('\n')
}

function glyphsIn(stream: string, meanings: readonly string[]): string {
  return [...stream.matchAll(/\[([^\]]*)\] TJ/g)]
    .map(([, parts = '']) =>
      [...parts.matchAll(/<([0-9a-f]+)>/gi)]
        .flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
        .map((glyph) => meanings[Number.parseInt(glyph, 16)] ?? '')
        .join(''),
    )
    .join('\n')
}
