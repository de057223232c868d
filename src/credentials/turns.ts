/**
 * Turns: work of which only so much may happen at once, with a waiting line that has an end.
 */

import { Fault } from '../base/failure.ts'

/** Runs `work`, after waiting for its turn. @throws {Fault} `too_many_attempts` when the line is full. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

export function atMost(running: number, waiting: number): Turns {
  const line: (() => void)[] = []
  let free = running
  return async (work) => {
    if (free > 0) free -= 1
    else {
      if (line.length >= waiting) throw full()
      await new Promise<void>((resolve) => line.push(resolve))
    }
    try {
      return await work()
    } finally {
      const next = line.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}

function full(): Fault {
  return new Fault('too_many_attempts', 'Too many people are signing in at once', {
    remedy: 'Wait a moment and try again',
    waitSeconds: 5,
  })
}
