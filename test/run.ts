/**
 * `npm test`: types, lint, dead code, then every `*.test.ts` and `*.test.tsx`, each in a process of its own, on a
 * PostgreSQL that lives as long as the run. `npm test -- PATTERN` runs the files whose path holds PATTERN.
 *
 * Invariant: the last line is `N passed, N failed`. A skipped test, a file without a test and a file that takes more
 * than its time are failures.
 */

import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openPostgres } from '../src/base/postgres.ts'
import { runFile } from './_file.ts'
import { FAST_SETTINGS } from './support/settings.ts'

type Count = { passed: number; failed: number }

const FILES_AT_ONCE = 2
const FILE_TIMEOUT_MS = 120_000
const FOLDERS = '{src,policy,sandbox,test,scripts,verify}'
const CHECKS = [
  { name: 'types', command: ['tsc'] },
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings', '--max-diagnostics=50'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
] as const

const [pattern = ''] = process.argv.slice(2)
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopping.abort())
}

const count: Count = { passed: 0, failed: 0 }
if (pattern === '') await runChecks()
await runTests()
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exit(count.failed === 0 && !stopping.signal.aborted ? 0 : 1)

async function runChecks(): Promise<void> {
  for (const { name, command } of CHECKS) {
    if (stopping.signal.aborted) return
    const start = performance.now()
    const [program, ...arguments_] = command
    const output = await promisify(execFile)(`node_modules/.bin/${program}`, arguments_, {
      signal: stopping.signal,
      maxBuffer: 64_000_000,
    }).then(
      () => undefined,
      (error) => `${error.stdout}${error.stderr}`.trim() || error.message,
    )
    report(name, start, output === undefined ? [] : [output])
    count.passed += output === undefined ? 1 : 0
  }
}

async function runTests(): Promise<void> {
  const files = globSync(`${FOLDERS}/**/*.test.{ts,tsx}`)
    .filter((file) => file.includes(pattern))
    .sort()
  if (files.length === 0)
    return report(`a test file like "${pattern}"`, performance.now(), ['none'])
  const folder = await mkdtemp(join(tmpdir(), 'tacet-test-run-'))
  const postgres = await openPostgres({ folder, settings: FAST_SETTINGS })
  process.env.TACET_TEST_POSTGRES = postgres.url
  await giveTemporaryFolder(join(folder, 'tmp'))
  try {
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, () => runNext(files)))
  } finally {
    await postgres.stop()
    await stopStrays(folder)
    await rm(folder, { recursive: true, force: true })
  }
}

/** What tests leave behind goes with the folder. It can be entered, for servers that run as another user. */
async function giveTemporaryFolder(folder: string): Promise<void> {
  process.env.TACET_TEST_CACHE = tmpdir()
  process.env.TMPDIR = folder
  await mkdir(folder)
  await chmod(dirname(folder), 0o755)
}

/** The database servers of test files that were ended before they could stop them. */
async function stopStrays(folder: string): Promise<void> {
  for (const pidFile of globSync(`${folder}/**/postmaster.pid`)) {
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGINT')
    while (existsSync(pidFile)) await pause(50)
  }
}

async function runNext(files: string[]): Promise<void> {
  for (let file = files.shift(); file !== undefined; file = files.shift()) {
    if (stopping.signal.aborted) return
    const start = performance.now()
    const { passed, failures } = await runFile(file, FILE_TIMEOUT_MS, stopping.signal)
    report(file, start, failures)
    count.passed += passed
  }
}

/** One line, and all of what went wrong below it. */
function report(name: string, start: number, failures: readonly string[]): void {
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${failures.length === 0 ? '✓' : '✗'} ${name} ${seconds} s`)
  for (const failure of failures) console.log(`\n${failure.replaceAll(/^/gm, '    ')}\n`)
  count.failed += failures.length
}
