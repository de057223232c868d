/**
 * The sign-in form: a name and a password. Neither is shown again but the name.
 */

import type { Credentials } from '../../staff/staff.ts'
import type { Submitted } from '../../web/body.ts'
import type { FieldErrors } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'

export function readSignIn(
  words: Words,
  { login = '', password = '' }: Submitted,
): { readonly credentials: Credentials; readonly errors: FieldErrors } {
  const { session } = words.backoffice
  const errors = {
    ...(login.trim() === '' ? { login: session.missingLogin } : {}),
    ...(password === '' ? { password: session.missingPassword } : {}),
  }
  return { credentials: { login, password }, errors }
}
