/** The form that asks for the way into an account: an e-mail address. */

import { isPersonal, Personal } from '../../../privacy/personal.ts'
import type { Submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import type { Words } from '../../../web/words/en.ts'

type Read =
  | { readonly email: Personal<'email'> }
  | { readonly typed: string; readonly errors: FieldErrors }

export function readEmail(words: Words, { email: typed = '' }: Submitted): Read {
  const email = Personal.read('email', typed)
  if (isPersonal(email)) return { email }
  const { missing, wrong } = words.data.ask
  return { typed, errors: { email: email.problem === 'missing' ? missing : wrong } }
}
