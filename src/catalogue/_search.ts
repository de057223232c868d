/**
 * Search over the products in memory: every word of the question must be a word of the product, or begin one.
 *
 * Nothing is kept of what was asked (C7): a question is answered and forgotten.
 */

import type { Product } from './product.ts'

export type SearchIndex = {
  /** In code-unit order, so that all words with one beginning lie side by side. */
  readonly words: readonly string[]
  /** For each word: product number × 16 + weight. */
  readonly places: readonly (readonly number[])[]
}

const LONGEST_QUESTION = 100
const MOST_WORDS = 8
export const MOST_FOUND = 60

/** A word in a name counts more than one in a tag, and that more than one in a description. */
const WEIGHT = { name: 6, tag: 3, description: 1 } as const
/** What a whole word counts above a mere beginning of one. */
const WHOLE = 2

export function indexProducts(products: readonly Product[]): SearchIndex {
  const places = new Map<string, number[]>()
  products.forEach((product, number) => {
    for (const [word, weight] of weightsOf(product)) {
      const known = places.get(word)
      if (known === undefined) places.set(word, [number * 16 + weight])
      else known.push(number * 16 + weight)
    }
  })
  const words = [...places.keys()].sort(byCodeUnits)
  return { words, places: words.map((word) => places.get(word) ?? []) }
}

/** Numbers of the products that answer, best first, then in the order of the shelf. */
export function search(index: SearchIndex, question: string): readonly number[] {
  const asked = [...new Set(wordsOf(question.slice(0, LONGEST_QUESTION)))].slice(0, MOST_WORDS)
  let scores: Map<number, number> | undefined
  for (const word of asked) {
    const found = scoresOf(index, word)
    scores = scores === undefined ? found : both(scores, found)
  }
  return [...(scores ?? [])]
    .sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || a - b)
    .slice(0, MOST_FOUND)
    .map(([number]) => number)
}

/** Words without accents and case: `Crème brûlée` gives `creme`, `brulee`. */
function wordsOf(text: string): readonly string[] {
  const folded = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return folded.replaceAll('ß', 'ss').match(/[\p{L}\p{N}]+/gu) ?? []
}

function weightsOf(product: Product): Map<string, number> {
  const weights = new Map<string, number>()
  const note = (weight: number, ...texts: readonly string[]) => {
    for (const text of texts) for (const word of wordsOf(text)) weights.set(word, weight)
  }
  note(WEIGHT.description, product.description)
  for (const { value } of product.attributes) note(WEIGHT.description, value)
  note(WEIGHT.tag, product.productType, ...product.tags)
  for (let at = product.category; at !== null; at = at.parent) note(WEIGHT.tag, at.name)
  for (const { title } of product.variants) note(WEIGHT.tag, title)
  note(WEIGHT.name, product.name, ...product.variants.map(({ sku }) => sku))
  return weights
}

function scoresOf({ words, places }: SearchIndex, beginning: string): Map<number, number> {
  const scores = new Map<number, number>()
  for (let at = firstFrom(words, beginning); words[at]?.startsWith(beginning); at += 1) {
    const whole = words[at] === beginning ? WHOLE : 0
    for (const place of places[at] ?? []) {
      const number = Math.floor(place / 16)
      const score = (place % 16) + whole
      if (score > (scores.get(number) ?? 0)) scores.set(number, score)
    }
  }
  return scores
}

function both(a: Map<number, number>, b: Map<number, number>): Map<number, number> {
  const scores = new Map<number, number>()
  for (const [number, score] of a) {
    const other = b.get(number)
    if (other !== undefined) scores.set(number, score + other)
  }
  return scores
}

/** Where the first word that is not below `beginning` lies. */
function firstFrom(words: readonly string[], beginning: string): number {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((words[middle] ?? '') < beginning) low = middle + 1
    else high = middle
  }
  return low
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
