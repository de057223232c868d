/** The receipt of an erasure as a document, with what can be checked attached to it and printed on it. */

import type { Block, Written } from '../../web/document.ts'
import type { Frame } from '../../web/frame.ts'
import { dayText, momentText } from '../../web/moment.tsx'
import { countOf, hadOf, stayOf } from './page.tsx'
import { type ErasureReceipt, receiptText } from './receipt.ts'

export function receiptPaper(frame: Frame, receipt: ErasureReceipt): Written {
  const { receipt: words, times } = frame.words.data
  const { erased, entry, proof, later } = receipt
  const { ended = [], stays = [], copiesEnd } = erased
  const text = receiptText(receipt)
  const facts: readonly (readonly [string, string])[] = [
    [words.at, momentText(frame, Temporal.Instant.from(erased.at))],
    ...ended.map((one) => [words.ended, countOf(frame, one)] as const),
    ...stays.map((one) => [words.stays, stayOf(frame, one)] as const),
    ...hadOf(frame, receipt).map((one) => [words.had, one] as const),
    ...(copiesEnd === undefined ? [] : [[words.copies, dayText(frame, copiesEnd)] as const]),
    [words.entry, entry],
    [words.proof, proof === undefined ? words.unproven : words.proven(proof.index)],
  ]
  const blocks: readonly Block[] = [
    { kind: 'title', text: words.title },
    { kind: 'text', text: later.length === 0 ? words.erased : words.erasedInPart },
    { kind: 'facts', facts },
    { kind: 'text', text: `${words.attached} ${words.check} ${times}` },
    { kind: 'code', text },
  ]
  const attached = { name: 'receipt.json', text }
  return { title: words.title, language: frame.shop.language, blocks, attached }
}
