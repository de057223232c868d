/**
 * The form for a member's own password.
 */

import { PASSWORD_MAX, PASSWORD_MIN } from '../../credentials/password.ts'
import type { Submitted } from '../../web/body.ts'
import type { FieldErrors } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'

export function readPasswords(
  words: Words,
  { old = '', chosen = '' }: Submitted,
): { readonly old: string; readonly chosen: string; readonly errors: FieldErrors } {
  const { password, session } = words.backoffice
  const isFit = chosen.length >= PASSWORD_MIN && chosen.length <= PASSWORD_MAX
  const errors = {
    ...(old === '' ? { old: session.missingPassword } : {}),
    ...(isFit ? {} : { chosen: password.short }),
  }
  return { old, chosen, errors }
}
