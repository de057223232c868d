/**
 * Jobs give way to shoppers: while many requests are being answered, each job waits before it begins, a little while
 * at most. One thread does both, and a mail that goes a minute later is no loss, while a page that comes late may be an
 * order that never does.
 */

import { setTimeout as pause } from 'node:timers/promises'

/** Fewer are answered as quickly as if they were alone. */
const MANY = 4
const LOOK_MS = 50
const LONGEST_MS = 2_000

/** Resolves when few requests are open, or after two seconds: nothing waits for ever in a shop that is always busy. */
export async function giveWay(openRequests: () => number): Promise<void> {
  for (let waited = 0; openRequests() >= MANY && waited < LONGEST_MS; waited += LOOK_MS) {
    await pause(LOOK_MS)
  }
}
