/** A password that somebody chooses: long enough, and no other rule (NIST SP 800-63B, section 3.1.1.2). */

import { PASSWORD_MAX, PASSWORD_MIN } from '../../../credentials/password.ts'
import type { Submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import type { Words } from '../../../web/words/en.ts'

export function readPassword(
  { account }: Words,
  { password = '' }: Submitted,
): { readonly password: string; readonly errors: FieldErrors } {
  const isFit = password.length >= PASSWORD_MIN && password.length <= PASSWORD_MAX
  return { password, errors: isFit ? {} : { password: account.newPassword.short } }
}
