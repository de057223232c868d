/**
 * A database that was put back by other means (a snapshot, PostgreSQL's own archive), taken for restored as it is.
 *
 * The store does not open it: its ledger is shorter than what is known outside. Whoever accepts that has the next start
 * end again what was ended since, as after a restore of our own.
 */

import { inOneLoad } from '../base/copy.ts'
import { sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, instantOf } from '../base/ids.ts'
import { adoptGenerations, checkGenerations, usedGenerations } from '../privacy/restored-keys.ts'
import { latestNote, recordedKey } from '../privacy/sequencer.ts'
import { checkHorizon, type Loss, lossOf } from './_fit.ts'
import { sequencesOf, skipNumbers } from './_sequences.ts'
import type { Restoring } from './restore.ts'
import { BEGIN_RESTORE, markLoaded } from './unfinished.ts'

export type InPlaceReport = {
  /** When the ledger's last entry here was made. */
  readonly madeAt: string
  readonly entriesLost: number | null
  readonly anew: boolean
}

/** @throws {Fault} `conflict`, `storage`, `not_found`: nothing was changed. */
export async function restoreInPlace(restoring: Restoring, loss: Loss): Promise<InPlaceReport> {
  const { root, keysFolder, endings, clock, horizonDays } = restoring
  return inOneLoad(restoring.url, async (on) => {
    const key = await recordedKey(on)
    const newest = await on.first<{ id: Id }>(
      sql`select id from ledger_entry order by id desc limit 1`,
    )
    if (key === undefined || newest === undefined) throw noStore()
    const madeAt = instantOf(newest.id)
    checkHorizon(madeAt, clock(), horizonDays)
    const since = await endings.since()
    if (since === undefined || since > madeAt.toString().slice(0, 10)) throw unknown()
    await checkGenerations(root, keysFolder, await usedGenerations(on))
    const ledger = { key, checkpoint: (await latestNote(on)).note }
    const lost = await lossOf(restoring, ledger, loss)
    await on.script(BEGIN_RESTORE)
    await adoptGenerations(on, root, keysFolder, clock())
    await skipNumbers(on, await sequencesOf(on), lost)
    await markLoaded(on, { madeAt, loadedAt: clock(), anew: lost !== 0 })
    return { madeAt: madeAt.toString(), entriesLost: lost, anew: lost !== 0 }
  })
}

function noStore(): Fault {
  return new Fault('not_found', 'There is no store in this database that could go on', {
    remedy: 'Name a backup to restore, or set DATABASE_URL or DATA_DIR to where the store is',
  })
}

function unknown(): Fault {
  return new Fault('conflict', 'The keys folder does not reach back to this database (C3.1)', {
    remedy:
      'Put back the newest copy of the keys folder: what was erased since is known only there',
  })
}
