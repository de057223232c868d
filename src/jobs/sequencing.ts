/**
 * Takes the ledger's entries into its tree, about each second while there are any.
 *
 * Any number of store processes may do so beside each other: the sequencer lets one at a time. While nothing waits a
 * turn is one short query.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { errorFields, type Log } from '../base/log.ts'
import { MOST_AT_ONCE, sequence, type Tree } from '../privacy/sequencer.ts'

export interface Sequencing {
  /** Begins no other batch, and resolves when the one that runs has ended. */
  stop(): Promise<void>
}

const PAUSE_MS = 1000
/** After failures the pauses grow up to this. */
const LONGEST_PAUSE_MS = 60_000

export function startSequencing(tree: Tree, log: Log): Sequencing {
  const stopping = new AbortController()
  const done = turns(tree, log, stopping.signal)
  return {
    stop() {
      stopping.abort()
      return done
    },
  }
}

async function turns(tree: Tree, log: Log, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      while (!signal.aborted && (await sequence(tree)) === MOST_AT_ONCE);
      failures = 0
    } catch (error) {
      failures += 1
      log('job failed', {
        job: 'sequence ledger',
        error: errorFields(error).error,
        attempt: failures,
      })
    }
    const wait = Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS)
    await pause(failures === 0 ? PAUSE_MS : wait, undefined, { signal, ref: false }).catch(
      () => undefined,
    )
  }
}
