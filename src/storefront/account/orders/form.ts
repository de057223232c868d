/** The form by which somebody asks for an order to join their account: its number, and the address that it has. */

import { isPersonal, Personal } from '../../../privacy/personal.ts'
import type { Submitted } from '../../../web/body.ts'
import type { FieldErrors } from '../../../web/form.tsx'
import type { Words } from '../../../web/words/en.ts'

export type AskForm = { readonly typed: Submitted; readonly errors: FieldErrors }

type Asked = { readonly number: number; readonly email: Personal<'email'> }

export function readAsk({ ownOrders, checkout }: Words, typed: Submitted): Asked | AskForm {
  const { ask } = ownOrders
  const { missing, malformed } = checkout.place.problems.email
  const number = (typed.number ?? '').trim()
  const email = Personal.read('email', typed.email)
  const isNumber = /^\d{1,15}$/.test(number)
  if (isNumber && isPersonal(email)) return { number: Number(number), email }
  const errors = {
    ...(isNumber ? {} : { number: number === '' ? ask.missingNumber : ask.wrongNumber }),
    ...(isPersonal(email) ? {} : { email: email.problem === 'missing' ? missing : malformed }),
  }
  return { typed, errors }
}
