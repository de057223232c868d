/** Jobs and timed work, on a real database. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { testDatabase, testDatabaseUrl } from '../../test/support/database.ts'
import { systemClock } from '../base/clock.ts'
import { type Database, openDatabase, sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import { enqueue, type Payload, pendingOf, type Task, type TaskName } from '../base/jobs.ts'
import type { Events, Log } from '../base/log.ts'
import { timedWork } from './timed.ts'
import { runDueJobs, startWorker } from './worker.ts'

const clock = systemClock
const done: Task = async () => {}
const tasks: Readonly<Record<TaskName, Task>> = {
  'confirm new address': done,
  'send erasure notice': async () => {},
  'send data link': done,
  'send account link': done,
  'send joining link': done,
  'send message': done,
  'tell former address': done,
  'book shipment': done,
  'gather orders': done,
  refund: done,
}

test('a job is done after its transaction has committed, and never when it has not', async (t) => {
  const database = await testDatabase(t)
  const [kept, lost] = [payload(), payload()]
  await database.transaction((tx) => enqueue(tx, 'refund', kept))
  await assert.rejects(
    database.transaction(async (tx) => {
      await enqueue(tx, 'refund', lost)
      throw new Error('taken back')
    }),
  )
  const seen: Payload[] = []
  const refund: Task = async (payload) => {
    seen.push(payload)
  }
  await runDueJobs({ database, clock, log: () => {}, tasks: { ...tasks, refund } })
  assert.deepEqual(seen, [kept])
})

test('a piece of work is enqueued once, also while the first job for it waits', async (t) => {
  const database = await testDatabase(t)
  const one = payload()
  for (const _ of [1, 2]) await database.transaction((tx) => enqueue(tx, 'refund', one))
  await database.transaction((tx) => enqueue(tx, 'send message', one))
  const seen: string[] = []
  const noting = (name: string) => async () => {
    seen.push(name)
  }
  await runDueJobs({
    ...{ database, clock, log: () => {} },
    tasks: { ...tasks, refund: noting('refund'), 'send message': noting('send message') },
  })
  assert.deepEqual(seen.sort(), ['refund', 'send message'])
})

test('work is pending while a job waits for it or does it, not once it was tried too often', async (t) => {
  const database = await testDatabase(t)
  const [waiting, running, dying, dead] = [payload(), payload(), payload(), payload()]
  for (const one of [waiting, running, dying, dead]) {
    await database.transaction((tx) => enqueue(tx, 'refund', one))
  }
  await database.run(sql`
    update graphile_worker._private_jobs set locked_at = now(), locked_by = 'one'
    where key = any(${[running, dying].map(({ id }) => `refund ${id}`)})`)
  await database.run(sql`
    update graphile_worker._private_jobs set attempts = max_attempts
    where key = any(${[dying, dead].map(({ id }) => `refund ${id}`)})`)
  const ids = [waiting, running, dying, dead, payload()].map(({ id }) => id)
  const pending = await pendingOf(database, 'refund', ids)
  assert.deepEqual([...pending].sort(), [waiting.id, running.id, dying.id].sort())
  assert.equal((await pendingOf(database, 'book shipment', ids)).size, 0)
})

test('C7 what a failed job said is neither logged nor stored', async (t) => {
  const database = await testDatabase(t)
  const { log, events } = listening()
  await database.transaction((tx) => enqueue(tx, 'refund', payload()))
  const attempts: unknown[] = []
  const refund: Task = async (_, attempt) => {
    attempts.push(attempt)
    throw new Error('550 <ann@secret.example> is unknown here')
  }
  await runDueJobs({ database, clock, log, tasks: { ...tasks, refund } })
  assert.deepEqual(attempts, [{ number: 1, isLast: false }])
  assert.deepEqual(events, [['job failed', { job: 'refund', error: 'Error', attempt: 1 }]])
  const stored = await database.one<{ text: string }>(
    sql`select job::text as text from graphile_worker._private_jobs job`,
  )
  assert.doesNotMatch(stored.text, /secret|550/)
  assert.match(stored.text, /Error at src\/jobs/)
})

test('the last attempt is told that it is the last', async (t) => {
  const database = await testDatabase(t)
  await database.transaction((tx) => enqueue(tx, 'refund', payload()))
  await database.run(sql`update graphile_worker._private_jobs set attempts = max_attempts - 1`)
  const seen: boolean[] = []
  const refund: Task = async (_, { isLast }) => {
    seen.push(isLast)
  }
  await runDueJobs({ database, clock, log: () => {}, tasks: { ...tasks, refund } })
  assert.deepEqual(seen, [true])
})

test('a stop lets running jobs end, and takes no more', async (t) => {
  const { database, url } = await openStore(t)
  let begun = () => {}
  let finish = () => {}
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const mayFinish = new Promise<void>((resolve) => {
    finish = resolve
  })
  let ended = false
  const refund: Task = async () => {
    begun()
    await mayFinish
    ended = true
  }
  const worker = await startWorker({ ...work(database, url), tasks: { ...tasks, refund } })
  await database.transaction((tx) => enqueue(tx, 'refund', payload()))
  await hasBegun
  const stopped = worker.stop()
  finish()
  await stopped
  assert.ok(ended)
})

test('jobs that a killed process had taken are done at the next start', async (t) => {
  const { database, url } = await openStore(t)
  await database.transaction((tx) => enqueue(tx, 'refund', payload()))
  await database.run(
    sql`update graphile_worker._private_jobs set locked_by = 'gone', locked_at = now()`,
  )
  let finish = () => {}
  const isDone = new Promise<void>((resolve) => {
    finish = resolve
  })
  const refund: Task = async () => finish()
  const worker = await startWorker({ ...work(database, url), tasks: { ...tasks, refund } })
  await isDone
  await worker.stop()
})

test('the house makes the months ahead and ends carts of 30 days', async (t) => {
  const database = await testDatabase(t)
  const later = clock().add({ hours: 24 * 400 })
  await database.run(sql`
    insert into cart (id, changed_at)
    values (${newId(clock())}, ${later.subtract({ hours: 24 * 31 })}),
      (${newId(clock())}, ${later.subtract({ hours: 24 * 29 })})`)
  const steady = async () => later
  for (const { name, run } of timedWork({ ...work(database, ''), clock: () => later, steady })) {
    if (name !== 'lapse payments') await run()
  }
  const carts = await database.one<{ count: number }>(sql`select count(*) from cart`)
  assert.equal(carts.count, 1)
  const month = later
    .add({ hours: 24 * 85 })
    .toString()
    .slice(0, 7)
    .replace('-', '_')
  const found = await database.one<{ part: string | null }>(
    sql`select to_regclass(${`orders_${month}`})::text as part`,
  )
  assert.equal(found.part, `orders_${month}`)
})

test('nothing ends, and no month is over, by a clock that is not trusted', async (t) => {
  const database = await testDatabase(t)
  await database.run(sql`
    insert into cart (id, changed_at) values (${newId(clock())}, now() - interval '31 days')`)
  const called: unknown[] = []
  const ends = {
    lapsePayments: async (isClockTrusted: boolean) => called.push({ isClockTrusted }),
    clearUpRefunds: async (isClockTrusted: boolean) => called.push({ refunds: isClockTrusted }),
    endUnconfirmed: async () => called.push('accounts'),
    forgetLogs: () => called.push('logs'),
    steady: async () => undefined,
  }
  const later = () => clock().add({ hours: 24 * 400 })
  for (const { run } of timedWork({ ...work(database, ''), ...ends, clock: later })) await run()
  assert.deepEqual(called, [{ isClockTrusted: false }, { refunds: false }])
  for (const table of [
    sql`select count(*) from cart`,
    sql`select 1 - count(*) as count from published_month`,
  ])
    assert.equal((await database.one<{ count: number }>(table)).count, 1)
})

function work(database: Database, url: string) {
  const none = async () => {}
  const timed = {
    steady: async () => clock(),
    forgetLogs: () => undefined,
    lapsePayments: none,
    clearUpRefunds: none,
    endRequested: none,
    endUnconfirmed: none,
    runRetention: none,
  }
  return { database, url, clock, log: () => {}, tasks, openRequests: () => 0, ...timed }
}

async function openStore(t: TestContext): Promise<{ database: Database; url: string }> {
  const url = await testDatabaseUrl(t)
  const database = openDatabase({ url, connections: 4, onLost: () => {} })
  t.after(() => database.close())
  return { database, url }
}

function listening(): { log: Log; events: [keyof Events, object][] } {
  const events: [keyof Events, object][] = []
  return { events, log: (event, fields) => events.push([event, fields]) }
}

function payload(): Payload {
  return { order: newId(clock()), id: newId(clock()) }
}
