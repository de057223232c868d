/**
 * Work that is done again and again, with a pause after each turn, for as long as the store runs.
 *
 * Invariant: a turn that fails is logged by its kind, and the next one comes after a longer pause.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { errorFields, type Log } from '../base/log.ts'

export interface Loop {
  /** Begins no other turn, and resolves when the one that runs has ended. */
  stop(): Promise<void>
}

export type Turns = {
  readonly name: string
  readonly pauseMs: number
  /** After failures the pauses grow up to this. */
  readonly longestPauseMs: number
  readonly turn: (signal: AbortSignal) => Promise<void>
}

export function startLoop(turns: Turns, log: Log): Loop {
  const stopping = new AbortController()
  const done = run(turns, log, stopping.signal)
  return {
    stop() {
      stopping.abort()
      return done
    },
  }
}

async function run(
  { name, pauseMs, longestPauseMs, turn }: Turns,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      await turn(signal)
      failures = 0
    } catch (error) {
      failures += 1
      log('job failed', { job: name, error: errorFields(error).error, attempt: failures })
    }
    const wait = Math.min(pauseMs * 2 ** failures, longestPauseMs)
    await pause(wait, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
