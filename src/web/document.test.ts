/** Documents: what is written in them can be read again, by eyes and by machines. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddedWords } from '../../test/support/pdf.ts'
import { drawable, writtenAsPdf } from './document.ts'

test('Greek, Polish and combining marks stand as they were typed', async () => {
  const texts = ['Ελευθερία Παπαδοπούλου', 'Zażółć gęślą jaźń', 'Zoe\u0308 e\u0323\u0301', 'Сергій']
  const blocks = texts.map((text) => ({ kind: 'text', text }) as const)
  const words = embeddedWords(await writtenAsPdf({ title: 'Names', language: 'en', blocks }))
  // A mark that is set by itself begins a line of its own in the file.
  const packed = (text: string) => text.normalize('NFC').replaceAll(/\s/g, '')
  for (const text of texts) assert.ok(packed(words).includes(packed(text)), `${text} in ${words}`)
})

test('what the font cannot draw stands as its number, and nothing is lost', () => {
  assert.equal(drawable('李 Li \u202e😀'), '[U+674E] Li [U+202E][U+1F600]')
  assert.equal(drawable('a\tb\r\nc\0'), 'a b\nc[U+0000]')
})

test('a document is tagged, says its language and title, and brings its one font', async () => {
  const blocks = [{ kind: 'title', text: 'Title' }] as const
  const attached = { name: 'receipt.json', text: '{}' }
  const pdf = await writtenAsPdf({ title: 'A title', language: 'en', blocks, attached })
  const text = pdf.toString('latin1')
  for (const part of [/^%PDF-1\.7/, /\/Marked true/, /\/Lang \(en\)/, /\/DisplayDocTitle true/]) {
    assert.match(text, part)
  }
  assert.match(text, /\/S \/H1/)
  assert.match(text, /receipt\.json/)
  assert.match(text, /NotoSans/)
  assert.doesNotMatch(text, /Helvetica/)
})

test('a text longer than a page goes on on the next one', async () => {
  const text = Array.from({ length: 150 }, (_, line) => `line ${line}`).join('\n')
  const blocks = [{ kind: 'facts', facts: [['Name', text]] }] as const
  const pdf = await writtenAsPdf({ title: 'Long', language: 'en', blocks })
  assert.ok([...pdf.toString('latin1').matchAll(/\/Type \/Page\b/g)].length > 1)
  assert.match(embeddedWords(pdf), /line 149/)
})

test('a heading stands with what it is about, never alone at the foot of a page', async () => {
  const pagesOf = async (lines: number) => {
    const text = Array.from({ length: lines }, () => 'line').join('\n')
    const blocks = [
      { kind: 'text', text },
      { kind: 'heading', text: 'Heading' },
    ] as const
    const pdf = await writtenAsPdf({ title: 'Feet', language: 'en', blocks })
    return [...pdf.toString('latin1').matchAll(/\/Type \/Page\b/g)].length
  }
  assert.deepEqual([await pagesOf(35), await pagesOf(50)], [1, 2])
})
