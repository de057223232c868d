/**
 * `npm run tacet`: the command line with the settings, on a terminal, and with what only the whole store has.
 */

import { fileURLToPath } from 'node:url'
import { loadPlainly } from './_plainly.ts'

const { holdingsOf, runCommandLine, readConfig } = await loadPlainly(async () => ({
  ...(await import('./_holdings.ts')),
  ...(await import('./cli/main.ts')),
  ...(await import('./config/config.ts')),
}))

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    write: (text) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY === true,
    root: fileURLToPath(new URL('..', import.meta.url)),
    config: () => readConfig(),
    holdings: holdingsOf,
  },
  (text) => process.stderr.write(text),
)
