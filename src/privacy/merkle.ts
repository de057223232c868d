/**
 * The Merkle tree over a list of entries, and the two proofs that it gives (RFC 9162, section 2.1).
 *
 * An inclusion proof shows that an entry is the one at its place; a consistency proof shows that a tree only grew. Both
 * are lists of hashes of subtrees. Which subtrees they are follows from the numbers alone, so this file says it as
 * spans of leaves, and whoever stores the hashes reads the complete subtrees that a span is made of.
 *
 * Published vectors: `test/vectors/merkle.json`. Sizes are whole numbers up to 2^53; `parseSize` refuses others.
 */

import { hash as digest } from 'node:crypto'
import { check } from '../base/failure.ts'

/** 32 bytes of SHA-256. */
export type Hash = Buffer

/** The leaves from `begin` to before `end`. */
export type Span = { readonly begin: number; readonly end: number }

/** A complete subtree: of 2^level leaves, the one at `index` of those side by side. */
export type Place = { readonly level: number; readonly index: number }

/** What of a tree is needed to go on: its size, and the complete subtrees that it is made of, the largest first. */
export type Frontier = { readonly size: number; readonly hashes: readonly Hash[] }

export const HASH_BYTES = 32
export const EMPTY_ROOT: Hash = sha256(Buffer.alloc(0))
export const EMPTY: Frontier = { size: 0, hashes: [] }

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

export function hashLeaf(data: Buffer): Hash {
  return sha256(Buffer.concat([LEAF, data]))
}

export function hashNode(left: Hash, right: Hash): Hash {
  return sha256(Buffer.concat([NODE, left, right]))
}

/** A tree with leaves added at its end. */
export function extend({ size, hashes }: Frontier, leaves: readonly Hash[]): Frontier {
  const stack = [...hashes]
  let count = size
  for (let right of leaves) {
    for (let rest = count; rest % 2 === 1; rest = (rest - 1) / 2) {
      right = hashNode(popped(stack), right)
    }
    stack.push(right)
    count += 1
  }
  return { size: count, hashes: stack }
}

export function rootOf({ hashes }: Frontier): Hash {
  return hashes.length === 0 ? EMPTY_ROOT : fold(hashes)
}

/** The hash over complete subtrees that lie side by side, the largest first. */
export function fold(hashes: readonly Hash[]): Hash {
  return hashes.reduceRight((right, left) => hashNode(left, right))
}

/** What an inclusion proof holds: the sibling at each step from the leaf to the root. */
export function inclusionSpans(index: number, size: number): readonly Span[] {
  check(isSize(size) && isSize(index) && index < size, 'A leaf must be inside its tree')
  return pathTo(index, { begin: 0, end: size })
}

/** What a consistency proof holds. Empty for an empty first tree, which every tree is consistent with. */
export function consistencySpans(from: number, to: number): readonly Span[] {
  check(isSize(to) && isSize(from) && from <= to, 'A tree must not be larger than a later one')
  return from === 0 ? [] : subproof(from, { begin: 0, end: to }, true)
}

/** The complete subtrees that a span is made of, the largest first. Its begin must be one that a proof names. */
export function placesOf({ begin, end }: Span): readonly Place[] {
  if (begin === end) return []
  const width = largestPower(end - begin + 1)
  const place = { level: Math.log2(width), index: begin / width }
  check(Number.isInteger(place.index), 'A span must begin where a subtree of its size does')
  return [place, ...placesOf({ begin: begin + width, end })]
}

/** The root that a leaf and its inclusion proof lead to; undefined where the proof has the wrong length. */
export function rootOfInclusion(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
): Hash | undefined {
  if (!isSize(size) || !isSize(index) || index >= size) return undefined
  let [at, last] = [index, size - 1]
  let root = leaf
  for (const sibling of proof) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      root = hashNode(sibling, root)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else root = hashNode(root, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? root : undefined
}

type Head = { readonly size: number; readonly root: Hash }

/** Whether the second tree begins with all of the first, in its order. */
export function isConsistent(first: Head, second: Head, proof: readonly Hash[]): boolean {
  if (!isSize(first.size) || !isSize(second.size) || first.size > second.size) return false
  if (first.size === 0) return proof.length === 0 && first.root.equals(EMPTY_ROOT)
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root)
  const begin = isPower(first.size) ? [first.root, ...proof] : proof
  const roots = rootsOf(first.size, second.size, begin)
  if (roots === undefined) return false
  return roots.old.equals(first.root) && roots.new.equals(second.root)
}

/** RFC 9162, section 2.1.4.2: the roots of both trees that a proof leads to. */
function rootsOf(from: number, to: number, proof: readonly Hash[]) {
  let [at, last] = [from - 1, to - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  const [seed, ...rest] = proof
  if (seed === undefined) return undefined
  let roots = { old: seed, new: seed }
  for (const hash of rest) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      roots = { old: hashNode(hash, roots.old), new: hashNode(hash, roots.new) }
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else roots = { ...roots, new: hashNode(roots.new, hash) }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? roots : undefined
}

/** A size or an index as text, a decimal of up to 64 bits; undefined for anything else and for what is over 2^53. */
export function parseSize(text: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,19})$/.test(text)) return undefined
  const size = BigInt(text)
  return size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : undefined
}

function pathTo(index: number, { begin, end }: Span): readonly Span[] {
  if (end - begin === 1) return []
  const middle = begin + largestPower(end - begin)
  return index < middle
    ? [...pathTo(index, { begin, end: middle }), { begin: middle, end }]
    : [...pathTo(index, { begin: middle, end }), { begin, end: middle }]
}

/** RFC 9162, section 2.1.4.1. `known`: the first tree is a subtree of the second, so its root needs no telling. */
function subproof(from: number, { begin, end }: Span, known: boolean): readonly Span[] {
  if (from === end) return known ? [] : [{ begin, end }]
  const middle = begin + largestPower(end - begin)
  return from <= middle
    ? [...subproof(from, { begin, end: middle }, known), { begin: middle, end }]
    : [...subproof(from, { begin: middle, end }, false), { begin, end: middle }]
}

/** The largest power of two below a number of 2 or more. */
function largestPower(number: number): number {
  let power = 1
  while (power * 2 < number) power *= 2
  return power
}

function isPower(number: number): boolean {
  return number === 1 || largestPower(number) * 2 === number
}

function half(number: number): number {
  return Math.floor(number / 2)
}

function isSize(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0
}

function popped(stack: Hash[]): Hash {
  const top = stack.pop()
  check(top !== undefined, 'A frontier must have a hash for each bit of its size')
  return top
}

function sha256(data: Buffer): Hash {
  return digest('sha256', data, 'buffer')
}
