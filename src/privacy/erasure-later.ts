/**
 * Erasure in three days, with a way back: what was asked for waits as a record, and the clock's work carries it out.
 *
 * Invariant: it happens once or is taken back, never both: whoever takes the rows has them.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { livingOf, lockLiving } from './_living.ts'
import { type Ending, lastWords } from './endings.ts'
import { type Erasing, erase } from './erasure.ts'
import { columnsOf, type Holding, type JsonRow } from './holdings.ts'
import { append } from './ledger.ts'
import { byMailbox } from './look-ups.ts'

export const WAIT_HOURS = 72

export type Waiting = { readonly entry: Id; readonly dueAt: Temporal.Instant }

/**
 * Lets an erasure wait. Returns the ledger's entry that it will have; undefined when all of it has ended or waits
 * already.
 *
 * @param tell is called in the transaction with the newest of the orders, to tell its person the way back.
 */
export async function eraseLater(
  { database, clock, holdings, endings }: Erasing,
  subjects: readonly Id[],
  tell: (tx: Transaction, subject: Id) => Promise<void>,
): Promise<Id | undefined> {
  return database.transaction(async (tx) => {
    const living = await lockLiving(holdings, tx, subjects)
    const at = clock()
    const entry = newId(at)
    const set = await tx.run(sql`
      insert into erasure_plan (subject, entry, due_at, asked_at)
      select subject, ${entry}, ${at.add({ hours: WAIT_HOURS })}, ${at}
      from unnest(${living}::uuid[]) as living (subject)
      where not exists (select from erasure_request r where r.subject = living.subject)
      on conflict do nothing`)
    const newest = living.at(-1)
    if (set === 0 || newest === undefined) return undefined
    await endings.note('waits', living)
    await append(tx, { kind: 'erasure asked for', reference: entry, clause: 'C3.1' }, at)
    await tell(tx, newest)
    return entry
  })
}

/** @throws {Fault} `conflict` when it has happened meanwhile, or was taken back before. */
export async function takeBack(erasing: Erasing, entry: Id): Promise<void> {
  const { database, clock, endings } = erasing
  await database.transaction(async (tx) => {
    const kept = await claim(tx, entry)
    if (kept.length === 0) throw new Fault('conflict', 'This deletion does not wait any more')
    await endings.note('kept', kept)
    const taken = { kind: 'erasure taken back', reference: entry, clause: 'C3.1' } as const
    await append(tx, taken, clock())
  })
}

/**
 * After a restore: what was taken back is, and what waited waits anew, for its whole time: its person is told the way
 * back by another mail, since the link in the former one opens nothing any more.
 */
export async function restoreWaiting(
  erasing: Erasing,
  endings: readonly Ending[],
  tell: (tx: Transaction, subject: Id) => Promise<void>,
): Promise<void> {
  const { database } = erasing
  const last = lastWords(endings, 'waits', 'kept')
  const idsOf = (what: Ending['what']) =>
    last.filter((ending) => ending.what === what).map(({ id }) => id)
  const kept = await waitingOf(database, idsOf('kept'))
  for (const { entry } of kept) await takeBack(erasing, entry)
  for (const subjects of await byMailbox(erasing.vault, database, idsOf('waits'))) {
    await eraseLater(erasing, subjects, tell)
  }
}

/** Carries out what has waited long enough, a bounded number at a time. Returns how many. */
export async function eraseDue(erasing: Erasing, limit = 50): Promise<number> {
  const due = await erasing.database.many<{ entry: Id }>(sql`
    select entry from erasure_plan where due_at <= ${erasing.clock()}
    group by entry order by min(due_at) limit ${limit}`)
  for (const { entry } of due) await erase(erasing, (tx) => claim(tx, entry), entry)
  return due.length
}

/** What waits of the subjects, the soonest first. What has ended meanwhile waits for nothing but its rows' end. */
export async function waitingOf(on: Queries, subjects: readonly Id[]): Promise<readonly Waiting[]> {
  return on.many<Waiting>(sql`
    select entry, min(due_at) as "dueAt" from erasure_plan
    where subject = any(${subjects}::uuid[])
      and (select true from living_key where id = subject limit 1)
    group by entry order by min(due_at)`)
}

export async function waitingEntry(on: Queries, entry: Id): Promise<Waiting | undefined> {
  return on.first<Waiting>(sql`
    select entry, min(due_at) as "dueAt" from erasure_plan where entry = ${entry}
      and (select true from living_key where id = subject limit 1)
    group by entry`)
}

async function claim(tx: Transaction, entry: Id): Promise<readonly Id[]> {
  const rows = await tx.many<{ subject: Id }>(
    sql`delete from erasure_plan where entry = ${entry} returning subject`,
  )
  return livingOf(
    tx,
    rows.map(({ subject }) => subject),
  )
}

export const planHolding: Holding = {
  rule: 'order-contact',
  tables: ['erasure_plan'],
  async show(on, subjects) {
    const rows = await on.many<JsonRow>(sql`
      select subject, asked_at as since, to_jsonb(erasure_plan) - 'subject' as row
      from erasure_plan where subject = any(${subjects}::uuid[]) order by subject`)
    return { fields: columnsOf('order-contact', 'erasure_plan', rows) }
  },
  end: (tx, subjects) =>
    tx.run(sql`delete from erasure_plan where subject = any(${subjects}::uuid[])`),
  async left(on, subjects) {
    const { n } = await on.one<{ n: number }>(
      sql`select count(*) as n from erasure_plan where subject = any(${subjects}::uuid[])`,
    )
    return n
  },
}
