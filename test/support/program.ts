/**
 * The store as a merchant runs it: `src/start.ts` in a process of its own, which a test can kill.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../src/base/database.ts'
import { openPostgres, runningPostgres } from '../../src/base/postgres.ts'
import { freePort } from './ports.ts'
import { ROOT } from './store.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

/** A folder and two ports: what makes a store the same one over its starts. */
export type Place = {
  readonly folder: string
  readonly port: number
  readonly sandboxPort: number
  /** What is to be ended with it, in the other order. */
  readonly ends: (() => Promise<unknown>)[]
}

export type Program = {
  readonly url: URL
  readonly sandbox: URL
  /** `kill -9`. */
  readonly kill: () => Promise<void>
  /** Ctrl-C; returns the exit code. */
  readonly stop: () => Promise<number | null>
  /** The exit code and what it said, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>
}

/** A fresh place. What a test leaves running there ends with it. */
export async function place(t: Ending): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-program-'))
  const ends: Place['ends'] = []
  t.after(async () => {
    for (const end of ends.reverse()) await end()
    if ((await runningPostgres(postgresOf({ folder }))) !== undefined) {
      await (await openPostgres({ folder: postgresOf({ folder }) })).stop()
    }
    await rm(folder, { recursive: true, force: true })
  })
  // The sandbox's mail relay listens on the port after its own.
  return { folder, port: await freePort(), sandboxPort: await freePort(2), ends }
}

export function postgresOf({ folder }: Pick<Place, 'folder'>): string {
  return join(folder, 'data', 'postgres')
}

/** Starts the store and waits until it is open. @throws what it said, when it ends instead. */
export async function run(where: Place, environment: Environment = {}): Promise<Program> {
  const { child, said, ended } = begin(where, environment)
  where.ends.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const open = new Promise<void>((resolve) => {
    child.stdout?.on('data', () => {
      if (said().includes('Tacet is open')) resolve()
    })
  })
  const code = await Promise.race([open, ended])
  if (code !== undefined) throw new Error(`The store ended with ${code}: ${said()}`)
  const end = async (signal: 'SIGKILL' | 'SIGINT') => {
    child.kill(signal)
    return ended
  }
  return {
    url: new URL(`http://localhost:${where.port}`),
    sandbox: new URL(`http://localhost:${where.sandboxPort}`),
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGINT'),
    ended: ended.then((code) => ({ code, said: said() })),
  }
}

/** Starts a store that is expected to give up; returns its exit code and what it said. */
export async function runInVain(where: Place, root = ROOT) {
  const { said, ended } = begin(where, {}, root)
  return { code: await ended, said: said() }
}

/** They end with the test, also when it takes too long and is ended itself. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
process.once('SIGTERM', () => process.exit(1))

type Environment = Readonly<Record<string, string>>

function begin({ folder, port, sandboxPort }: Place, environment: Environment = {}, root = ROOT) {
  const program = ['--import', './scripts/tsx.mjs', join(root, 'src', 'start.ts')]
  const child: ChildProcess = spawn(process.execPath, program, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      DATA_DIR: join(folder, 'data'),
      SANDBOX_DIR: join(folder, 'sandbox'),
      ...environment,
    },
  })
  running.add(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  return { child, said: () => text, ended }
}

/** The database of a store that runs there. */
export async function booksAt(where: Place): Promise<Database> {
  const url = await runningPostgres(postgresOf(where))
  if (url === undefined) throw new Error('No database runs there')
  const database = openDatabase({ url, connections: 2, onLost: () => undefined })
  where.ends.push(() => database.close())
  return database
}
