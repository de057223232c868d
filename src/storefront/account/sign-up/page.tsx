/** Asking for the way into an account: an e-mail address, and the answer that is the same for every address. */

import type { Frame } from '../../../web/frame.ts'
import { askedPage, askingPage, type Wrong } from '../../asking-page.tsx'

const PLACE = '/account/sign-up'
const HEAD = { path: '/account' } as const

export function signUpPage(frame: Frame, wrong?: Wrong): string {
  const { signUp: words } = frame.words.account
  const otherwise = <a href="/account/sign-in">{words.toSignIn}</a>
  return askingPage(frame, { ...HEAD, action: PLACE, words, otherwise }, wrong)
}

export function sentPage(frame: Frame): string {
  return askedPage(frame, { ...HEAD, words: frame.words.account.sent, back: PLACE })
}
