/**
 * The end of a paper (C4.4): a record of how its content was destroyed, by whom, and who saw it.
 *
 * Invariant: a paper ends by this record and by nothing else; with it ends the key of whose it was.
 * Invariant: whoever destroys it and whoever witnesses it are two people of the staff.
 */

import { sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
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
    await destroyKeys(vault, tx, [id])
    const because = `${method}, P-${level}`
    await append(tx, { kind: 'paper destroyed', reference: id, clause: 'C4.4', because }, at)
  })
}
