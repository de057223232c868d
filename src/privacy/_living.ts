/** Orders locked as an erasure locks them, so that nothing is written about one that ends at that moment. */

import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { lockMailboxes } from './_mailbox-key.ts'
import type { Endings } from './endings.ts'
import { type Holding, openOf } from './holdings.ts'

/** What it takes to act on orders in the name of their person. */
export type Acting = {
  readonly database: Database
  readonly clock: Clock
  readonly holdings: readonly Holding[]
  /** Each act is noted before its transaction commits: a restore must not undo it. */
  readonly endings: Endings
}

/** Why the ledger has an act once more that was made after a backup. */
export const BEFORE_RESTORE = 'it was so before a restore'

/** Those of the subjects that have not ended. They stay so until the transaction is over. */
export async function lockLiving(
  holdings: readonly Holding[],
  tx: Transaction,
  subjects: readonly Id[],
): Promise<readonly Id[]> {
  await lockMailboxes(tx, subjects)
  await openOf(holdings, tx, subjects)
  // Of one that was just gathered, while its order was waited for.
  await lockMailboxes(tx, subjects)
  return livingOf(tx, subjects)
}

/** Those of the subjects that have not ended, oldest first. */
export async function livingOf(on: Queries, subjects: readonly Id[]): Promise<readonly Id[]> {
  const rows = await on.many<{ id: Id }>(
    sql`select id from living_key where id = any(${subjects}::uuid[]) order by id`,
  )
  return rows.map(({ id }) => id)
}
