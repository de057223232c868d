/**
 * Whether a database that comes back is young enough, and what its ledger lacks of what is known outside.
 */

import { Fault } from '../base/failure.ts'
import { entriesLost } from '../privacy/sequencer.ts'
import type { Manifest } from './_archive.ts'
import type { Installation } from './backup.ts'

export type Loss = {
  /** Goes on although entries of the ledger are lost. */
  readonly acceptLoss: boolean
  /** A checkpoint that a witness has kept. */
  readonly checkpoint?: string | undefined
}

/** @throws {Fault} `conflict` when the list of endings does not reach back so far any more. */
export function checkHorizon(
  madeAt: Temporal.Instant,
  now: Temporal.Instant,
  horizonDays: number,
): void {
  if (Temporal.Instant.compare(madeAt.add({ hours: 24 * horizonDays }), now) >= 0) return
  throw new Fault('conflict', `This backup is older than ${horizonDays} days (C3.1)`, {
    remedy: 'Take a newer one: what was erased since is remembered no longer',
  })
}

/**
 * How many entries of a ledger are known to be lost: null when that is not known, 0 when it is the newest.
 *
 * @throws {Fault} `conflict` when it is not the newest, and the loss is not accepted.
 */
export async function lossOf(
  { root, keysFolder }: Installation,
  ledger: Manifest['ledger'],
  { acceptLoss, checkpoint }: Loss,
): Promise<number | null> {
  const lost = (await entriesLost(root, keysFolder, ledger, checkpoint)) ?? null
  if (lost !== 0 && !acceptLoss) throw notNewest(lost)
  return lost
}

function notNewest(lost: number | null): Fault {
  const what = lost === null ? 'It is not known how many entries of' : `${lost} entries of`
  return new Fault('conflict', `${what} the ledger were signed after this backup and are lost`, {
    remedy:
      'Restore a newer backup. If there is none, --accept-loss goes on without them: the ledger then ' +
      'begins anew under another name and key, since to go on under the old one would be a fork',
  })
}
