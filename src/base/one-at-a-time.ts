/**
 * What reads something anew each time that it is told of a change, in bursts perhaps.
 */

/** Milliseconds in which calls of a burst are gathered. */
export const REST_MS = 20
const REST_AFTER_FAILURE_MS = 2000

/**
 * Makes a call that may come in bursts run once at a time, and once more when it was called meanwhile. `work` says how
 * many milliseconds it rests before that.
 */
export function oneAtATime(work: () => Promise<number>): () => void {
  let state: 'idle' | 'waiting' | 'running' | 'again' = 'idle'
  const is = (other: typeof state) => state === other
  const wait = (restMs: number) => {
    state = 'waiting'
    setTimeout(run, restMs).unref()
  }
  const run = async () => {
    state = 'running'
    // The database is away: what is shown stays as it was, and we look again until it is back.
    const restMs = await work().catch(() => null)
    if (restMs === null) wait(REST_AFTER_FAILURE_MS)
    else if (is('again')) wait(restMs)
    else state = 'idle'
  }
  return () => {
    if (state === 'idle') wait(REST_MS)
    else if (state === 'running') state = 'again'
  }
}
