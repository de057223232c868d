/**
 * Orders found by a person: by the look-up value of what somebody typed, which is forgotten.
 *
 * Invariant: who packs and nothing else finds orders that are open, since the others are none of their business (C8.1).
 */

import type { Id } from '../base/ids.ts'
import { listOrders, ORDER_STATES, type OrderState, type OrderSummary } from '../orders/order.ts'
import { findSubjects } from '../privacy/look-ups.ts'
import { type Searched, viewsOf } from '../staff/roles.ts'
import type { SignedIn } from '../staff/session.ts'
import { OPEN_STATES } from './conditions.ts'
import type { BackOffice } from './office.ts'

/** A name that more orders bear is no help in finding one. */
export const MOST_FOUND = 10_000

export type ByPerson = { readonly by: Searched; readonly value: string }
type Page = {
  readonly before?: Id | undefined
  readonly limit: number
  /** Of those that the roles may find; all of them where it is left out. */
  readonly states?: readonly OrderState[]
}

/** Newest first. */
export async function findByPerson(
  { gateway }: BackOffice,
  { roles }: SignedIn,
  { by, value }: ByPerson,
  page: Page,
): Promise<readonly OrderSummary[]> {
  const { vault, database } = gateway
  const ids = await findSubjects(vault, database, by, value, MOST_FOUND)
  const allowed = viewsOf(roles).includes('service') ? ORDER_STATES : OPEN_STATES
  const { before, limit, states: wanted = allowed } = page
  const states = allowed.filter((state) => wanted.includes(state))
  return listOrders(database, { ids, states, before, limit })
}
