/**
 * A database whose first answers are on their way for as long as a test wants, for what is said while a store starts.
 */

import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../src/base/database.ts'
import { REST_MS } from '../../src/base/one-at-a-time.ts'

export function slowStart(database: Database) {
  const read = Promise.withResolvers<void>()
  const heard = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  let asked = 0
  let hasArrived = false
  const late = async <T>(answer: Promise<T>) => {
    asked += 1
    await answer
    asked -= 1
    if (asked === 0) read.resolve()
    if (!hasArrived) await arrived.promise
    return answer
  }
  const many: Database['many'] = (query) => late(database.many(query))
  const transaction: Database['transaction'] = (work) => late(database.transaction(work))
  const listen: Database['listen'] = (channel, hear) =>
    database.listen(channel, (payload) => {
      hear(payload)
      heard.resolve()
    })
  return {
    database: { ...database, many, transaction, listen },
    /** All that was asked for has been read. */
    read: read.promise,
    /** Something was said, and its burst is over. */
    heard: heard.promise.then(() => pause(2 * REST_MS)),
    arrive() {
      hasArrived = true
      arrived.resolve()
    },
  }
}
