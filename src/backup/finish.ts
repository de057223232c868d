/**
 * The last step of a restore, before the store opens: what was ended since the backup is ended again (C3.1).
 *
 * Invariant: no page, job or command works on a restored database before this has come to its end. Interrupted, it is
 * done again from its beginning.
 */

import { type Database, sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import { type Erasing, endAgain } from '../privacy/erasure.ts'
import type { RootKey } from '../privacy/keys.ts'
import { append } from '../privacy/ledger.ts'
import { beginAnew } from '../privacy/sequencer.ts'
import { checkLoaded, unfinishedRestore } from './unfinished.ts'

export type Finishing = {
  readonly erasing: Erasing
  readonly root: RootKey
  readonly keysFolder: string
  /** Ends what is over by the clock. */
  readonly retention: () => Promise<unknown>
}

const LOCK = 7_465_214

/** Finishes the restore that is under way, if any. @throws {Fault} `conflict` when its rows are not all there. */
export async function finishRestore(finishing: Finishing): Promise<void> {
  const { database, endings } = finishing.erasing
  if ((await unfinishedRestore(database)) === undefined) return
  await checkLoaded(database)
  await endAgain(finishing.erasing, await endings.all())
  await finishing.retention()
  await conclude(database, finishing)
}

/** By one process; the others find it done. */
async function conclude(
  database: Database,
  { erasing, root, keysFolder }: Finishing,
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run(sql`select pg_advisory_xact_lock(${LOCK})`)
    const unfinished = await unfinishedRestore(tx)
    if (unfinished === undefined) return
    const at = erasing.clock()
    const because = `a backup of ${unfinished.madeAt} was restored`
    const entry = { kind: 'restored', reference: newId(at), clause: 'C3.1', because } as const
    await append(tx, entry, at)
    if (unfinished.anew) await beginAnew(tx, root, keysFolder, at)
    await tx.run(sql`drop table unfinished_restore`)
  })
}
