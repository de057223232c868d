/**
 * A document of ours as PDF: tagged, so that it can be read aloud, with one font that it brings along.
 *
 * Invariant: no character is left out in silence: what the font cannot draw (it has Latin, Greek and Cyrillic) stands
 * there as its number, `[U+4E2D]`.
 *
 * pdfkit is loaded with the first document only: a store at rest does without its memory.
 */

import { readFile } from 'node:fs/promises'
import { setImmediate as others } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export type Block =
  | { readonly kind: 'title' | 'heading' | 'subheading' | 'text' | 'code'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [string, string])[] }

export type Written = {
  readonly title: string
  readonly language: string
  readonly blocks: readonly Block[]
  /** A file within the document, for programs. */
  readonly attached?: { readonly name: string; readonly text: string }
}

const FONT = import.meta.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf')
const SIZES = { title: 20, heading: 15, subheading: 11.5, text: 9.5, code: 8 } as const
const TAGS = { title: 'H1', heading: 'H2', subheading: 'H3', text: 'P', code: 'P' } as const
const QUIET = '#555555'
const MARGIN = 56
/** A heading with less room below it begins the next page. */
const ROOM_BELOW = { title: 0, heading: 120, subheading: 80, text: 0, code: 0 } as const
/** Blocks after which other requests have their turn. */
const AT_ONCE = 20
const LETTERS = String.raw`\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u052f\u1e00-\u1f15`
const SIGNS = String.raw`\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2122\u2212`
const UNDRAWN = new RegExp(`[^${LETTERS}${SIGNS}]`, 'gu')

/** Text as the font can draw it. */
export function drawable(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/\r\n?|\t/g, (found) => (found === '\t' ? ' ' : '\n'))
    .replaceAll(UNDRAWN, (letter) => {
      const number = letter.codePointAt(0)?.toString(16).toUpperCase() ?? ''
      return `[U+${number.padStart(4, '0')}]`
    })
}

export async function writtenAsPdf(written: Written): Promise<Buffer> {
  const { title, language, blocks, attached } = written
  const { default: PDFDocument } = await import('pdfkit')
  const document = new PDFDocument({
    ...{ size: 'A4', margin: MARGIN, pdfVersion: '1.7', tagged: true, displayTitle: true },
    ...{ lang: language, info: { Title: title, Producer: 'Tacet', Creator: 'Tacet' } },
    font: '',
  })
  const parts: Buffer[] = []
  document.on('data', (part: Buffer) => parts.push(part))
  const ended = new Promise<void>((resolve) => document.once('end', resolve))
  document.font(await readFile(fileURLToPath(FONT)))
  const root = document.struct('Document')
  document.addStructure(root)
  for (const [index, block] of blocks.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await others()
    for (const element of elementsOf(document, block)) root.add(element)
  }
  root.end()
  if (attached !== undefined) document.file(Buffer.from(attached.text), { name: attached.name })
  document.end()
  await ended
  return Buffer.concat(parts)
}

function elementsOf(
  document: PDFKit.PDFDocument,
  block: Block,
): readonly ReturnType<PDFKit.PDFDocument['struct']>[] {
  if (block.kind !== 'facts') {
    const { kind, text } = block
    const draw = () => {
      if (document.y > document.page.maxY() - ROOM_BELOW[kind]) document.continueOnNewPage()
      document.moveDown(kind === 'text' || kind === 'code' ? 0.3 : 0.8)
      document.fontSize(SIZES[kind]).fillColor('black').text(drawable(text))
    }
    return [document.struct(TAGS[kind], {}, draw)]
  }
  document.fontSize(SIZES.text)
  return block.facts.map(([name, value]) =>
    document.struct('P', {}, () => {
      document.fontSize(SIZES.text).fillColor(QUIET)
      document.text(`${drawable(name)}: `, { continued: true })
      document.fillColor('black').text(drawable(value))
    }),
  )
}
