/**
 * Turns the generations of keys: looks each minute, by itself and when another process of the store has turned one.
 *
 * Any number of store processes may do so beside each other. While nothing is due a turn is a few short queries. By a
 * clock that has jumped nothing turns: the day of a turn would be wrong, and the next one would wait for it.
 */

import type { Log } from '../base/log.ts'
import { type Generations, keepGenerations, TURNED } from '../privacy/generations.ts'
import { steadyTime } from '../privacy/steady-time.ts'
import { type Loop, startLoop } from './loop.ts'

export async function startTurning(generations: Generations, log: Log): Promise<Loop> {
  const { database, keys, clock } = generations
  // What is missed here is learnt when the first key of that generation is met.
  await database.listen(TURNED, () => void keys.learn(database).catch(() => undefined))
  const turn = async (signal: AbortSignal) => {
    if ((await steadyTime(database, clock)) !== undefined)
      await keepGenerations(generations, signal)
  }
  return startLoop(
    { name: 'turn generations', pauseMs: 60_000, longestPauseMs: 600_000, turn },
    log,
  )
}
