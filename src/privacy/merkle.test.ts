/** The tree and its proofs: the published vectors, RFC 9162's example, and a naive tree beside it for any size. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  consistencySpans,
  EMPTY,
  EMPTY_ROOT,
  extend,
  fold,
  type Hash,
  hashLeaf,
  inclusionSpans,
  isConsistent,
  type Place,
  parseSize,
  placesOf,
  rootOf,
  rootOfInclusion,
  type Span,
} from './merkle.ts'

type Vectors = {
  readonly entries: readonly string[]
  readonly roots: readonly string[]
  readonly inclusion: readonly { index: number; size: number; proof: readonly string[] }[]
  readonly consistency: readonly { from: number; to: number; proof: readonly string[] }[]
}

const file = new URL('../../test/vectors/merkle.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'))
const fromHex = (text: string) => Buffer.from(text, 'hex')
const published = vectors.entries.map((entry) => hashLeaf(fromHex(entry)))

const sha256 = (...parts: readonly Buffer[]) =>
  createHash('sha256').update(Buffer.concat(parts)).digest()

/** MTH of RFC 9162 as it is written there. */
function naive(leaves: readonly Hash[]): Hash {
  const [first] = leaves
  if (first === undefined) return sha256()
  if (leaves.length === 1) return first
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1))
  return sha256(Buffer.of(1), naive(leaves.slice(0, k)), naive(leaves.slice(k)))
}

const hashOf = (leaves: readonly Hash[], { begin, end }: Span) => naive(leaves.slice(begin, end))
const leavesOf = (size: number) =>
  Array.from({ length: size }, (_, at) => hashLeaf(Buffer.from(`entry ${at}`)))
const all = leavesOf(700)
const sized = (most: number) => fc.integer({ min: 1, max: most })

test('the published vectors: roots, inclusion, consistency', () => {
  vectors.roots.forEach((root, size) => {
    assert.equal(rootOf(extend(EMPTY, published.slice(0, size))).toString('hex'), root)
  })
  const proofOf = (spans: readonly Span[]) =>
    spans.map((span) => hashOf(published, span).toString('hex'))
  assert.equal(vectors.inclusion.length, 36)
  for (const { index, size, proof } of vectors.inclusion) {
    assert.deepEqual(proofOf(inclusionSpans(index, size)), proof)
    const leaf = published[index] ?? EMPTY_ROOT
    const root = rootOfInclusion(leaf, index, size, proof.map(fromHex))
    assert.equal(root?.toString('hex'), vectors.roots[size])
  }
  assert.equal(vectors.consistency.length, 36)
  for (const { from, to, proof } of vectors.consistency) {
    assert.deepEqual(proofOf(consistencySpans(from, to)), proof)
    const [first, second] = [head(from), head(to)]
    assert.ok(isConsistent(first, second, proof.map(fromHex)))
  }
  function head(size: number) {
    return { size, root: fromHex(vectors.roots[size] ?? '') }
  }
})

/** The figure of section 2.1.5: seven leaves, a to f and j single, g to i of two, k and l of more. */
test("the RFC's example: proofs name the subtrees that its text names", () => {
  const names: Readonly<Record<string, string>> = {
    '0-1': 'a',
    '1-2': 'b',
    '2-3': 'c',
    '3-4': 'd',
    '4-5': 'e',
    '5-6': 'f',
    '0-2': 'g',
    '2-4': 'h',
    '4-6': 'i',
    '6-7': 'j',
    '0-4': 'k',
    '4-7': 'l',
  }
  const named = (spans: readonly Span[]) =>
    spans.map(({ begin, end }) => names[`${begin}-${end}`]).join(' ')
  assert.equal(named(inclusionSpans(0, 7)), 'b h l')
  assert.equal(named(inclusionSpans(3, 7)), 'c g l')
  assert.equal(named(inclusionSpans(4, 7)), 'f j k')
  assert.equal(named(inclusionSpans(6, 7)), 'i k')
  assert.equal(named(consistencySpans(3, 7)), 'c d g l')
  assert.equal(named(consistencySpans(4, 7)), 'l')
  assert.equal(named(consistencySpans(6, 7)), 'i j k')
})

test('a tree that grew in steps is the naive tree', () => {
  const property = fc.property(fc.array(fc.nat(60), { maxLength: 8 }), (steps) => {
    let tree = EMPTY
    for (const step of steps) tree = extend(tree, all.slice(tree.size, tree.size + step))
    assert.deepEqual(rootOf(tree), naive(all.slice(0, tree.size)))
  })
  fc.assert(property, { numRuns: 100 })
})

test('any entry has an inclusion proof, which leads to the root from no other place, leaf or size', () => {
  const property = fc.property(
    sized(300),
    fc.nat(),
    fc.nat(),
    fc.nat(255),
    (size, pick, at, bit) => {
      const index = pick % size
      const root = naive(all.slice(0, size))
      const proof = inclusionSpans(index, size).map((span) => hashOf(all, span))
      const leaf = all[index] ?? EMPTY_ROOT
      const leads = (...parts: Parameters<typeof rootOfInclusion>) =>
        rootOfInclusion(...parts)?.equals(root) === true
      assert.ok(leads(leaf, index, size, proof))
      assert.ok(!leads(flipped(leaf, bit), index, size, proof))
      assert.ok(!leads(leaf, (index + 1) % (size + 1), size, proof))
      assert.ok(!leads(leaf, index, size, [...proof, leaf]))
      if (proof.length === 0) return
      const wrong = at % proof.length
      assert.ok(!leads(leaf, index, size, proof.with(wrong, flipped(proof[wrong] ?? leaf, bit))))
      assert.ok(!leads(leaf, index, size, proof.slice(1)))
      assert.ok(!leads(leaf, index, size, proof.slice(0, -1)))
    },
  )
  fc.assert(property, { numRuns: 200 })
})

test('a tree is consistent with every earlier one, and with no other', () => {
  const property = fc.property(sized(300), fc.nat(), fc.nat(), fc.nat(255), (to, pick, at, bit) => {
    const from = pick % (to + 1)
    const proof = consistencySpans(from, to).map((span) => hashOf(all, span))
    const first = { size: from, root: naive(all.slice(0, from)) }
    const second = { size: to, root: naive(all.slice(0, to)) }
    assert.ok(isConsistent(first, second, proof))
    assert.ok(!isConsistent({ ...first, root: flipped(first.root, bit) }, second, proof))
    assert.ok(!isConsistent(first, second, [...proof, first.root]))
    if (from === to) return
    assert.ok(!isConsistent(second, first, proof))
    if (proof.length === 0) return
    assert.ok(!isConsistent(first, { ...second, root: flipped(second.root, bit) }, proof))
    const wrong = at % proof.length
    const broken = proof.with(wrong, flipped(proof[wrong] ?? first.root, bit))
    assert.ok(!isConsistent(first, second, broken))
    assert.ok(!isConsistent(first, second, proof.slice(0, -1)))
  })
  fc.assert(property, { numRuns: 200 })
})

test('a span of a proof is made of complete subtrees', () => {
  const property = fc.property(sized(700), fc.nat(), (size, pick) => {
    for (const span of inclusionSpans(pick % size, size)) {
      const hashes = placesOf(span).map(({ level, index }: Place) =>
        hashOf(all, { begin: index * 2 ** level, end: (index + 1) * 2 ** level }),
      )
      assert.deepEqual(fold(hashes), hashOf(all, span))
    }
  })
  fc.assert(property, { numRuns: 50 })
})

test('proofs of trees beyond 32 bits name their subtrees', () => {
  const size = 2 ** 52 + 12345
  assert.equal(inclusionSpans(size - 1, size).length, 6)
  assert.deepEqual(inclusionSpans(0, size).at(-1), { begin: 2 ** 52, end: size })
  assert.ok(inclusionSpans(2 ** 51 + 7, size).flatMap(placesOf).length < 60)
  assert.equal(consistencySpans(2 ** 51, size).length, 2)
})

test('a size is a decimal in its one form, up to what can be counted exactly', () => {
  assert.equal(parseSize('0'), 0)
  assert.equal(parseSize('9007199254740991'), 2 ** 53 - 1)
  const wrong = ['', '01', '+1', '-1', '1 ', '1.0', '1e3', '٣', '9007199254740992']
  for (const text of [...wrong, '18446744073709551615', '100000000000000000000']) {
    assert.equal(parseSize(text), undefined, text)
  }
})

test('what is outside of a tree has no proof', () => {
  assert.throws(() => inclusionSpans(3, 3), { name: 'Bug' })
  assert.throws(() => consistencySpans(4, 3), { name: 'Bug' })
  assert.equal(rootOfInclusion(EMPTY_ROOT, 0, 0, []), undefined)
  assert.equal(rootOfInclusion(EMPTY_ROOT, -1, 1, []), undefined)
  assert.equal(rootOfInclusion(EMPTY_ROOT, 0.5, 1, []), undefined)
})

function flipped(hash: Hash, bit: number): Hash {
  const copy = Buffer.from(hash)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}
