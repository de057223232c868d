/**
 * The sandbox's memory: collections of things by id, which survive a restart when a folder is
 * given.
 *
 * What changed is appended to `state.ndjson` in batches, a line a thing, however often it changed
 * meanwhile; the next start replays the file and writes it anew, short. There is no fsync: a power
 * cut may cost the last moments of a demonstration.
 *
 * Invariant: a collection holds at most `LIMIT` things; the oldest go first.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface Collection<T> {
  get(id: string): T | undefined
  /** Writes a new thing, or a changed one in place of the old. */
  put(id: string, value: T): void
  delete(id: string): void
  /** Oldest first. */
  values(): IterableIterator<T>
  /** Oldest first. */
  keys(): IterableIterator<string>
  readonly size: number
}

export interface State {
  /** The collection of that name, with what an earlier run left in it. */
  collection<T>(name: string): Collection<T>
  /** Writes what is not written yet. Nothing may be changed afterwards. */
  close(): Promise<void>
}

type Line = { readonly c: string; readonly id: string; readonly v?: unknown }
type Things = Map<string, unknown>

const LIMIT = 20_000
const BATCH_MILLISECONDS = 100

/** Opens the state of a folder; in memory alone when `folder` is null. */
export function openState(folder: string | null): State {
  const log = folder === null ? null : openLog(folder)
  const all = log?.things ?? new Map<string, Things>()
  return {
    collection: <T>(name: string) => {
      const things = all.get(name) ?? new Map<string, unknown>()
      all.set(name, things)
      const changed = (id: string) => log?.changed(name, id)
      return collectionOver<T>(things as Map<string, T>, changed)
    },
    close: async () => log?.close(),
  }
}

function collectionOver<T>(things: Map<string, T>, changed: (id: string) => void): Collection<T> {
  return {
    get: (id) => things.get(id),
    put(id, value) {
      things.set(id, value)
      trim(things)
      changed(id)
    },
    delete(id) {
      if (things.delete(id)) changed(id)
    },
    values: () => things.values(),
    keys: () => things.keys(),
    get size() {
      return things.size
    },
  }
}

function trim(things: Map<string, unknown>): void {
  if (things.size <= LIMIT) return
  for (const id of things.keys()) {
    things.delete(id)
    return
  }
}

type Log = {
  readonly things: Map<string, Things>
  readonly changed: (name: string, id: string) => void
  readonly close: () => Promise<void>
}

function openLog(folder: string): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'state.ndjson')
  const things = replay(file)
  rewrite(file, things)
  const waiting = new Map<string, Set<string>>()
  const closing = new AbortController()
  let writing: Promise<void> | null = null
  // One after the other, and none early except at the end, when the pause is cut short.
  const writeBatches = async () => {
    while (waiting.size > 0) {
      await pause(BATCH_MILLISECONDS, undefined, { signal: closing.signal }).catch(() => {})
      const lines = linesOf(things, waiting)
      waiting.clear()
      await appendFile(file, lines).catch((error: Error) => {
        process.stderr.write(`Cannot write ${file}: ${error.message}\n`)
      })
    }
    writing = null
  }
  return {
    things,
    changed(name, id) {
      const ids = waiting.get(name) ?? new Set()
      waiting.set(name, ids.add(id))
      writing ??= writeBatches()
    },
    async close() {
      closing.abort()
      await writing
    },
  }
}

/** Reads the changes of earlier runs. A last line that was cut off by a crash is left out. */
function replay(file: string): Map<string, Things> {
  const all = new Map<string, Things>()
  for (const text of readIfThere(file).split('\n')) {
    const line = parse(text)
    if (line === null) continue
    const things = all.get(line.c) ?? new Map<string, unknown>()
    all.set(line.c, things)
    if (line.v === undefined) things.delete(line.id)
    else {
      things.set(line.id, line.v)
      trim(things)
    }
  }
  return all
}

function rewrite(file: string, all: Map<string, Things>): void {
  writeFileSync(`${file}.new`, linesOf(all, all), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** What the things of these ids are now: one that is gone has a line without a value. */
function linesOf(
  all: ReadonlyMap<string, Things>,
  asked: ReadonlyMap<string, { keys(): Iterable<string> }>,
): string {
  let lines = ''
  for (const [c, ids] of asked) {
    const things = all.get(c)
    for (const id of ids.keys()) lines += `${JSON.stringify({ c, id, v: things?.get(id) })}\n`
  }
  return lines
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

function parse(text: string): Line | null {
  if (text === '') return null
  try {
    const line: Partial<Line> = JSON.parse(text)
    return typeof line.c === 'string' && typeof line.id === 'string' ? (line as Line) : null
  } catch {
    return null
  }
}
