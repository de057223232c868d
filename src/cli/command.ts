/**
 * What every command of the command line has in common: its usage, its arguments, where it writes.
 *
 * Invariant: nothing personal is written: numbers, states, settings, never a value about anybody.
 */

import { parseArgs } from 'node:util'
import { Fault } from '../base/failure.ts'
import type { Problem } from '../catalogue/import/problem.ts'
import type { Config } from '../config/config.ts'
import type { Holding } from '../privacy/holdings.ts'
import type { Vault } from '../privacy/vault.ts'

/** Where a command runs. */
export type Terminal = {
  readonly write: (text: string) => void
  /** Whether somebody looks at it. */
  readonly isTerminal: boolean
  /** The folder of the program. */
  readonly root: string
  readonly config: () => Config
  /** The map of what is held about a person, which is put together above. */
  readonly holdings: (vault: Vault) => readonly Holding[]
}

export type Command = {
  readonly usage: string
  /** Gives the exit code. @throws {Fault} `invalid` for wrong arguments. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>
}

export type Arguments = {
  readonly json: boolean
  readonly help: boolean
  /** Does without asking what would be asked. */
  readonly yes: boolean
  readonly positionals: readonly string[]
  readonly options: Readonly<Record<string, string | undefined>>
}

/** Reads arguments: `--json`, `--help`, `--yes`, and the named options, each with a value. */
export function readArguments(args: readonly string[], ...names: readonly string[]): Arguments {
  const named = names.map((name) => [name, { type: 'string' }] as const)
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(named),
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        yes: { type: 'boolean' },
      },
    })
    const options = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, String(value)]),
    )
    const said = (flag: 'json' | 'help' | 'yes') => values[flag] === true
    return { json: said('json'), help: said('help'), yes: said('yes'), positionals, options }
  } catch (error) {
    // The rest is advice on arguments that begin with a hyphen, of which there are none.
    const [message] = error instanceof Error ? error.message.split('. To specify') : []
    throw wrong(message ?? 'These arguments cannot be read')
  }
}

export function wrong(message: string, command = ''): Fault {
  return new Fault('invalid', message.replace(/\.+$/, ''), {
    remedy: `See \`npm run tacet -- ${command}${command === '' ? '' : ' '}--help\``,
  })
}

/** Rows as aligned columns; the last one is as long as it is. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = []
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length)
    })
  }
  const lines = rows.map((row) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '),
  )
  return lines.map((line) => `${indent}${line}`.trimEnd()).join('\n')
}

/** Problems shown on a terminal; --json has the first thousand. */
const MOST_SHOWN = 40

/** What an import could not take, a line each. */
export function problemsInWords({
  problems,
  problemCount,
}: {
  readonly problems: readonly Problem[]
  readonly problemCount: number
}): readonly string[] {
  return [
    ...problems.slice(0, MOST_SHOWN).map(({ line, column, reason }) => {
      return `  line ${line}${column === '' ? '' : `, ${column}`}: ${reason}`
    }),
    ...(problemCount > MOST_SHOWN
      ? [`  … and ${problemCount - MOST_SHOWN} more; --json shows them`]
      : []),
  ]
}

export function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
