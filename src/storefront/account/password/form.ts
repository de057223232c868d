/** The form for another password, by whoever knows the one of now. */

import type { Submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import type { Words } from '../../../web/words/en.ts'
import { readPassword } from '../new-password/form.ts'

export function readPasswords(
  words: Words,
  sent: Submitted,
): { readonly old: string; readonly password: string; readonly errors: FieldErrors } {
  const { old = '' } = sent
  const { password, errors } = readPassword(words, sent)
  const missing = old === '' ? { old: words.account.signIn.missing } : {}
  return { old, password, errors: { ...missing, ...errors } }
}
