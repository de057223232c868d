/**
 * A store that loses its database and is opened again over a restored one: same keys, same address.
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { runMigrations } from 'graphile-worker'
import { holdingsOf } from '../../src/_holdings.ts'
import { tasksOf } from '../../src/_tasks.ts'
import { systemClock } from '../../src/base/clock.ts'
import { type Database, openDatabase } from '../../src/base/database.ts'
import { noLog } from '../../src/base/log.ts'
import { migrate } from '../../src/base/migrations.ts'
import { runCommandLine } from '../../src/cli/main.ts'
import { readConfig } from '../../src/config/config.ts'
import { runDueJobs } from '../../src/jobs/worker.ts'
import { openStore } from '../../src/store.ts'
import { ROOT, type TestStore } from './store.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

type Said = { readonly code: number; readonly out: string; readonly complaint: string }

/** Runs `tacet` on a data folder and a database; arguments are parted by spaces. */
export async function tacet(line: string, folder: string, databaseUrl: string): Promise<Said> {
  let out = ''
  let complaint = ''
  const config = () => readConfig({ DATA_DIR: folder, DATABASE_URL: databaseUrl })
  const terminal = {
    write: (text: string) => {
      out += text
    },
    ...{ isTerminal: false, root: ROOT, config, holdings: holdingsOf },
  }
  const code = await runCommandLine(line.split(' '), terminal, (text) => {
    complaint += text
  })
  return { code, out, complaint }
}

const CLI = ['--import', './scripts/tsx.mjs', join(ROOT, 'src', 'tacet.ts')]

/** Runs `tacet` in a process of its own, by way of a shell that may set limits. */
export function startTacet(line: string, folder: string, address: string, limits = '') {
  const command = `${limits} exec "$0" "$@"`
  const child = spawn('sh', ['-c', command, process.execPath, ...CLI, ...line.split(' ')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DATA_DIR: folder, DATABASE_URL: address },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      said += String(bytes)
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, said: () => said }
}

/** The address of a store's database. */
export function urlOf(database: Database): string {
  return database.pool.options.connectionString ?? ''
}

/** Opens the store over another database, as `npm start` would, and at the same address. */
export async function reopen(t: Ending, store: TestStore, url: string): Promise<TestStore> {
  await store.server.close()
  const { folder, access, sandbox } = store
  const database = openDatabase({ url, connections: 10, onLost: () => undefined })
  t.after(() => database.close())
  await migrate(database, join(ROOT, 'migrations'))
  await runMigrations({ connectionString: url })
  await database.script("call make_partitions(date_trunc('month', now())::date, 4)")
  const port = Number(store.url.port)
  const config = readConfig({ PORT: String(port), DATA_DIR: folder })
  const clock = systemClock
  const log = noLog
  const opened = await openStore({
    ...{ config, database, access, clock, log, root: ROOT, production: false },
  })
  t.after(() => opened.server.close())
  await opened.server.listen({ port, host: '127.0.0.1' })
  const tasks = tasksOf(opened, config)
  const work = () => runDueJobs({ database, clock, log, tasks })
  return { ...opened, database, url: store.url, sandbox, access, folder, work }
}
