/** The forms of passkeys: the name and the password before one is made, and what the browser brings after. */

import { isPersonal, Personal } from '../../../privacy/personal.ts'
import type { Submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import type { Words } from '../../../web/words/en.ts'
import { readProof } from '../factor/form.ts'

type Read =
  | { readonly name: Personal<'passkeyName'>; readonly password: string }
  | { readonly typed: string; readonly errors: FieldErrors }

export function readInvitation(words: Words, sent: Submitted): Read {
  const { name: typed = '' } = sent
  const { password, errors } = readProof(words, sent, ['password'])
  const name = Personal.read('passkeyName', typed)
  const { missingName, longName } = words.factors.passkeys
  if (!isPersonal(name)) {
    const wrong = name.problem === 'missing' ? missingName : longName
    return { typed, errors: { name: wrong, ...errors } }
  }
  return 'password' in errors ? { typed, errors } : { name, password }
}
