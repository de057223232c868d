/**
 * Roles: what a member of staff may do, and through which flow of the policy's table a role sees a person.
 *
 * Invariant: this is the only list of who may do what in the back office; pages and actions ask `may`.
 * Invariant: the owner's role alone has no view, so an owner sees nothing about a person without another role.
 */

import { flowFor } from '../privacy/policy.ts'

export const ROLES = ['owner', 'packing', 'service', 'accounts'] as const
export type Role = (typeof ROLES)[number]

const DEEDS = {
  'see orders': ROLES,
  'pack an order': ['packing'],
  'book a parcel': ['packing'],
  'print a label': ['packing'],
  'cancel an order': ['owner', 'service'],
  'refund an order': ['owner', 'accounts'],
  'settle a refund': ['owner', 'accounts'],
  'see the books': ['owner', 'accounts'],
  'hold an order': ['owner'],
  'answer requests': ['owner', 'service'],
  'keep papers': ['owner', 'service'],
  'look at a person': ['packing', 'service', 'accounts'],
  'see retention': ['owner', 'accounts'],
  'trust the clock': ['owner'],
  'manage staff': ['owner'],
  'change the own password': ROLES,
} as const satisfies Record<string, readonly Role[]>

/** What may be done in the back office. */
export type Deed = keyof typeof DEEDS

/** The flow by which each role sees a person; a role that is not here sees none. */
export const VIEWS = {
  packing: { to: 'staff: packing', for: 'packing' },
  service: { to: 'staff: service', for: 'service' },
  accounts: { to: 'staff: accounts', for: 'accounting' },
} as const

export type View = keyof typeof VIEWS

export function may(roles: readonly Role[], deed: Deed): boolean {
  const allowed: readonly Role[] = DEEDS[deed]
  return roles.some((role) => allowed.includes(role))
}

export function viewsOf(roles: readonly Role[]): readonly View[] {
  return roles.filter(isView)
}

/** What an order is looked up by, beside its number. */
export const SEARCHED = ['email', 'phone', 'lastName', 'postalCode'] as const
export type Searched = (typeof SEARCHED)[number]

/** Whether one of these roles is given a field by the policy, and so may look an order up by it. */
export function maySearchBy(roles: readonly Role[], by: Searched): boolean {
  const field = by === 'postalCode' ? 'postalAddress' : by
  return viewsOf(roles).some((view) => {
    const flow = flowFor(VIEWS[view].to, VIEWS[view].for)
    return flow.fields.includes(field)
  })
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text)
}

export function isView(text: string): text is View {
  return Object.hasOwn(VIEWS, text)
}
