/** Asking for one's own data: an e-mail address, and the answer that is the same for every address. */

import type { Frame } from '../../web/frame.ts'
import { askedPage, askingPage, type Wrong } from '../asking-page.tsx'

const PLACE = '/privacy/data'

export function askPage(frame: Frame, wrong?: Wrong): string {
  return askingPage(frame, { action: PLACE, words: frame.words.data.ask }, wrong)
}

export function sentPage(frame: Frame): string {
  return askedPage(frame, { words: frame.words.data.sent, back: PLACE })
}
