/**
 * The search for orders: one field that takes an order number, an e-mail address, a phone number, a last name or a
 * postal code. Digits alone are a number first, and what else they may be where no order has that number.
 *
 * Who may search by what follows from the policy's table: a role that is not given a field cannot search by it.
 */

import { maySearchBy, type Role, type Searched } from '../../staff/roles.ts'
import type { Submitted } from '../../web/body.ts'
import type { Words } from '../../web/words/en.ts'
import type { ByPerson } from '../_found.ts'

export type Wanted =
  | { readonly by: 'number'; readonly number: number; readonly or: readonly ByPerson[] }
  | ByPerson
  | { readonly by: 'nothing'; readonly error: string }

export function readSearch(words: Words, roles: readonly Role[], { q = '' }: Submitted): Wanted {
  const { orders } = words.backoffice
  const typed = q.trim()
  const number = /^#?\s*(\d{1,15})$/.exec(typed)?.[1]
  if (number !== undefined) {
    const others = typed === number ? OF_DIGITS.filter((by) => maySearchBy(roles, by)) : []
    const or = others.map((by) => ({ by, value: typed }) as const)
    return { by: 'number', number: Number(number), or }
  }
  if (typed === '') return { by: 'nothing', error: orders.searchMissing }
  const by = fieldOf(typed)
  if (!maySearchBy(roles, by)) return { by: 'nothing', error: orders.searchNotAllowed[by] }
  return { by, value: typed }
}

const OF_DIGITS = ['phone', 'postalCode'] as const

function fieldOf(typed: string): Searched {
  if (typed.includes('@')) return 'email'
  if (/^\+?[\d\s()./-]{6,}$/.test(typed)) return 'phone'
  return /^(?=.*\d)[a-z\d][a-z\d -]{1,9}$/i.test(typed) ? 'postalCode' : 'lastName'
}
