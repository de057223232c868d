/**
 * The forms of the staff: a new member's name, and roles.
 */

import { ROLES, type Role } from '../../staff/roles.ts'
import type { Submitted } from '../../web/body.ts'
import type { FieldErrors } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'

export type MemberTyped = {
  readonly login: string
  readonly roles: readonly Role[]
  readonly errors: FieldErrors
}

export function readMember(words: Words, sent: Submitted): MemberTyped {
  const login = (sent.login ?? '').trim().toLowerCase()
  const { roles, errors } = readRoles(words, sent)
  const { loginWrong } = words.backoffice.staff
  const isName = /^[a-z0-9][a-z0-9._-]{0,39}$/.test(login)
  return { login, roles, errors: { ...(isName ? {} : { login: loginWrong }), ...errors } }
}

/** A role is a box that is ticked. */
export function readRoles(words: Words, sent: Submitted): Omit<MemberTyped, 'login'> {
  const roles = ROLES.filter((role) => sent[role] === 'yes')
  return { roles, errors: roles.length > 0 ? {} : { owner: words.backoffice.staff.rolesMissing } }
}
