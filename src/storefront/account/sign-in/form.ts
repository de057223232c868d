/** The sign-in form: an address and a password. Neither is shown again but the address. */

import { isPersonal, Personal } from '../../../privacy/personal.ts'
import type { Submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import type { Words } from '../../../web/words/en.ts'

type Credentials = { readonly email: Personal<'email'>; readonly password: string }

export function readSignIn(
  words: Words,
  { email: typed = '', password = '' }: Submitted,
): Credentials | { readonly errors: FieldErrors } {
  const email = Personal.read('email', typed)
  if (isPersonal(email) && password !== '') return { email, password }
  const { missing, wrong } = words.data.ask
  const problem = isPersonal(email) ? undefined : email.problem === 'missing' ? missing : wrong
  return {
    errors: {
      ...(problem === undefined ? {} : { email: problem }),
      ...(password === '' ? { password: words.account.signIn.missing } : {}),
    },
  }
}
