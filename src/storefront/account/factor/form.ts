/** What a person shows before something about their account changes: the password, a code, or both. */

import type { Submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import type { Words } from '../../../web/words/en.ts'

type Wanted = 'password' | 'code'

export function readProof(
  { account, factors }: Words,
  { password = '', code = '' }: Submitted,
  wanted: readonly Wanted[],
): { readonly password: string; readonly code: string; readonly errors: FieldErrors } {
  const isMissing = { password: password === '', code: code.trim() === '' }
  const missing = { password: account.signIn.missing, code: factors.missingCode }
  const names = wanted.filter((name) => isMissing[name])
  const errors = Object.fromEntries(names.map((name) => [name, missing[name]]))
  return { password, code, errors }
}
