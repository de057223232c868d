/**
 * The data key of an accounting month, under which the invoices of its orders are sealed (C3.2).
 *
 * Invariant: a month has one key, whichever transactions need it first; when it is destroyed, no invoice of it opens.
 */

import { monthOf } from '../base/clock.ts'
import { sql, type Transaction } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { type Keys, learnOf, type WrappedKey } from './keys.ts'

/** Those that were used already, by month. */
export type PeriodKeys = Map<string, PeriodKey>

type PeriodKey = { readonly id: Id; readonly key: Buffer }

/** The data key of an accounting month, made by whichever transaction first needs it. */
export async function periodKey(
  keys: Keys,
  periodKeys: PeriodKeys,
  tx: Transaction,
  at: Temporal.Instant,
): Promise<PeriodKey> {
  const month = monthOf(at)
  const known = periodKeys.get(month)
  if (known !== undefined) return known
  const made = keys.newDataKey('period', newId(at))
  await tx.run(sql`
    with period as (
      insert into accounting_period (month, key_id) values (${month}, ${made.wrapped.id})
      on conflict do nothing returning key_id
    )
    insert into data_key (id, kind, generation, wrapped)
    select key_id, 'period', ${made.wrapped.generation}, ${made.wrapped.wrapped} from period`)
  const stored = await tx.one<WrappedKey & { own: boolean }>(sql`
    select id, kind, generation, wrapped,
      accounting_period.xmin = pg_current_xact_id()::xid as own
    from data_key join accounting_period on key_id = id where month = ${month}`)
  await learnOf(keys, tx, [stored])
  const period = { id: stored.id, key: keys.unwrap(stored) }
  // Kept only when another transaction has committed it: this one may still roll back.
  if (!stored.own) periodKeys.set(month, period)
  return period
}

/** Destroys the key of a month of the books. A restore ends it again by the month, so it is noted nowhere else. */
export function destroyPeriodKey(tx: Transaction, month: string): Promise<number> {
  return tx.run(sql`
    with period as (delete from accounting_period where month = ${month} returning key_id)
    delete from data_key using period where id = key_id`)
}
