/**
 * Restrictions: a person stops every use of an order's data but its storage (art. 18 GDPR), and lifts that again.
 *
 * Invariant: what is restricted reaches nobody but its person, and whoever must be told to fulfil that person's rights.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Refusal } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { type Acting, BEFORE_RESTORE, lockLiving } from './_living.ts'
import { type Ending, lastWords } from './endings.ts'
import { columnsOf, type Holding, type JsonRow } from './holdings.ts'
import { append } from './ledger.ts'
import { flowFor } from './policy.ts'

const ASKED = 'the person asked'

type Asked = { readonly to: string; readonly for: string }

/** The person's own no. */
export class Restricted extends Refusal {
  constructor({ to, for: purpose }: Asked) {
    super(
      'C5',
      `Cannot give "${to}" anything for "${purpose}": the person has restricted the use of their data`,
    )
  }
}

type Manner = {
  readonly because?: string
  readonly record?: (tx: Transaction, count: number) => Promise<void>
}

/**
 * Tells how many were not restricted before.
 *
 * @param by `customer`, or the reference of a member of staff.
 * @param record writes that down in the same transaction, where there were some.
 */
export async function restrict(
  { database, clock, holdings, endings }: Acting,
  subjects: readonly Id[],
  by: string,
  { because = ASKED, record }: Manner = {},
): Promise<number> {
  return database.transaction(async (tx) => {
    const living = await lockLiving(holdings, tx, subjects)
    const at = clock()
    const set = await tx.many<{ id: Id }>(sql`
      insert into restriction (subject, id, by, set_at)
      select subject, id, ${by}, ${at}
      from unnest(${living}::uuid[], ${living.map(() => newId(at))}::uuid[]) as asked (subject, id)
      on conflict do nothing returning id`)
    await endings.note('restricted', living)
    for (const { id } of set) {
      await append(tx, { kind: 'use restricted', reference: id, because }, at)
    }
    if (set.length > 0) await record?.(tx, set.length)
    return set.length
  })
}

/** Tells how many were restricted. */
export async function liftRestriction(
  { database, clock, endings }: Acting,
  subjects: readonly Id[],
  because = ASKED,
): Promise<number> {
  return database.transaction(async (tx) => {
    const lifted = await tx.many<{ id: Id; subject: Id }>(
      sql`delete from restriction where subject = any(${subjects}::uuid[]) returning id, subject`,
    )
    await endings.note(
      'lifted',
      lifted.map(({ subject }) => subject),
    )
    for (const { id } of lifted) {
      await append(tx, { kind: 'restriction lifted', reference: id, because }, clock())
    }
    return lifted.length
  })
}

/** After a restore: what was restricted, or not any more, is so again. */
export async function restoreRestrictions(
  acting: Acting,
  endings: readonly Ending[],
): Promise<void> {
  const last = lastWords(endings, 'restricted', 'lifted')
  const idsOf = (what: Ending['what']) =>
    last.filter((ending) => ending.what === what).map(({ id }) => id)
  await restrict(acting, idsOf('restricted'), 'store', { because: BEFORE_RESTORE })
  await liftRestriction(acting, idsOf('lifted'), BEFORE_RESTORE)
}

/** Since when each of the subjects is restricted that is. */
export async function restrictedSince(
  on: Queries,
  subjects: readonly Id[],
): Promise<ReadonlyMap<Id, Temporal.Instant>> {
  const rows = await on.many<{ subject: Id; at: Temporal.Instant }>(sql`
    select subject, set_at as at from restriction where subject = any(${subjects}::uuid[])`)
  return new Map(rows.map(({ subject, at }) => [subject, at]))
}

export async function isRestricted(on: Queries, subject: Id): Promise<boolean> {
  return (await on.first(sql`select 1 from restriction where subject = ${subject}`)) !== undefined
}

/** Whether it fulfils a right of the person: no restriction stops that. */
export function fulfilsRight({ to, for: purpose }: Asked): boolean {
  return flowFor(to, purpose).purpose === 'RightsFulfilment'
}

/** @throws {Restricted} C5 when the subject is restricted and this fulfils no right of theirs. */
export async function checkUnrestricted(
  on: Queries,
  asked: Asked & { readonly subject: Id },
): Promise<void> {
  if (!fulfilsRight(asked) && (await isRestricted(on, asked.subject))) throw new Restricted(asked)
}

export const restrictionHolding: Holding = {
  rule: 'order-contact',
  tables: ['restriction'],
  async show(on, subjects) {
    const rows = await on.many<JsonRow>(sql`
      select subject, set_at as since, to_jsonb(restriction) - 'subject' as row
      from restriction where subject = any(${subjects}::uuid[]) order by subject`)
    return { fields: columnsOf('order-contact', 'restriction', rows) }
  },
  end: (tx, subjects) =>
    tx.run(sql`delete from restriction where subject = any(${subjects}::uuid[])`),
  left: async (on, subjects) => (await restrictedSince(on, subjects)).size,
}
