/**
 * The database's sequences: those that number orders, and the like.
 */

import { type Queries, sql } from '../base/database.ts'

export type Sequence = { readonly name: string; readonly value: number }

/** Numbers that orders may have been given after the last checkpoint that is known. */
const NUMBERS_SKIPPED = 1000

export function sequencesOf(on: Queries): Promise<readonly Sequence[]> {
  return on.many(sql`
    select quote_ident(sequencename) as name, last_value as value from pg_sequences
    where schemaname = current_schema() and last_value is not null order by 1`)
}

/** After a loss no number is given twice: an order comes with several entries of the ledger. */
export async function skipNumbers(
  on: Queries,
  sequences: readonly Sequence[],
  lost: number | null,
): Promise<void> {
  const skipped = lost === 0 ? 0 : (lost ?? 0) + NUMBERS_SKIPPED
  for (const { name, value } of sequences) {
    await on.run(sql`select setval(${name}::regclass, ${value + skipped}::bigint)`)
  }
}
