/**
 * Logs: named events with typed fields, and nothing else (C7).
 *
 * What can be logged is the list below. There is no free text, no address, no user agent, no query string, no value
 * about a person, because there is no field that could take one. An error's message is not logged, only its kind: a
 * message of another program may hold what it was given.
 */

import { createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pino, { multistream } from 'pino'
import type { Clock } from './clock.ts'

export type Events = {
  readonly started: { readonly port: number; readonly milliseconds: number }
  readonly stopped: { readonly signal: string }
  readonly request: {
    readonly route: string
    readonly method: string
    readonly status: number
    readonly milliseconds: number
  }
  readonly failed: { readonly action: string; readonly error: string; readonly at: string }
  readonly 'egress stopped': {
    readonly recipient: string
    readonly purpose: string
    readonly field: string
  }
  readonly 'cookie stripped': { readonly count: number }
  readonly 'job failed': { readonly job: string; readonly error: string; readonly attempt: number }
  readonly 'webhook refused': { readonly company: string; readonly reason: string }
  readonly 'retention held': { readonly because: string }
  readonly retention: { readonly contacts: number; readonly months: number }
  readonly 'database lost': { readonly code: string }
}

export type Log = <E extends keyof Events>(event: E, fields: Events[E]) => void

const GATHER_MS = 50

/** A log into a file a day below `folder`, and to `copy` where it is given. */
export function openLog(folder: string, clock: Clock, copy?: NodeJS.WritableStream): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let day = ''
  let file: LogFile | undefined
  let logger = pino({ enabled: false })
  return (event, fields) => {
    const at = clock().toString({ smallestUnit: 'millisecond' })
    const today = at.slice(0, 10)
    if (today !== day) {
      day = today
      file?.end()
      file = openFile(join(folder, `${day}.log`))
      logger = loggerOf(file, copy)
    }
    logger.info({ event, at, ...fields })
  }
}

/**
 * Deletes the files of days that are so many days over, and those that a wrong clock has dated as far ahead. Whoever
 * calls it has seen that this clock is right.
 */
export function forgetLogs(folder: string, now: Temporal.Instant, days: number): void {
  const dayAt = (hours: number) => now.add({ hours }).toString().slice(0, 10)
  const [oldest, newest] = [dayAt(-24 * days), dayAt(24 * days)]
  for (const name of readdirSync(folder)) {
    const day = /^(\d{4}-\d{2}-\d{2})\.log$/.exec(name)?.[1]
    if (day !== undefined && (day <= oldest || day >= newest)) rmSync(join(folder, name))
  }
}

/** A log that is not kept: tests, the command line. */
export const noLog: Log = () => undefined

/** What may be said of an error: its kind and the place in our source, never its message. */
export function errorFields(error: unknown): { readonly error: string; readonly at: string } {
  if (!(error instanceof Error)) return { error: typeof error, at: '' }
  const code = 'code' in error ? ` ${word(error.code)}` : ''
  const frames = (error.stack ?? '').replace(error.message, '')
  const place = /^ +at .*\/((?:src|node_modules)\/[\w./@-]+:\d+):\d+\)?$/m.exec(frames)
  return { error: `${word(error.name)}${code}`.trim(), at: place?.[1] ?? '' }
}

/** A name or a code as programs give it; anything else could be a sentence about somebody. */
function word(text: unknown): string {
  return typeof text === 'string' && /^\w{1,60}$/.test(text) ? text : ''
}

function loggerOf(file: LogFile, copy: NodeJS.WritableStream | undefined): pino.Logger {
  const options = {
    base: null,
    timestamp: false,
    formatters: { level: (level: string) => ({ level }) },
  }
  return pino(
    options,
    copy === undefined ? file : multistream([{ stream: file }, { stream: copy }]),
  )
}

type LogFile = { write(line: string): void; end(): void }

/** Lines of one moment go to the disk together: each by itself would cost more than the request that it tells of. */
function openFile(path: string): LogFile {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
  let lines: string[] = []
  const flush = () => {
    if (lines.length > 0) stream.write(lines.join(''))
    lines = []
  }
  return {
    write(line) {
      if (lines.push(line) === 1) setTimeout(flush, GATHER_MS)
    },
    end() {
      flush()
      stream.end()
    },
  }
}
