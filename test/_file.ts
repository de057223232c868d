/**
 * One test file in a process of its own: how many of its tests passed, and what is to be said of those that did not.
 */

import type { EventData } from 'node:test'
import { run } from 'node:test'
import { inspect } from 'node:util'

type Outcome = { readonly passed: number; readonly failures: readonly string[] }

export async function runFile(
  file: string,
  timeoutMs: number,
  stopping: AbortSignal,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const failures: string[] = []
  const said: string[] = []
  let passed = 0
  const events = run({
    files: [file],
    isolation: 'process',
    execArgv: ['--import', './scripts/tsx.mjs'],
    signal: AbortSignal.any([timeout, stopping]),
  })
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') said.push(data.message)
    else if (type === 'test:fail') failures.push(...failure(file, data))
    else if (type === 'test:pass' && isSkipped(data)) failures.push(`${data.name}\nwas skipped`)
    else if (type === 'test:pass' && isTest(file, data)) passed += 1
  }
  if (timeout.aborted) failures.push(`It took more than ${timeoutMs / 1000} s and was ended`)
  else if (stopping.aborted) failures.push('It was stopped')
  if (passed + failures.length === 0) failures.push('It holds no test')
  if (failures.length > 0 && said.length > 0) {
    failures[failures.length - 1] += `\n\nIt printed:\n${said.join('').trim()}`
  }
  return { passed, failures }
}

/** A parent fails with its children, which have said why; a file that is ended is reported once, by its time. */
function failure(file: string, { name, details }: EventData.TestFail): readonly string[] {
  const { error } = details
  const { failureType, exitCode } = error as Error & {
    readonly failureType?: string
    readonly exitCode?: number
  }
  if (failureType === 'subtestsFailed') return []
  if (name === file && failureType === 'testAborted') return []
  if (name === file) return [`The process ended with code ${exitCode}`]
  return [`${name}\n${inspect(error.cause ?? error)}`]
}

/** The file itself is reported like a test, under its own name. */
function isTest(file: string, { name, details }: EventData.TestPass): boolean {
  return name !== file && details.type !== 'suite'
}

function isSkipped({ skip, todo }: EventData.TestPass): boolean {
  return skip !== undefined || todo !== undefined
}
