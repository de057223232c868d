/**
 * Legal holds: an order that must not end before a day is over, on one of three grounds. Its person sees it.
 *
 * C3.2: a hold ends no later than order data may be kept at all.
 *
 * Invariant: an erasure that was asked for meanwhile waits, and happens by itself when the hold has ended.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, instantOf, newId } from '../base/ids.ts'
import { type Acting, lockLiving } from './_living.ts'
import { type Ending, lastWords } from './endings.ts'
import { columnsOf, endsBy, type Holding, type JsonRow } from './holdings.ts'
import { append } from './ledger.ts'

/** Fixed words, since they go into the ledger. */
export const HOLD_GROUNDS = [
  'a legal claim is open',
  'a court or an authority has ordered it',
  'its payment is disputed',
] as const

export type HoldGround = (typeof HOLD_GROUNDS)[number]

export function isHoldGround(text: string): text is HoldGround {
  return (HOLD_GROUNDS as readonly string[]).includes(text)
}

export type LegalHold = {
  readonly subject: Id
  readonly ground: HoldGround
  /** The last day, `YYYY-MM-DD`. */
  readonly until: string
  /** The reference of a member of staff. */
  readonly by: string
  readonly setAt: Temporal.Instant
}

/** The last day that a hold on this order may have. */
export function latestHold(subject: Id): string {
  return endsBy('order-contact', instantOf(subject)) ?? ''
}

/**
 * @throws {Fault} `conflict` when the order is held or has ended, `invalid` when the day is past or later than its data
 *   may be kept.
 */
export async function setHold(
  { database, clock, holdings, endings }: Acting,
  hold: Omit<LegalHold, 'setAt'>,
): Promise<void> {
  const { subject, ground, until, by } = hold
  const at = clock()
  if (until < today(at) || until > latestHold(subject)) {
    throw new Fault('invalid', 'Cannot hold the order until then', {
      remedy: `Choose a day from today to ${latestHold(subject)}`,
    })
  }
  await database.transaction(async (tx) => {
    const [living] = await lockLiving(holdings, tx, [subject])
    if (living === undefined) throw new Fault('conflict', 'There is nothing left to hold')
    const id = newId(at)
    const set = await tx.run(sql`
      insert into legal_hold (subject, id, ground, until, by, set_at)
      values (${subject}, ${id}, ${ground}, ${until}, ${by}, ${at}) on conflict do nothing`)
    if (set === 0) throw new Fault('conflict', 'This order is held already')
    await endings.note('held', [subject], `${HOLD_GROUNDS.indexOf(ground)} ${until}`)
    const entry = {
      kind: 'hold set',
      reference: id,
      clause: 'C3.2',
      because: ground,
      until,
    } as const
    await append(tx, entry, at)
  })
}

/** @throws {Fault} `conflict` when there is no hold any more. */
export async function endHold({ database, clock, endings }: Acting, subject: Id): Promise<void> {
  await database.transaction(async (tx) => {
    const ended = await tx.first<{ id: Id }>(
      sql`delete from legal_hold where subject = ${subject} returning id`,
    )
    if (ended === undefined) throw new Fault('conflict', 'This order is not held any more')
    await endings.note('released', [subject])
    await recordEnd(tx, ended.id, clock(), 'the shop ended it')
  })
}

/** Ends the holds whose last day is over. Returns how many. */
export async function endPastHolds({ database, clock }: Acting): Promise<number> {
  return database.transaction(async (tx) => {
    const at = clock()
    const ended = await tx.many<{ id: Id }>(
      sql`delete from legal_hold where until < ${today(at)} returning id`,
    )
    for (const { id } of ended) await recordEnd(tx, id, at, 'its last day was over')
    return ended.length
  })
}

/**
 * After a restore: what was held, or not any more, is so again, before anything ends once more. A hold whose last day
 * is over ends by itself.
 */
export async function restoreHolds(acting: Acting, endings: readonly Ending[]): Promise<void> {
  const { database } = acting
  for (const { what, id: subject, about } of lastWords(endings, 'held', 'released')) {
    const hold = (await holdsOf(database, [subject])).get(subject)
    const [number = '', until = ''] = about.split(' ')
    const ground = HOLD_GROUNDS[Number(number)]
    if (hold !== undefined && hold.ground === ground && hold.until === until) continue
    if (hold !== undefined) await endHold(acting, subject)
    if (what === 'released' || ground === undefined || until < today(acting.clock())) continue
    await setHold(acting, { subject, ground, until, by: 'store' }).catch(unlessEnded)
  }
}

function unlessEnded(error: unknown): void {
  if (!(error instanceof Fault && error.code === 'conflict')) throw error
}

export async function holdsOf(
  on: Queries,
  subjects: readonly Id[],
): Promise<ReadonlyMap<Id, LegalHold>> {
  const rows = await on.many<LegalHold>(sql`
    select subject, ground, until, by, set_at as "setAt" from legal_hold
    where subject = any(${subjects}::uuid[])`)
  return new Map(rows.map((hold) => [hold.subject, hold]))
}

async function recordEnd(tx: Transaction, id: Id, at: Temporal.Instant, because: string) {
  await append(tx, { kind: 'hold ended', reference: id, clause: 'C3.2', because }, at)
}

function today(at: Temporal.Instant): string {
  return at.toZonedDateTimeISO('UTC').toPlainDate().toString()
}

export const holdHolding: Holding = {
  rule: 'order-contact',
  tables: ['legal_hold'],
  async show(on, subjects) {
    const rows = await on.many<JsonRow>(sql`
      select subject, set_at as since, to_jsonb(legal_hold) - 'subject' as row
      from legal_hold where subject = any(${subjects}::uuid[]) order by subject`)
    return { fields: columnsOf('order-contact', 'legal_hold', rows) }
  },
  /** What is held is open: it waits, as an order does that has not been delivered. */
  open: async (on, subjects) => [...(await holdsOf(on, subjects)).keys()],
  async aside(on, mailbox) {
    const rows = await on.many<{ id: Id }>(sql`
      select h.subject as id
      from legal_hold h, lateral (select mailbox from data_key where id = h.subject limit 1) k
      where k.mailbox = ${mailbox}`)
    return rows.map(({ id }) => id)
  },
  end: (tx, subjects) =>
    tx.run(sql`delete from legal_hold where subject = any(${subjects}::uuid[])`),
  left: async (on, subjects) => (await holdsOf(on, subjects)).size,
}
