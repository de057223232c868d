/** Orders locked as an erasure locks them, so that nothing is written about one that ends at that moment. */

import type { Clock } from '../base/clock.ts'
import { type Database, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { type Holding, openOf } from './holdings.ts'

/** What it takes to act on orders in the name of their person. */
export type Acting = {
  readonly database: Database
  readonly clock: Clock
  readonly holdings: readonly Holding[]
}

/** Those of the subjects that have not ended. They stay so until the transaction is over. */
export async function lockLiving(
  holdings: readonly Holding[],
  tx: Transaction,
  subjects: readonly Id[],
): Promise<readonly Id[]> {
  await openOf(holdings, tx, subjects)
  const rows = await tx.many<{ id: Id }>(
    sql`select id from data_key where id = any(${subjects}::uuid[]) order by id`,
  )
  return rows.map(({ id }) => id)
}
