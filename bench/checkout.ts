/**
 * (c) How many whole guest checkouts a second, over HTTP, from the product's page to the order's own page that says it
 * is paid: store, embedded PostgreSQL with fsync, sandbox, jobs and the load itself on this one machine.
 */

import { fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, sql } from '../src/base/database.ts'
import { cpuSeconds, familyOf } from './_processes.ts'
import type { Finding } from './_report.ts'
import type { Shopping, ShoppingTask } from './_shoppers.ts'
import {
  databaseOf,
  importArticles,
  newFolder,
  type RunningStore,
  shows,
  startStore,
} from './_store.ts'

const GOAL = 150
const ARTICLES = 48
const AT_ONCE = 16
const WARM_UP_SECONDS = 8
const SECONDS = 20
const SECONDS_OF_ONE = 10

export async function measureCheckout(): Promise<readonly Finding[]> {
  const folder = await newFolder()
  const store = await startStore(folder.path)
  const database = await databaseOf(store)
  try {
    const slugs = await importArticles(database, folder.path, ARTICLES)
    await shows(store, `/products/${slugs.at(-1)}`)
    const many = await shop(store, { slugs, warmUpSeconds: WARM_UP_SECONDS, seconds: SECONDS })
    const drained = await drain(database)
    const one = await shop(store, {
      slugs: slugs.slice(0, 1),
      warmUpSeconds: 2,
      seconds: SECONDS_OF_ONE,
    })
    await drain(database)
    return [
      {
        claim: `Guest checkouts a second, ${AT_ONCE} at a time, over ${SECONDS} s`,
        measured: rateOf(many),
        goal: { least: GOAL },
        notes: [
          `${many.paid} orders, each seen paid; ${times(many)}`,
          ...(many.cpu === '' ? [] : [`CPU a checkout: ${many.cpu}`]),
          `messages still to be sent at the end: ${drained.waiting}, ` +
            `sent ${drained.seconds.toFixed(1)} s later`,
          ...many.failures,
        ],
      },
      {
        claim: `The same, all ${AT_ONCE} after one article, over ${SECONDS_OF_ONE} s`,
        measured: rateOf(one),
        notes: [`${one.paid} orders, each seen paid; ${times(one)}`, ...one.failures],
      },
    ]
  } finally {
    await database.close()
    await store.stop()
    await folder.remove()
  }
}

type Measured = Shopping & { readonly cpu: string }

function shop(
  store: RunningStore,
  task: Omit<ShoppingTask, 'store' | 'atOnce'>,
): Promise<Measured> {
  const child = fork(join(import.meta.dirname, '_shoppers.ts'), { execArgv: [] })
  child.send({ ...task, store: store.url.href, atOnce: AT_ONCE })
  const shares = sharesOf(store.pid, child.pid ?? 0)
  let before: readonly number[] = []
  let after: readonly number[] = []
  return new Promise((resolve, reject) => {
    child.on('message', (message: 'measuring' | 'measured' | Shopping) => {
      if (message === 'measuring') before = shares.map(({ used }) => used())
      else if (message === 'measured') after = shares.map(({ used }) => used())
      else resolve({ ...message, cpu: cpuOf(shares, before, after, message.paid) })
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error('The load ended before its time'))
    })
  })
}

type Share = { readonly name: string; readonly used: () => number }

/** Who uses the machine: the store, its database, its sandbox, the load. */
function sharesOf(store: number, load: number): readonly Share[] {
  const family = familyOf(store)
  const sandbox = family.find(({ command }) => command.includes('sandbox'))?.pid ?? 0
  const postmaster = family.find(({ command }) => command.includes('postgres -D'))?.pid ?? 0
  const sum = (pid: number) => familyOf(pid).reduce((all, one) => all + cpuSeconds(one.pid), 0)
  return [
    { name: 'store', used: () => cpuSeconds(store) },
    { name: 'PostgreSQL', used: () => sum(postmaster) },
    { name: 'sandbox', used: () => cpuSeconds(sandbox) },
    { name: 'load', used: () => cpuSeconds(load) },
  ]
}

function cpuOf(
  shares: readonly Share[],
  before: readonly number[],
  after: readonly number[],
  paid: number,
): string {
  const used = shares.map(({ name }, index) => {
    const seconds = (after[index] ?? 0) - (before[index] ?? 0)
    return { name, ms: (seconds * 1000) / paid }
  })
  if (used.every(({ ms }) => ms === 0)) return ''
  return used.map(({ name, ms }) => `${name} ${ms.toFixed(2)} ms`).join(', ')
}

/** Waits until no message waits to be sent. */
async function drain(database: Database): Promise<{ waiting: number; seconds: number }> {
  const began = performance.now()
  const first = await waitingJobs(database)
  while ((await waitingJobs(database)) > 0) await pause(100)
  return { waiting: first, seconds: (performance.now() - began) / 1000 }
}

async function waitingJobs(database: Database): Promise<number> {
  const { count } = await database.one<{ count: number }>(
    sql`select count(*) from graphile_worker._private_jobs`,
  )
  return count
}

function rateOf({ paid, seconds }: Shopping): number {
  return paid / seconds
}

function times({ medianMs, p99Ms }: Shopping): string {
  return `a checkout takes ${medianMs.toFixed(0)} ms (median), ${p99Ms.toFixed(0)} ms (99th percentile)`
}
