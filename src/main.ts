/**
 * `npm start`: settings, database, migrations, demo catalogue, sandbox, store; and their end, in the other order.
 *
 * Invariant: what was started is stopped on every way out: Ctrl-C, a failure half-way, a signal, a lost database.
 */

import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Access, realAccess } from './_parties.ts'
import { startSandbox } from './_sandbox.ts'
import { tasksOf } from './_tasks.ts'
import { checkLoaded } from './backup/unfinished.ts'
import { stopwatch, systemClock } from './base/clock.ts'
import { type Database, openDatabase } from './base/database.ts'
import { Fault, Refusal } from './base/failure.ts'
import { forgetLogs, openLog } from './base/log.ts'
import { migrate } from './base/migrations.ts'
import { goneFault, openPostgres } from './base/postgres.ts'
import { makeFolder } from './base/storage.ts'
import { fillEmptyStore } from './catalogue/demo.ts'
import { type Config, checkDatabaseSafety, readConfig } from './config/config.ts'
import { endUnconfirmed } from './customers/account.ts'
import { endStaleChanges } from './customers/email-change.ts'
import { keepRetention } from './jobs/retaining.ts'
import { startSequencing } from './jobs/sequencing.ts'
import { startTurning } from './jobs/turning.ts'
import { migrateJobs, startWorker } from './jobs/worker.ts'
import { lapsePayments } from './payments/payment.ts'
import { clearUpRefunds } from './payments/unclear-refund.ts'
import { endRequested } from './privacy/erasure.ts'
import { eraseDue } from './privacy/erasure-later.ts'
import { logDaysKept } from './privacy/retention.ts'
import { steadyTime } from './privacy/steady-time.ts'
import { ensureOwner } from './staff/staff.ts'
import { openStore } from './store.ts'
import { countRequests } from './web/open-requests.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** More would only wait for the same processors, each with its own process of the database. */
const CONNECTIONS = 4 + availableParallelism()
/** How a broken or refused connection is told, by the system, PostgreSQL (57P01 to 57P03) and its client. */
const LOST = /\b(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|57P0[1-3])\b|Connection terminated/
/** How long each part may take to stop once the database is lost; four looks of the watch over it. */
const LOST_STOP_MS = 1_000

/** What was started, to be stopped in the other order. */
const stops: (() => Promise<unknown>)[] = []
let stopping: Promise<void> | undefined
/** Of the embedded database server. */
let serverFolder: string | undefined

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop().then(() => process.exit(0)))
}
process.on('unhandledRejection', loseByFailure)
try {
  await start()
} catch (error) {
  await giveUp(error)
}

async function start(): Promise<void> {
  const elapsed = stopwatch()
  const config = readConfig()
  const dataFolder = resolve(config.dataFolder)
  const logFolder = join(dataFolder, 'logs')
  for (const folder of [dataFolder, logFolder]) await makeFolder('keep data', folder)
  const log = openLog(logFolder, systemClock)
  const { database, url } = await openData(config)
  await checkDatabaseSafety(database, config)
  await checkLoaded(database)
  await migrate(database, join(ROOT, 'migrations'))
  await migrateJobs(url)
  await database.script("call make_partitions(date_trunc('month', now())::date, 4)")

  const production = config.outside.kind === 'real'
  const picturesFolder = join(dataFolder, 'pictures')
  const [access] = await Promise.all([
    accessOf(config),
    // A real shop never sells the demonstration's goods: it waits for its own.
    production ? null : fillEmptyStore({ database, clock: systemClock, picturesFolder }),
  ])
  const steady = () => steadyTime(database, systemClock)
  const forget = (now: Temporal.Instant) => forgetLogs(logFolder, now, logDaysKept())
  await steady().then((now) => now && forget(now))
  const store = await openStore({
    config,
    database,
    access,
    clock: systemClock,
    log,
    root: ROOT,
    production,
    tls: await tlsOf(config),
  })
  stops.push(() => store.server.close())
  const worker = await startWorker({
    ...{ database, url, log },
    ...{ clock: systemClock, steady },
    tasks: tasksOf(store, config),
    openRequests: countRequests(store.server.server),
    lapsePayments: (isClockTrusted) => lapsePayments(store.payments, { isClockTrusted }),
    clearUpRefunds: (isClockTrusted) => clearUpRefunds(store.payments, { isClockTrusted }),
    async endUnconfirmed() {
      await endUnconfirmed(store.gateway)
      await endStaleChanges(store.gateway)
    },
    async endRequested() {
      // Who waits for a day may change their mind until then: a clock that jumps must not take it from them.
      if ((await steady()) !== undefined) await eraseDue(store.erasing)
      await endRequested(store.erasing)
    },
    runRetention: () => keepRetention(store.retaining, log),
    forgetLogs: forget,
  })
  stops.push(() => worker.stop())
  worker.ended.catch(loseByFailure)
  const sequencing = startSequencing(store.ledger, log)
  stops.push(() => sequencing.stop())
  const turning = await startTurning(store.generations, log)
  stops.push(() => turning.stop())
  await store.server.listen({ port: config.port, host: config.host })
  // Last of all: a start that fails would keep the password, which is shown once, to itself.
  const owner = await ensureOwner({ database, clock: systemClock })
  log('started', { port: config.port, milliseconds: Math.round(elapsed()) })
  greet(config, access, owner, elapsed())
}

async function openData(config: Config): Promise<{ database: Database; url: string }> {
  const url = config.databaseUrl || (await embedded(config))
  const database = openDatabase({ url, connections: CONNECTIONS, onLost: () => undefined })
  stops.push(() => database.close())
  return { database, url }
}

async function embedded({ dataFolder }: Config): Promise<string> {
  const folder = join(dataFolder, 'postgres')
  serverFolder = folder
  const postgres = await openPostgres({ folder, onLog: say, onGone: loseDatabase })
  stops.push(() => postgres.stop())
  return postgres.url
}

async function accessOf(config: Config): Promise<Access> {
  const real = realAccess(config)
  if (real !== undefined) return real
  if (config.outside.kind !== 'demonstration')
    throw new Fault('invalid', 'No third party is set up')
  const { sandboxPort: port, sandboxFolder } = config.outside
  const folder = resolve(sandboxFolder)
  const sandbox = await startSandbox({ root: ROOT, port, folder, storeUrl: config.publicUrl })
  stops.push(() => sandbox.stop())
  return sandbox.access
}

async function tlsOf({ tls }: Config) {
  if (tls === null) return null
  const [cert, key] = await Promise.all([readFile(tls.certFile), readFile(tls.keyFile)])
  return { cert, key }
}

function greet(
  { publicUrl, outside }: Config,
  access: Access,
  owner: { readonly login: string; readonly password: string } | null,
  milliseconds: number,
): void {
  const lines = [
    `Tacet is open (${(milliseconds / 1000).toFixed(1)} s).`,
    '',
    `  Store        ${publicUrl.href}`,
    `  Back office  ${new URL('admin', publicUrl).href}`,
  ]
  if (owner !== null) {
    lines.push(`  Sign in      ${owner.login} / ${owner.password}`)
    lines.push('               Shown this once: npm run tacet -- staff reset-password owner')
  } else if (outside.kind === 'demonstration') {
    lines.push('  Sign in      owner; a new password: npm run tacet -- staff reset-password owner')
  }
  if (outside.kind === 'demonstration') {
    lines.push(`  Sandbox      ${access.stripe.origin.href}`)
    lines.push('', 'This is a demonstration: payments, parcels and mails go to the sandbox.')
  }
  lines.push('Ctrl-C stops it.')
  say(lines.join('\n'))
}

/** What waits for the database would wait for ever, so nothing is waited for long. */
function loseDatabase(error: unknown): Promise<void> {
  return giveUp(error, LOST_STOP_MS)
}

/** What fails for want of the database may be heard of before the watch over its server looks: it says the same. */
async function loseByFailure(error: unknown): Promise<void> {
  await pause(LOST_STOP_MS)
  await loseDatabase(isLost(error) ? lostFault() : error)
}

/** Whether a connection to the database broke, or a new one found nobody; also as the cause of what is told. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return LOST.test(`${code} ${error.message}`) || isLost(error.cause)
}

function lostFault(): Fault {
  if (serverFolder !== undefined) return goneFault(serverFolder)
  return new Fault('storage', 'The database cannot be reached any more, so the store stops', {
    remedy: 'Look whether PostgreSQL runs, and start again',
  })
}

/** What fails while the store stops, fails because it stops. */
async function giveUp(error: unknown, eachMs?: number): Promise<void> {
  if (stopping === undefined) say(reasonOf(error))
  await stop(eachMs)
  process.exit(1)
}

/** @param eachMs how long each part may take where the database was lost; why it fails then has been said. */
function stop(eachMs?: number): Promise<void> {
  stopping ??= (async () => {
    for (const end of stops.reverse()) {
      const ended = end().catch((error) => eachMs === undefined && say(reasonOf(error)))
      await (eachMs === undefined ? ended : Promise.race([ended, pause(eachMs)]))
    }
  })()
  return stopping
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return `Tacet does not start. ${error.message}`
  if (error instanceof Fault)
    return `${error.message}.${error.remedy === undefined ? '' : ` ${error.remedy}.`}`
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const port = 'port' in error ? error.port : ''
    return `Port ${port} is taken by another program. Set PORT to a free one, or stop the other.`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
