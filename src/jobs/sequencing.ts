/**
 * Takes the ledger's entries into its tree, about each second while there are any.
 *
 * Any number of store processes may do so beside each other: the sequencer lets one at a time. While nothing waits a
 * turn is one short query.
 */

import type { Log } from '../base/log.ts'
import { MOST_AT_ONCE, sequence, type Tree } from '../privacy/sequencer.ts'
import { type Loop, startLoop } from './loop.ts'

export function startSequencing(tree: Tree, log: Log): Loop {
  const turn = async (signal: AbortSignal) => {
    while (!signal.aborted && (await sequence(tree)) === MOST_AT_ONCE);
  }
  return startLoop({ name: 'sequence ledger', pauseMs: 1000, longestPauseMs: 60_000, turn }, log)
}
