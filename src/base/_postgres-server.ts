/**
 * One PostgreSQL server on one cluster folder: made, started, found again, stopped.
 *
 * The server is its own process group and outlives the store: a Ctrl-C does not reach it, and after a
 * `kill -9` of the store it is found through its `postmaster.pid`.
 *
 * Root. The server runs as the owner of the cluster folder, `nobody` at first. The folder may lie below
 * a home that this user cannot enter, but a process may stand in a folder that it cannot walk to: it is
 * started there while still root, and told that its folder is `/proc/self/cwd`, which it and all its
 * children reach without a walk. Its socket lies in the folder too, bound as `./.s.PGSQL.5432`.
 */

import { execFile, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { chmod, chown, lstat, mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Binaries } from './_postgres-binaries.ts'
import { storageFault } from './storage.ts'

export type Settings = Readonly<Record<string, string>>

export type Server = {
  readonly pid: number
  readonly socketFolder: string
  readonly gone: () => Promise<boolean>
}

type Owner = { readonly uid: number; readonly gid: number }
type PidFile = { readonly pid: number; readonly socketFolder: string; readonly ready: boolean }

const exec = promisify(execFile)

const NOBODY: Owner = { uid: 65_534, gid: 65_534 }
const SOCKET = '.s.PGSQL.5432'
/** What the path of a Unix socket may hold on Linux, less the closing zero; macOS has 4 less. */
const SOCKET_PATH_BYTES = 103
const POLL_MS = 10
/** The log of a run that is larger than this begins anew. */
const LOG_BYTES = 8_000_000
/** How long a process named in `postmaster.pid` may keep silent before we say that it is something else. */
const SILENCE_MS = 2_000
/** How long processes of a killed server may go on with what they are at. */
const ORPHANS_MS = 60_000
const ORPHANS_POLL_MS = 100
const FAST_STOP_MS = 30_000
const HARD_STOP_MS = 5_000

/** Makes a new cluster at `cluster`. It appears there whole or not at all. */
export async function makeCluster(
  cluster: string,
  { folder }: Binaries,
  settings: Settings,
): Promise<void> {
  const fresh = `${cluster}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  if (process.getuid?.() === 0) await chown(fresh, NOBODY.uid, NOBODY.gid)
  const arguments_ = [
    ...['-D', dataFolder(fresh), '--username=tacet', '--encoding=UTF8', '--locale=C'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums'],
    ...['--auth-local=trust', '--auth-host=reject', '--no-instructions'],
    ...(settings.fsync === 'off' ? ['--no-sync'] : []),
  ]
  try {
    await exec(join(folder, 'initdb'), arguments_, await whereAndWho(fresh))
    await makeDatabase(fresh, folder, settings)
  } catch (error) {
    throw storageFault('make the database', dirname(cluster), error)
  }
  await rename(fresh, cluster)
}

/** Single-user mode: it reads SQL from its input, a line a statement, and ends with 0 whatever comes of it. */
async function makeDatabase(cluster: string, programs: string, settings: Settings): Promise<void> {
  const sync = settings.fsync ?? 'on'
  const arguments_ = ['--single', '-D', dataFolder(cluster), '-c', `fsync=${sync}`, 'postgres']
  const run = exec(join(programs, 'postgres'), arguments_, await whereAndWho(cluster))
  run.child.stdin?.end('create database tacet\n')
  const { stderr } = await run
  if (/ERROR|FATAL|PANIC/.test(stderr)) throw new Error(stderr)
}

/**
 * Starts a server on a cluster that has none, and returns once it takes connections. Processes of a server that was
 * killed may still be at work on the cluster: they end by themselves, and are waited for.
 */
export async function startServer(
  cluster: string,
  binaries: Binaries,
  settings: Settings,
): Promise<Server> {
  await rm(join(cluster, 'postmaster.pid'), { force: true })
  for (let waitedMs = 0; ; waitedMs += ORPHANS_POLL_MS) {
    const outcome = await tryStart(cluster, binaries, settings)
    if (!(outcome instanceof Error)) return outcome
    if (!/shared memory block/.test(outcome.message) || waitedMs > ORPHANS_MS) {
      throw storageFault('start the database', dirname(cluster), outcome)
    }
    await pause(ORPHANS_POLL_MS)
  }
}

/** The server, or what it said before it gave up. */
async function tryStart(
  cluster: string,
  { folder }: Binaries,
  settings: Settings,
): Promise<Server | Error> {
  const socketFolder = await makeSocketFolder(cluster)
  const sockets = socketFolder === cluster ? '.' : `"${socketFolder}"`
  const options = Object.entries({ ...settings, unix_socket_directories: sockets })
  const log = await openLog(cluster)
  const before = (await log.stat()).size
  const child = spawn(
    join(folder, 'postgres'),
    ['-D', dataFolder(cluster), ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...(await whereAndWho(cluster)), detached: true, stdio: ['ignore', log.fd, log.fd] },
  )
  let ended: Error | true | undefined
  child.once('error', (error) => {
    ended = error
  })
  child.once('exit', () => {
    ended ??= true
  })
  child.unref()
  await log.close()
  for (;;) {
    const file = await readPidFile(cluster)
    if (file?.pid === child.pid && file?.ready) break
    if (ended !== undefined) {
      await removeSocketFolder(socketFolder)
      const said = (await readFile(logOf(cluster))).subarray(before).toString()
      return ended === true ? new Error(said) : ended
    }
    await pause(POLL_MS)
  }
  return { pid: child.pid ?? 0, socketFolder, gone: async () => ended !== undefined }
}

/**
 * The server that runs on a cluster, also one that is about to be ready. Undefined when there is none: a
 * `postmaster.pid` may outlive its server and name a process that is something else.
 */
export async function findServer(cluster: string): Promise<Server | undefined> {
  let silentMs = 0
  for (let file = await readPidFile(cluster); file; file = await readPidFile(cluster)) {
    const { pid, socketFolder, ready } = file
    if (!isAlive(pid)) return undefined
    if (await listens(join(socketFolder, SOCKET))) {
      silentMs = 0
      if (ready) return { pid, socketFolder, gone: async () => !(await isStill(cluster, pid)) }
    }
    if (silentMs > SILENCE_MS) return undefined
    await pause(POLL_MS)
    silentMs += POLL_MS
  }
  return undefined
}

/** Ends its clients and writes all to disk; when that takes too long, the next start recovers. */
export async function stopServer(server: Server): Promise<void> {
  const steps = [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', HARD_STOP_MS],
    ['SIGKILL', HARD_STOP_MS],
  ] as const
  stopping: for (const [signal, boundMs] of steps) {
    if (await server.gone()) break
    signalTo(server.pid, signal)
    for (let waitedMs = 0; waitedMs < boundMs; waitedMs += POLL_MS) {
      if (await server.gone()) break stopping
      await pause(POLL_MS)
    }
  }
  await removeSocketFolder(server.socketFolder)
}

/** Keeps the log of a long run from filling the disk. */
export async function trimLog(cluster: string): Promise<void> {
  await (await openLog(cluster)).close()
}

/** Never rejects: a folder that is missing or closed has no server that we could speak to. */
async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pid, , , , socketFolder, , , status] = text.split('\n')
  if (!/^\d+$/.test(pid ?? '')) return undefined
  return {
    pid: Number(pid),
    socketFolder: socketFolder?.startsWith('/') ? socketFolder : cluster,
    ready: status?.trim() === 'ready',
  }
}

/** A process that we may not signal is another user's, so no server of ours. */
function isAlive(pid: number): boolean {
  return signalTo(pid, 0)
}

function signalTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** An adopted server may stay in the process table as a zombie, so its pid file counts too. */
async function isStill(cluster: string, pid: number): Promise<boolean> {
  return isAlive(pid) && (await readPidFile(cluster))?.pid === pid
}

function listens(path: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      answer(true)
    })
    socket.once('error', () => answer(false))
  })
}

/** The cluster folder itself, closed to others, or where that makes too long a path, a new one of the same kind. */
async function makeSocketFolder(cluster: string): Promise<string> {
  if (Buffer.byteLength(join(cluster, SOCKET)) <= SOCKET_PATH_BYTES) return cluster
  const folder = await mkdtemp(join(tmpdir(), 'tacet-'))
  const { uid, gid } = await ownerOf(cluster)
  if (process.getuid?.() === 0) await chown(folder, uid, gid)
  await chmod(folder, 0o700)
  return folder
}

async function removeSocketFolder(socketFolder: string): Promise<void> {
  if (dirname(socketFolder) !== tmpdir() || !basename(socketFolder).startsWith('tacet-')) return
  await rm(socketFolder, { recursive: true, force: true })
}

/** Opened for appending, so that it can be cut while the server writes; a link is not followed. */
async function openLog(cluster: string) {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants
  const log = await open(logOf(cluster), O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600)
  if ((await log.stat()).size > LOG_BYTES) await log.truncate()
  return log
}

function logOf(cluster: string): string {
  return join(dirname(cluster), 'server.log')
}

function dataFolder(cluster: string): string {
  return process.getuid?.() === 0 ? '/proc/self/cwd' : cluster
}

async function whereAndWho(cluster: string) {
  const where = { cwd: cluster, env: { LC_ALL: 'C' } }
  return process.getuid?.() === 0 ? { ...where, ...(await ownerOf(cluster)) } : where
}

async function ownerOf(cluster: string): Promise<Owner> {
  const { uid, gid } = await lstat(cluster)
  return { uid, gid }
}
