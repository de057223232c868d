/**
 * Work in the background: jobs that a transaction enqueued, and the house's own work by the clock.
 *
 * Any number of store processes may run this beside each other on one database: each job is done by one of them.
 *
 * Invariant: what a failed job said is neither logged nor stored. graphile-worker keeps the message of the last error
 * in its table, so it is given only the error's kind and place (C7).
 */

import { EventEmitter } from 'node:events'
import {
  Logger,
  parseCronItems,
  run,
  runMigrations,
  runOnce,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker'
import type { Clock } from '../base/clock.ts'
import { type Database, queuePool, sql } from '../base/database.ts'
import { Bug, check, Fault } from '../base/failure.ts'
import { isId } from '../base/ids.ts'
import type { Payload, Task, TaskName } from '../base/jobs.ts'
import { errorFields, type Log } from '../base/log.ts'
import { giveWay } from './giving-way.ts'
import { type Timed, type TimedWork, timedWork } from './timed.ts'

export type Work = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly tasks: Readonly<Record<TaskName, Task>>
}

export type WorkerOptions = Work &
  TimedWork & {
    /** The address of the database, for connections of the worker's own. */
    readonly url: string
    /** How many requests the store is answering: its jobs give way to them. */
    readonly openRequests: () => number
  }

export interface Worker {
  /** Takes no more jobs, and resolves when those that run have ended. */
  stop(): Promise<void>
  /** Rejects when the worker ends by itself. @throws {Fault} `storage` */
  readonly ended: Promise<void>
}

const AT_ONCE = 4
/** Looking for jobs costs the database more than doing most of them. */
const TAKEN_AT_ONCE = 20
/** Names our connections, so that a new process sees whether another one works on this database. */
const APPLICATION = 'tacet jobs'

/** Makes the tables of the jobs, or brings them up to date; before anything is enqueued. */
export async function migrateJobs(url: string): Promise<void> {
  await runMigrations({ connectionString: url, logger: quiet.logger })
}

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const timed = timedWork(options)
  await freeJobsOfKilled(options.database)
  const pool = queuePool(named(options.url), AT_ONCE + 2)
  const runner = await run({
    ...quiet,
    preset: { worker: { localQueue: { size: TAKEN_AT_ONCE }, completeJobBatchDelay: 50 } },
    pgPool: pool,
    concurrency: AT_ONCE,
    taskList: { ...taskList(options, options.openRequests), ...timedList(options.log, timed) },
    parsedCronItems: parseCronItems(
      timed.map(({ name, when }) => ({
        task: name,
        identifier: name,
        match: when,
        options: { maxAttempts: 1, backfillPeriod: 0 },
      })),
    ),
  })
  return {
    async stop() {
      await runner.stop()
      await pool.end()
    },
    ended: runner.promise.catch((cause: unknown) => {
      throw new Fault('storage', 'Jobs in the background have lost the database', {
        remedy: 'Start again once it answers: each job that was not done is done then',
        cause,
      })
    }),
  }
}

/** Does the jobs that are due now, one after the other, and resolves when their outcomes are written. For tests. */
export async function runDueJobs(work: Work): Promise<void> {
  const events: WorkerEvents = new EventEmitter()
  const started = new Set<string>()
  const written = new Promise<void>((resolve) => {
    events.on('job:start', ({ job }) => started.add(job.id))
    events.on(
      'job:complete',
      ({ job }) => started.delete(job.id) && started.size === 0 && resolve(),
    )
  })
  const pool = queuePool(named(work.database.pool.options.connectionString ?? ''), 2)
  try {
    await runOnce({
      ...quiet,
      pgPool: pool,
      concurrency: 1,
      taskList: taskList(work, () => 0),
      events,
    })
    // graphile-worker does not wait for the outcome of its last job.
    if (started.size > 0) await written
  } finally {
    await pool.end()
  }
}

/** Its own log would hold messages of errors. */
const quiet = {
  noHandleSignals: true,
  pollInterval: 1000,
  logger: new Logger(() => () => {}),
} as const

function named(url: string): string {
  const address = new URL(url)
  address.searchParams.set('application_name', APPLICATION)
  return address.href
}

function taskList({ log, tasks }: Work, openRequests: () => number): TaskList {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      quietly(log, name, async (payload, number, most) => {
        await giveWay(openRequests)
        await task(payloadOf(payload), { number, isLast: number >= most })
      }),
    ]),
  )
}

function timedList(log: Log, timed: readonly Timed[]): TaskList {
  return Object.fromEntries(timed.map(({ name, run }) => [name, quietly(log, name, run)]))
}

function quietly(
  log: Log,
  job: string,
  work: (payload: unknown, attempt: number, most: number) => Promise<unknown>,
): TaskList[string] {
  return async (payload, helpers) => {
    const { attempts, max_attempts: most } = helpers.job
    try {
      await work(payload, attempts, most)
    } catch (error) {
      const fields = errorFields(error)
      log('job failed', { job, error: fields.error, attempt: attempts })
      throw new Bug(`${fields.error} at ${fields.at}`)
    }
  }
}

function payloadOf(payload: unknown): Payload {
  check(typeof payload === 'object' && payload !== null, 'A payload must be an object')
  const { order, id, account }: { order?: unknown; id?: unknown; account?: unknown } = payload
  check(typeof order === 'string' && isId(order), 'A payload must name an order')
  check(typeof id === 'string' && isId(id), 'A payload must name what is to be done')
  if (account === undefined) return { order, id }
  check(typeof account === 'string' && isId(account), 'A payload must name an account by its id')
  return { order, id, account }
}

/**
 * Jobs that a killed process had taken would wait for four hours. When nobody else works on this database they are
 * free at once; every task may be run twice.
 */
async function freeJobsOfKilled(database: Database): Promise<void> {
  await database.run(sql`
    select graphile_worker.force_unlock_workers(array(
      select distinct locked_by from graphile_worker._private_jobs where locked_by is not null
    ))
    where not exists (
      select from pg_stat_activity
      where application_name = ${APPLICATION} and datname = current_database())`)
}
