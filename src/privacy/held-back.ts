/** What must not be ended now, although its time is over: its person restricted its use, or a legal hold is on it. */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'

/** Those of the subjects that are restricted or under a legal hold. */
export async function heldBack(on: Queries, subjects: readonly Id[]): Promise<ReadonlySet<Id>> {
  const rows = await on.many<{ subject: Id }>(sql`
    select subject from restriction where subject = any(${subjects}::uuid[])
    union select subject from legal_hold where subject = any(${subjects}::uuid[])`)
  return new Set(rows.map(({ subject }) => subject))
}

/** How many orders are restricted, and how many are under a legal hold. */
export type HeldBack = { readonly restricted: number; readonly legallyHeld: number }

export async function countHeldBack(on: Queries): Promise<HeldBack> {
  return on.one(sql`
    select (select count(*) from restriction) as restricted,
      (select count(*) from legal_hold) as "legallyHeld"`)
}

/** Of orders that were placed before. */
export async function countHeldBackBefore(on: Queries, bound: Id): Promise<HeldBack> {
  return on.one(sql`
    select (select count(*) from restriction where subject < ${bound}) as restricted,
      (select count(*) from legal_hold where subject < ${bound}) as "legallyHeld"`)
}
