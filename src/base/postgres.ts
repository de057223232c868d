/**
 * The embedded PostgreSQL: the database of a store that was given no DATABASE_URL.
 *
 * Below its folder lie `cluster/` (the data), `server.log`, `lock`, and `owner`, the process that holds
 * it: after a `kill -9` of that one `launch.mjs` stops the server. The server is reached over a Unix
 * socket in a closed folder and never over TCP (C2.1).
 *
 * Invariant: one store process at a time holds a folder; the system frees the lock with its process.
 * Invariant: the server's log holds no statement and no value of one, since both can be about a person.
 * Errors are told to the client, which is us; the log begins with what PostgreSQL ranks as LOG, tersely.
 */

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { findBinaries } from './_postgres-binaries.ts'
import {
  findServer,
  makeCluster,
  type Server,
  type Settings,
  startServer,
  stopServer,
  trimLog,
} from './_postgres-server.ts'
import { Fault } from './failure.ts'
import { scheduleAsBatch } from './scheduling.ts'
import { makeFolder, storageFault } from './storage.ts'

export type Postgres = {
  /** For `openDatabase`. */
  readonly url: string
  readonly stop: () => Promise<void>
}

export type PostgresOptions = {
  readonly folder: string
  /** Told in plain words of what takes time or is unusual. */
  readonly onLog?: (message: string) => void
  /** Told once when the server ended without `stop`. */
  readonly onGone?: (fault: Fault) => void
  /** PostgreSQL settings over ours. */
  readonly settings?: Settings
}

const SQLITE_BUSY = 5
const TRIM_LOG_MS = 600_000
const WATCH_MS = 250

const SETTINGS: Settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_statement: 'none',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
}

/**
 * Opens the database of a folder: makes it, or starts it, or goes on with the server that a killed store
 * left behind.
 *
 * @throws {Fault} `storage`, in plain words: held by another store, folder not writable, disk full, wrong
 * version, no PostgreSQL for this platform.
 */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const folder = resolve(options.folder)
  await makeFolder('keep a database', folder)
  const lock = takeLock(folder)
  try {
    await noteOwner(folder)
    const server = await serverOf(folder, options)
    await scheduleAsBatch(server.pid)
    const trimming = setInterval(
      () => trimLog(clusterOf(folder)).catch(() => {}),
      TRIM_LOG_MS,
    ).unref()
    const watching = watch(server, () => options.onGone?.(goneFault(folder)))
    const stop = async () => {
      clearInterval(trimming)
      watching.end()
      await stopServer(server)
      await rm(join(folder, 'owner'), { force: true })
      lock.close()
    }
    let stopped: Promise<void> | undefined
    return {
      url: urlOf(server),
      stop: () => {
        stopped ??= stop()
        return stopped
      },
    }
  } catch (error) {
    lock.close()
    throw error
  }
}

/** Looks after a server until `end`; one that was found running would tell nobody that it is gone. */
function watch(server: Server, onGone: () => void): { readonly end: () => void } {
  let over = false
  const end = () => {
    over = true
    clearInterval(watching)
  }
  const watching = setInterval(async () => {
    if (!(await server.gone()) || over) return
    end()
    onGone()
  }, WATCH_MS).unref()
  return { end }
}

/** What a store says whose server has ended. */
export function goneFault(folder: string): Fault {
  return new Fault('storage', 'The database server has ended by itself, so the store stops', {
    remedy: `Start again: nothing that was confirmed is lost. Why it ended may stand in ${folder}/server.log`,
  })
}

/** The address of a server that another process of ours runs; undefined when none does. */
export async function runningPostgres(folder: string): Promise<string | undefined> {
  const server = await findServer(clusterOf(resolve(folder)))
  return server === undefined ? undefined : urlOf(server)
}

async function noteOwner(folder: string): Promise<void> {
  const path = join(folder, 'owner')
  try {
    await rm(path, { force: true })
    await writeFile(path, String(process.pid), { flag: 'wx' })
  } catch (error) {
    throw storageFault('keep a database', folder, error)
  }
}

async function serverOf(folder: string, options: PostgresOptions): Promise<Server> {
  const cluster = clusterOf(folder)
  const settings = { ...SETTINGS, ...options.settings }
  const running = await findServer(cluster)
  if (running !== undefined) {
    options.onLog?.('The database server still runs; the store goes on with it')
    return running
  }
  const binaries = await findBinaries(folder)
  const version = await versionOf(cluster)
  if (version === undefined) {
    options.onLog?.('Making the database')
    await makeCluster(cluster, binaries, settings)
  } else if (version !== binaries.major) {
    throw new Fault(
      'storage',
      `${folder} holds data of PostgreSQL ${version}, this is ${binaries.major}`,
      {
        remedy: `Dump it with PostgreSQL ${version} and load the dump into a new folder, or set DATABASE_URL`,
      },
    )
  }
  return startServer(cluster, binaries, settings)
}

/** An SQLite file serves as lock: the one kind that Node has and that no killed process leaves behind. */
function takeLock(folder: string): DatabaseSync {
  const lock = open(folder)
  try {
    lock.exec('begin exclusive')
    return lock
  } catch (cause) {
    lock.close()
    if (!isBusy(cause)) throw storageFault('keep a database', folder, cause)
    throw new Fault('storage', `Another Tacet runs on this folder: ${folder}`, {
      remedy: 'Stop it first, or set DATA_DIR to another folder',
      cause,
    })
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

function open(folder: string): DatabaseSync {
  try {
    return new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  } catch (error) {
    throw storageFault('keep a database', folder, error)
  }
}

async function versionOf(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw storageFault('read the database', cluster, error)
  }
}

function clusterOf(folder: string): string {
  return join(folder, 'cluster')
}

function urlOf({ socketFolder }: Server): string {
  return `postgres:///tacet?host=${encodeURIComponent(socketFolder)}&user=tacet`
}
