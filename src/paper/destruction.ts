/**
 * The end of a paper (C4.4): a record of how its content was destroyed, by whom, and who saw it.
 *
 * Invariant: a paper ends by this record and by nothing else; with it ends the key of whose it was.
 * Invariant: whoever destroys it and whoever witnesses it are two people of the staff.
 * Invariant: the record is on the list of endings before the key is, so that a restore ends neither without the other.
 */

import { sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { type Ending, lastWords } from '../privacy/endings.ts'
import { append } from '../privacy/ledger.ts'
import { destroyKeys } from '../privacy/vault.ts'
import type { Archive } from './places.ts'
import { lockPaper } from './register.ts'

/** In the house: a paper is given to nobody, to be destroyed neither (C4.3). */
export const METHODS = ['cross-cut shredder', 'strip shredder', 'pulping', 'burning'] as const
export type Method = (typeof METHODS)[number]

/** ISO/IEC 21964: what bears personal data is destroyed at P-3 at least, P-4 as a rule. */
export const LEVELS = [3, 4, 5, 6, 7] as const
export const USUAL_LEVEL = 4

export type Destroying = {
  readonly method: Method
  readonly level: number
  readonly by: Id
  readonly witness: Id
}

/** Records that a paper was destroyed. @throws {Fault} `conflict` when it was before, `invalid` without a witness. */
export async function destroyPaper(
  { database, vault, clock }: Archive,
  id: Id,
  { method, level, by, witness }: Destroying,
): Promise<void> {
  if (by === witness) {
    throw new Fault('invalid', 'Another member of the staff must have seen it', {
      remedy: 'Choose who witnessed the destruction',
    })
  }
  await database.transaction(async (tx) => {
    await lockPaper(tx, id)
    const at = clock()
    await tx.run(sql`
      update paper_document set destroyed_at = ${at}, method = ${method}, level = ${level},
        destroyed_by = ${by}, witnessed_by = ${witness}
      where id = ${id}`)
    const day = at.toString().slice(0, 10)
    const about = `${METHODS.indexOf(method)} ${level} ${by} ${witness} ${day}`
    await vault.endings.note('destroyed', [id], about)
    await destroyKeys(vault, tx, [id])
    await appendEnd(tx, { id, method, level }, at)
  })
}

/**
 * After a restore: papers that were destroyed since are so again, by the record of then, of whose time the day is
 * known. Done again, it does nothing.
 */
export async function destroyAgain(
  { database, vault, clock }: Archive,
  endings: readonly Ending[],
): Promise<void> {
  const noted = lastWords(endings, 'destroyed').map(({ id, about }) => ({ id, ...recordOf(about) }))
  await database.transaction(async (tx) => {
    const again = await tx.many<Ended>(sql`
      update paper_document d set destroyed_at = line.day::timestamp at time zone 'UTC',
        time_lost = true, method = line.method, level = line.level, destroyed_by = line.by,
        witnessed_by = line.witness
      from unnest(${noted.map(({ id }) => id)}::uuid[],
        ${noted.map(({ method }) => method)}::text[],
        ${noted.map(({ level }) => level)}::smallint[],
        ${noted.map(({ by }) => by)}::uuid[],
        ${noted.map(({ witness }) => witness)}::uuid[],
        ${noted.map(({ day }) => day)}::date[]) as line (id, method, level, by, witness, day)
      where d.id = line.id and d.destroyed_at is null
      returning d.id, d.method, d.level`)
    await destroyKeys(
      vault,
      tx,
      again.map(({ id }) => id),
    )
    for (const paper of again) await appendEnd(tx, paper, clock())
  })
}

type Ended = { readonly id: Id; readonly method: string; readonly level: number }

function appendEnd(tx: Transaction, { id, method, level }: Ended, at: Temporal.Instant) {
  const because = `${method}, P-${level}`
  return append(tx, { kind: 'paper destroyed', reference: id, clause: 'C4.4', because }, at)
}

/** What stands behind a paper on the list of endings. */
function recordOf(about: string) {
  const [method = '', level = '', by = '', witness = '', day = ''] = about.split(' ')
  return { method: METHODS[Number(method)] ?? '', level: Number(level), by, witness, day }
}
