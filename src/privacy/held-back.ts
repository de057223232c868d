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
