/**
 * The stand-alone verifier: it and the store, which share no code, agree; and no bit of a receipt can be changed.
 */

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isDeepStrictEqual, promisify } from 'node:util'
import fc from 'fast-check'
import { leafOf } from '../src/privacy/ledger.ts'
import {
  consistencySpans,
  EMPTY,
  extend,
  type Hash,
  hashLeaf,
  inclusionSpans,
  rootOf,
  type Span,
} from '../src/privacy/merkle.ts'
import { checkpointText, signerOf, signNote } from '../src/privacy/note.ts'
import type { Receipt } from '../src/privacy/receipt.ts'
import { writtenAsPdf } from '../src/web/document.ts'
import { pageOf } from './page.mjs'
import {
  fromBase64,
  inWords,
  isConsistent,
  NotGenuine,
  receiptIn,
  verifyReceipt,
} from './verify.mjs'

const signer = signerOf('shop.example/tacet', Buffer.alloc(32, 3))
const at = Temporal.Instant.from('2026-03-10T08:00:00Z')
const run = promisify(execFile)
const folder = await mkdtemp(join(tmpdir(), 'tacet-verify-'))
after(() => rm(folder, { recursive: true, force: true }))

const plain = (index: number) =>
  leafOf({ kind: 'key destroyed', reference: `r${index}`, clause: 'C3.1' }, at).text
const hashes = (entries: readonly string[]) => entries.map((entry) => hashLeaf(Buffer.from(entry)))
const over = (leaves: readonly Hash[], { begin, end }: Span) =>
  rootOf(extend(EMPTY, leaves.slice(begin, end)))

function receiptOf(entries: readonly string[], index: number): Receipt {
  const leaves = hashes(entries)
  const size = entries.length
  const proof = inclusionSpans(index, size).map((span) => over(leaves, span).toString('base64'))
  const head = { origin: signer.name, size, root: rootOf(extend(EMPTY, leaves)) }
  const checkpoint = signNote(checkpointText(head), signer)
  return { version: 1, entry: entries[index] ?? '', index, proof, checkpoint }
}

const entries = Array.from({ length: 11 }, (_, index) => plain(index))
const receipt = receiptOf(entries, 5)

test('receipts of any tree are genuine', async () => {
  for (let size = 1; size <= 40; size += 1) {
    const all = Array.from({ length: size }, (_, index) => plain(index))
    for (const index of new Set([0, size >> 1, size - 1])) {
      const text = JSON.stringify(receiptOf(all, index))
      const genuine = await verifyReceipt(text, signer.text)
      assert.deepEqual([genuine.index, genuine.size], [index, size])
      assert.equal(genuine.entry.reference, `r${index}`)
    }
  }
})

test('one flipped bit in any byte of a receipt is found', async () => {
  const bytes = Buffer.from(JSON.stringify(receipt))
  assert.equal((await verifyReceipt(bytes.toString(), signer.text)).index, 5)
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const text = flipped(bytes, bit)
    if (isSame(text)) continue
    await assert.rejects(verifyReceipt(text, signer.text), NotGenuine, text)
  }
  function isSame(text: string): boolean {
    try {
      return isDeepStrictEqual(JSON.parse(text), receipt)
    } catch {
      return false
    }
  }
})

test('one flipped bit in any byte of the key is found', async () => {
  const bytes = Buffer.from(signer.text)
  const text = JSON.stringify(receipt)
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    await assert.rejects(verifyReceipt(text, flipped(bytes, bit)), NotGenuine, `bit ${bit}`)
  }
  const other = signerOf(signer.name, Buffer.alloc(32, 4))
  await assert.rejects(verifyReceipt(text, other.text), /not signed by this key/)
})

test('a receipt says nothing that is not proven', async () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ ...receipt, note: 'and all backups' }, /a field "note", which nothing proves/],
    [{ ...receipt, version: 2 }, /a version that/],
    [{ ...receipt, index: 5.5 }, /the form of a receipt/],
    [{ ...receipt, index: '5' }, /the form of a receipt/],
    [{ ...receipt, index: 6 }, /does not lead/],
    [{ ...receipt, index: 11 }, /does not lead/],
    [{ ...receipt, proof: receipt.proof.slice(1) }, /does not lead/],
    [{ ...receipt, proof: [...receipt.proof, receipt.proof[0]] }, /does not lead/],
    [{ ...receipt, proof: ['AA=='] }, /is no hash/],
    [{ ...receipt, entry: `${receipt.entry} ` }, /does not lead/],
    [[receipt], /the form of a receipt/],
  ]
  for (const [one, problem] of wrong) {
    await assert.rejects(verifyReceipt(JSON.stringify(one), signer.text), problem)
  }
  for (const text of ['', 'null', '7', '{}', '{"version":1}']) {
    await assert.rejects(verifyReceipt(text, signer.text), NotGenuine)
  }
})

test('what an erasure says is shown by names that a reader knows', () => {
  const told = {
    ended: ['look-up 4'],
    had: ['carrier: EasyPost'],
    later: [],
    copiesEnd: '2027-01-02',
  }
  const entry = { kind: 'erased', at: '2026-12-01T00:00:00Z', reference: 'r', id: 'i', ...told }
  const said = inWords({ entry, origin: 'shop.example/tacet', index: 0, size: 1 })
  assert.match(said, /\n {2}Last copy in a backup ends {2}2027-01-02\n/)
  assert.match(said, /\n {2}Entries of what ends later +none\n/)
  assert.doesNotMatch(said, /copiesEnd|^ {2}(had|ended|later) /m)
})

test('it finds a tree consistent with an earlier one, and with no other, as the store does', async () => {
  const leaves = hashes(Array.from({ length: 130 }, (_, index) => `${index}`))
  const head = (size: number) => ({ size, root: over(leaves, { begin: 0, end: size }) })
  const sizes = fc.tuple(fc.integer({ min: 0, max: 130 }), fc.integer({ min: 0, max: 130 }))
  const property = fc.asyncProperty(sizes, fc.nat(255), async ([a, b], bit) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)]
    const proof = consistencySpans(from, to).map((span) => over(leaves, span))
    assert.ok(await isConsistent(head(from), head(to), proof))
    const changed = Buffer.from(head(from).root)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.ok(!(await isConsistent({ size: from, root: changed }, head(to), proof)))
    assert.ok(!(await isConsistent(head(from), head(to), [...proof, changed])))
  })
  await fc.assert(property, { numRuns: 60 })
})

test('base64 has one form', () => {
  assert.deepEqual(fromBase64('AAE='), Uint8Array.of(0, 1))
  for (const text of ['AAF=', 'AAE', 'AAE=\n', ' AAE=', 'AA-_', 7]) {
    assert.equal(fromBase64(text), undefined)
  }
})

test('the file alone, in another folder, checks a receipt', async () => {
  const file = join(folder, 'verify.mjs')
  await copyFile(new URL('verify.mjs', import.meta.url), file)
  const [good, bad] = [join(folder, 'receipt.json'), join(folder, 'bad.json')]
  await writeFile(good, JSON.stringify(receipt, null, 2))
  await writeFile(bad, JSON.stringify({ ...receipt, index: 4 }))
  await writeFile(join(folder, 'key'), `${signer.text}\n`)
  const verify = (...args: readonly string[]) => run(process.execPath, [file, ...args])
  const { stdout } = await verify(good, signer.text)
  assert.match(stdout, /^This receipt is genuine\.\n/)
  assert.match(stdout, /entry 5 of the 11 that were signed/)
  assert.match(stdout, /It does not prove/)
  assert.equal((await verify(good, join(folder, 'key'))).stdout, stdout)
  await assert.rejects(verify(bad, signer.text), { code: 1, stderr: /NOT genuine: the proof/ })
  await assert.rejects(verify(good), { code: 2 })
  const noKey = { code: 2, stderr: /^Nothing was checked: the key is not the key of a ledger\.\n$/ }
  await assert.rejects(verify(good, 'xx'), noKey)
  for (const none of ['absent', folder]) {
    await assert.rejects(verify(none, signer.text), { code: 2, stderr: /^Cannot read / })
  }
})

test('of a PDF it checks the receipt that is attached to it, and of no other file', async () => {
  const text = JSON.stringify(receipt, null, 2)
  const written = { title: 'Receipt', language: 'en', blocks: [] }
  const attached = { name: 'receipt.json', text }
  const pdf = await writtenAsPdf({ ...written, attached })
  assert.deepEqual(await receiptIn(pdf), { text, isPdf: true })
  assert.deepEqual(await receiptIn(Buffer.from(text)), { text, isPdf: false })
  await assert.rejects(receiptIn(await writtenAsPdf(written)), NotGenuine)
  const begin = pdf.indexOf('/EmbeddedFile')
  const cut = Buffer.concat([pdf.subarray(0, begin + 200), Buffer.alloc(2000)])
  await assert.rejects(receiptIn(cut), NotGenuine)
})

test('the page holds the verifier as it is', async () => {
  const [verifier, page] = await Promise.all(
    ['verify.mjs', 'index.html'].map((name) => readFile(new URL(name, import.meta.url), 'utf8')),
  )
  assert.equal(page, pageOf(verifier ?? ''), 'Run: node verify/page.mjs')
  assert.doesNotMatch(page ?? '', /https?:\/\//)
})

function flipped(bytes: Buffer, bit: number): string {
  const copy = Buffer.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy.toString('utf8')
}
