/** Signed notes and checkpoints: the standard's example, published vectors, and that nothing else is let through. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  checkpointText,
  openNote,
  openNoteAside,
  parseCheckpoint,
  parseKey,
  signerOf,
  signNote,
} from './note.ts'

type Vectors = {
  readonly example: Readonly<Record<'key' | 'note' | 'text', string>>
  readonly checkpoint: Readonly<Record<'name' | 'seed' | 'key' | 'root' | 'note', string>> & {
    readonly size: number
  }
}

const file = new URL('../../test/vectors/checkpoint.json', import.meta.url)
const { example, checkpoint: vector }: Vectors = JSON.parse(readFileSync(file, 'utf8'))
const signer = signerOf(vector.name, Buffer.from(vector.seed, 'hex'))
const other = signerOf('other.example/log', Buffer.alloc(32, 7))
const forged = { name: 'Fault', code: 'forged' }

test("the standard's example is read", async () => {
  assert.equal(openNote(example.note, parseKey(example.key)), example.text)
  assert.equal(await openNoteAside(example.note, parseKey(example.key)), example.text)
})

test('the published checkpoint is signed and read', () => {
  assert.equal(signer.text, vector.key)
  const checkpoint = {
    origin: vector.name,
    size: vector.size,
    root: Buffer.from(vector.root, 'hex'),
  }
  assert.equal(signNote(checkpointText(checkpoint), signer), vector.note)
  const text = openNote(vector.note, parseKey(vector.key))
  assert.deepEqual(parseCheckpoint(text, vector.name), checkpoint)
})

test('a note with one flipped bit is refused, wherever it is', async () => {
  const bytes = Buffer.from(vector.note)
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const note = withFlipped(bytes, bit)
    assert.throws(() => openNote(note, signer), forged, `bit ${bit}`)
  }
  await assert.rejects(openNoteAside(withFlipped(bytes, 80), signer), forged)
})

test('a key with one flipped bit is no key', () => {
  const bytes = Buffer.from(vector.key)
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const text = withFlipped(bytes, bit)
    assert.throws(() => parseKey(text), { name: 'Fault', code: 'invalid' }, text)
  }
  for (const text of [
    '',
    `${vector.key}\n`,
    ` ${vector.key}`,
    `${vector.key}=`,
    'a+00000000+AQ==',
  ]) {
    assert.throws(() => parseKey(text), { code: 'invalid' }, text)
  }
})

test('signatures of unknown keys are passed over, a wrong one of the known key is not', () => {
  const text = 'one\n\ntwo\n'
  const [own, foreign] = [signNote(text, signer), signNote(text, other)]
  const line = (note: string) => note.split('\n').at(-2) ?? ''
  const both = `${text}\n${line(foreign)}\n${line(own)}\n`
  assert.equal(openNote(both, signer), text)
  assert.equal(openNote(both, other), text)
  assert.throws(() => openNote(foreign, signer), forged)
  const elsewhere = line(signNote('something else\n', signer))
  assert.throws(() => openNote(`${text}\n${line(own)}\n${elsewhere}\n`, signer), forged)
  const sixteen = Array.from({ length: 15 }, (_, at) =>
    line(signNote(text, signerOf(`witness-${at}.example`, Buffer.alloc(32, at)))),
  )
  assert.equal(openNote(`${text}\n${[...sixteen, line(own)].join('\n')}\n`, signer), text)
})

test('a text that is not of the form of a note is refused', () => {
  const text = 'text\n'
  const note = signNote(text, signer)
  const line = note.split('\n').at(-2) ?? ''
  const wrong = [
    '',
    text,
    line,
    note.slice(0, -1),
    `${note}\n`,
    `${note} `,
    note.replace('\n\n', '\n'),
    note.replaceAll('\n', '\r\n'),
    note.replace('— ', '- '),
    note.replace('— ', '—  '),
    note.replace('text', 'te\tt'),
    note.replace('text', 'te\u0000t'),
    note.replace('text', 'te\ud800t'),
    `${text}\n${line} \n`,
    `${text}\n${line.slice(0, -1)}\n`,
    `${text}\n— ${vector.name} AAAA\n`,
    `${text}\n${Array.from({ length: 65 }, () => line).join('\n')}\n`,
  ]
  for (const one of wrong) assert.throws(() => openNote(one, signer), forged, JSON.stringify(one))
})

test('a checkpoint is three lines or more, of the log that was asked for', () => {
  const root = Buffer.from(vector.root, 'hex').toString('base64')
  assert.equal(parseCheckpoint(`a\n0\n${root}\nmore\n`, 'a').size, 0)
  const wrong = [
    `a\n08\n${root}\n`,
    `a\n-1\n${root}\n`,
    `a\n9007199254740992\n${root}\n`,
    `a\n8\n${root}`,
    `a\n8\n${root}\n\n`,
    `a\n8\n${root}\n\nmore\n`,
    `a\n8\n${root.slice(4)}\n`,
    `a\n8\n${root.replace('=', '')}\n`,
    `b\n8\n${root}\n`,
    'a\n8\n',
  ]
  for (const text of wrong) assert.throws(() => parseCheckpoint(text, 'a'), forged, text)
})

/** Bytes that are no UTF-8 any more become what a reader would make of them. */
function withFlipped(bytes: Buffer, bit: number): string {
  const copy = Buffer.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy.toString('utf8')
}
