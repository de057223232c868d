/**
 * How the system's scheduler treats the processes that work for the store.
 *
 * On a small machine the store's one thread is what all pages wait for, and each answer that it writes wakes another
 * process, which Linux then likes to run at once in its place. As a batch (`sched(7)`) a process gets the same share of
 * the processors, but interrupts nobody when it wakes.
 */

import { execFile } from 'node:child_process'

/** It is a matter of speed: no start waits for it longer. */
const LONGEST_MS = 1_000

/**
 * Makes a process, and those that it forks from now on, a batch for the scheduler. Where there is no `chrt` (util-linux
 * and BusyBox have it) or it may not, all stays as it is: it is a matter of speed alone.
 */
export function scheduleAsBatch(pid: number): Promise<void> {
  return new Promise((resolve) => {
    if (process.platform !== 'linux') return resolve()
    execFile('chrt', ['-b', '-p', '0', String(pid)], { timeout: LONGEST_MS }, () => resolve())
  })
}
