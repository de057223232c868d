/**
 * Shopping at a running store: the load as a process of its own, what each process used for it, and the jobs that it
 * left to be done.
 */

import { fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, sql } from '../src/base/database.ts'
import { cpuSeconds, familyOf } from './_processes.ts'
import type { Shopping, ShoppingTask } from './_shoppers.ts'
import type { RunningStore } from './_store.ts'

export const AT_ONCE = 16

type Measured = Shopping & { readonly cpu: string }

export function shop(
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
export async function drain(database: Database): Promise<{ waiting: number; seconds: number }> {
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
