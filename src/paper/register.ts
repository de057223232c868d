/**
 * The register of papers that bear customer data (C4.1): what each is, where it lies, since when.
 *
 * A paper's control number is written on it. Whose it is lies sealed under the document's own key; a paper about an
 * order is shown to its person until the order's data ends. The paper itself may stay (C4.1), and staff are shown that
 * this happened.
 *
 * Invariant: a paper lies in one of the secure places, and nowhere else: there is no move to anybody (C4.2, C4.3).
 * Invariant: every move is recorded, with who and when.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { sealDocument } from '../privacy/document-record.ts'
import { append } from '../privacy/ledger.ts'
import { Personal } from '../privacy/personal.ts'
import { openHeld } from '../privacy/vault.ts'
import type { Archive } from './places.ts'

export const PAPER_KINDS = [
  'invoice',
  'delivery note',
  'return form',
  'warranty card',
  'letter',
  'other',
] as const
export type PaperKind = (typeof PAPER_KINDS)[number]

export type Paper = {
  readonly id: Id
  /** The control number. */
  readonly number: number
  readonly kind: PaperKind
  readonly place: Id
  readonly placeName: string
  readonly registeredBy: Id
  readonly registeredAt: Temporal.Instant
  /** When the data of its order ended: the paper may have to end as well. */
  readonly dataEndedAt: Temporal.Instant | null
  readonly destruction: Destruction | null
}

export type Destruction = {
  readonly at: Temporal.Instant
  /** Of `at` the day alone is known, in UTC: a restore has put the record back. */
  readonly isTimeLost: boolean
  readonly method: string
  /** Of ISO/IEC 21964: 3 stands for P-3. */
  readonly level: number
  readonly by: Id
  readonly witness: Id
}

export type Move = {
  readonly id: Id
  readonly from: string
  readonly to: string
  readonly by: Id
  readonly at: Temporal.Instant
}

/** Whose a paper is: the person of an order, or a name that stands on it. */
export type Owner = { readonly order: Id } | { readonly values: readonly Personal[] }

/** Takes a paper into the register. Returns its control number. */
export async function registerPaper(
  archive: Archive,
  paper: {
    readonly kind: PaperKind
    readonly place: Id
    readonly owner: Owner
    readonly by: Id
  },
): Promise<number> {
  const { database, vault, clock } = archive
  const { kind, place, owner, by } = paper
  return database.transaction(async (tx) => {
    await checkPlace(tx, place)
    const at = clock()
    const id = newId(at)
    const order = 'order' in owner ? owner.order : null
    await sealDocument(
      vault,
      tx,
      id,
      'order' in owner ? await ownerOf(archive, tx, owner.order) : owner.values,
    )
    const { number } = await tx.one<{ number: number }>(sql`
      insert into paper_document (id, kind, place, subject, registered_by, registered_at)
      values (${id}, ${kind}, ${place}, ${order}, ${by}, ${at}) returning number`)
    await append(tx, { kind: 'paper registered', reference: id, clause: 'C4.1' }, at)
    return number
  })
}

/** Moves a paper to another secure place. @throws {Refusal} C4.2, C4.3 for any other place. */
export async function movePaper(archive: Archive, id: Id, to: Id, by: Id): Promise<void> {
  await archive.database.transaction(async (tx) => {
    const { place: from } = await lockPaper(tx, id)
    if (from === to) return
    await checkPlace(tx, to)
    const at = archive.clock()
    await tx.run(sql`update paper_document set place = ${to} where id = ${id}`)
    await tx.run(sql`
      insert into paper_move (id, document, from_place, to_place, by, moved_at)
      values (${newId(at)}, ${id}, ${from}, ${to}, ${by}, ${at})`)
    await append(tx, { kind: 'paper moved', reference: id, clause: 'C4.2' }, at)
  })
}

/** A paper that has not been destroyed, and stays so while the transaction lasts. @throws {Fault} `conflict` */
export async function lockPaper(tx: Transaction, id: Id): Promise<{ readonly place: Id }> {
  const row = await tx.first<{ place: Id }>(sql`
    select place from paper_document where id = ${id} and destroyed_at is null for update`)
  if (row === undefined) throw new Fault('conflict', 'This paper has been destroyed')
  return row
}

/** Papers, those first whose order's data has ended, then the newest; of the destroyed ones the latest. */
export async function listPapers(
  on: Queries,
  { number, limit = 200 }: { readonly number?: number; readonly limit?: number } = {},
): Promise<readonly Paper[]> {
  type Row = Omit<Paper, 'destruction'> & {
    readonly [K in keyof Destruction]: K extends 'isTimeLost' ? boolean : Destruction[K] | null
  }
  const rows = await on.many<Row>(sql`
    select d.id, d.number, d.kind, d.place, p.name as "placeName",
      d.registered_by as "registeredBy", d.registered_at as "registeredAt",
      d.data_ended_at as "dataEndedAt", d.destroyed_at as at, d.method, d.level,
      d.destroyed_by as by, d.witnessed_by as witness, d.time_lost as "isTimeLost"
    from paper_document d join paper_place p on p.id = d.place
    where ${number ?? null}::bigint is null or d.number = ${number ?? null}
    order by d.destroyed_at is not null, d.data_ended_at is null, d.number desc limit ${limit}`)
  return rows.map(({ at, isTimeLost, method, level, by, witness, ...paper }) => {
    const isWhole = at && method && level && by && witness
    const destruction = isWhole ? { at, isTimeLost, method, level, by, witness } : null
    return { ...paper, destruction }
  })
}

export async function findPaper(on: Queries, number: number): Promise<Paper | undefined> {
  const [paper] = await listPapers(on, { number })
  return paper
}

/** The order that a paper is about, until the order's data ends. */
export async function orderOf(on: Queries, id: Id): Promise<Id | null> {
  const { subject } = await on.one<{ subject: Id | null }>(
    sql`select subject from paper_document where id = ${id}`,
  )
  return subject
}

/** The moves of a paper, oldest first. */
export async function movesOf(on: Queries, id: Id): Promise<readonly Move[]> {
  return on.many<Move>(sql`
    select m.id, f.name as "from", t.name as "to", m.by, m.moved_at as at
    from paper_move m join paper_place f on f.id = m.from_place
      join paper_place t on t.id = m.to_place
    where m.document = ${id} order by m.id`)
}

/** The order's own person, as its contact has them now. */
async function ownerOf(
  { vault }: Archive,
  tx: Transaction,
  order: Id,
): Promise<readonly Personal[]> {
  const { firstName, lastName, email } = await openHeld(vault, tx, order, [
    ...(['firstName', 'lastName', 'email'] as const),
  ])
  if (lastName === undefined || email === undefined) {
    throw new Fault('not_found', 'The contact of this order has ended', {
      remedy: 'Enter the name that stands on the paper instead',
    })
  }
  const names = firstName === undefined ? [] : [Personal.of('firstName', firstName)]
  return [...names, Personal.of('lastName', lastName), Personal.of('email', email)]
}

async function checkPlace(tx: Transaction, place: Id): Promise<void> {
  const open = await tx.first(sql`
    select 1 from paper_place where id = ${place} and closed_at is null for share`)
  if (open !== undefined) return
  throw new Refusal(
    'C4.2',
    'A paper that bears customer data is kept in one of the secure places, and goes to nobody',
  )
}
