/**
 * The search for orders: one field that takes an order number, an e-mail address or a last name.
 *
 * Who may search by what follows from the policy's table: a role that is not given a field cannot search by it.
 */

import { maySearchBy, type Role } from '../../staff/roles.ts'
import type { Submitted } from '../../web/body.ts'
import type { Words } from '../../web/words/en.ts'

export type Wanted =
  | { readonly by: 'number'; readonly number: number }
  | { readonly by: 'email' | 'lastName'; readonly value: string }
  | { readonly by: 'nothing'; readonly error: string }

export function readSearch(words: Words, roles: readonly Role[], { q = '' }: Submitted): Wanted {
  const { orders } = words.backoffice
  const typed = q.trim()
  const number = /^#?\s*(\d{1,15})$/.exec(typed)?.[1]
  if (number !== undefined) return { by: 'number', number: Number(number) }
  if (typed === '') return { by: 'nothing', error: orders.searchMissing }
  const by = typed.includes('@') ? 'email' : 'lastName'
  if (!maySearchBy(roles, by)) return { by: 'nothing', error: orders.searchNotAllowed[by] }
  return { by, value: typed }
}
