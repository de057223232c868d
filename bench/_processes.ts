/**
 * What processes use, as Linux tells it: CPU time and memory. Elsewhere nothing is known, and the report leaves it out.
 */

import { readdirSync, readFileSync } from 'node:fs'

export type Process = { readonly pid: number; readonly parent: number; readonly command: string }

/** Hertz of the times in `/proc`; the same on every Linux that Node runs on. */
const TICKS_A_SECOND = 100

/** The process and all below it; empty where there is no `/proc`. */
export function familyOf(pid: number): readonly Process[] {
  const all = processes()
  const found = all.filter((one) => one.pid === pid)
  for (const { pid: parent } of found) found.push(...all.filter((one) => one.parent === parent))
  return found
}

/** Seconds of CPU that a process has used, with its children that have ended. */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid)?.fields ?? []
  const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0)
  return ticks / TICKS_A_SECOND
}

/** Megabytes (of 1,048,576 bytes) that a process holds in memory. */
export function residentMegabytes(pid: number): number {
  const status = read(`/proc/${pid}/status`)
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024
}

function processes(): readonly Process[] {
  return pids().flatMap((pid) => {
    const stat = statOf(pid)
    if (stat === undefined) return []
    return [{ pid, parent: Number(stat.fields[1]), command: read(`/proc/${pid}/cmdline`) }]
  })
}

function pids(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** The fields behind the name, which may hold anything. */
function statOf(pid: number): { readonly fields: readonly string[] } | undefined {
  const text = read(`/proc/${pid}/stat`)
  if (text === '') return undefined
  return { fields: text.slice(text.lastIndexOf(')') + 2).split(' ') }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
