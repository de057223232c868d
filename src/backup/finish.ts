/**
 * The last step of a restore, before the store opens: what was ended since the backup is ended again (C3.1), papers
 * too (C4.4), and what its people have asked for since is as they wanted it.
 *
 * Invariant: no page, job or command works on a restored database before this has come to its end. Interrupted, it is
 * done again from its beginning.
 */

import { type Database, sql, type Transaction } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import type { Ending } from '../privacy/endings.ts'
import { type Erasing, endAgain } from '../privacy/erasure.ts'
import { restoreWaiting } from '../privacy/erasure-later.ts'
import { endFormer, type Generations } from '../privacy/generations.ts'
import { append } from '../privacy/ledger.ts'
import { restoreHolds } from '../privacy/legal-hold.ts'
import { restoreRestrictions } from '../privacy/restriction.ts'
import { beginAnew } from '../privacy/sequencer.ts'
import { checkLoaded, unfinishedRestore } from './unfinished.ts'

export type Finishing = {
  readonly erasing: Erasing
  readonly generations: Generations
  /** Tells a person the way back from a deletion that waits anew. */
  readonly tellWaiting: (tx: Transaction, subject: Id) => Promise<void>
  /** Papers that were destroyed since are recorded so again. */
  readonly destroyAgain: (endings: readonly Ending[]) => Promise<void>
  /** Notes the corrections that were lost. */
  readonly askAgain: (endings: readonly Ending[]) => Promise<void>
  /** What somebody has replaced, removed or given up since, of their account, is not there again. */
  readonly secureAgain: (endings: readonly Ending[]) => Promise<void>
  /** Ends what is over by the clock. */
  readonly retention: () => Promise<unknown>
}

const LOCK = 7_465_214

/** Finishes the restore that is under way, if any. @throws {Fault} `conflict` when its rows are not all there. */
export async function finishRestore(finishing: Finishing): Promise<void> {
  const { erasing, generations, tellWaiting, destroyAgain, askAgain, secureAgain, retention } =
    finishing
  const { database } = erasing
  if ((await unfinishedRestore(database)) === undefined) return
  await checkLoaded(database)
  const endings = await erasing.endings.all()
  // What is held does not end, though it had been asked for.
  await restoreHolds(erasing, endings)
  await endAgain(erasing, endings)
  await restoreRestrictions(erasing, endings)
  await restoreWaiting(erasing, endings, tellWaiting)
  await destroyAgain(endings)
  await askAgain(endings)
  await secureAgain(endings)
  await retention()
  // What has ended again is not renewed.
  await endFormer(generations)
  await conclude(database, finishing)
}

/** By one process; the others find it done. */
async function conclude(
  database: Database,
  { erasing, generations: { root, folder } }: Finishing,
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run(sql`select pg_advisory_xact_lock(${LOCK})`)
    const unfinished = await unfinishedRestore(tx)
    if (unfinished === undefined) return
    const at = erasing.clock()
    const because = `a backup of ${unfinished.madeAt} was restored`
    const entry = { kind: 'restored', reference: newId(at), clause: 'C3.1', because } as const
    await append(tx, entry, at)
    if (unfinished.anew) await beginAnew(tx, root, folder, at)
    await tx.run(sql`drop table unfinished_restore`)
  })
}
