/** `tacet restore FILE`: a backup, into an empty database; the next start ends again what was ended since. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RestoreReport, restore } from '../backup/restore.ts'
import { Fault } from '../base/failure.ts'
import { migrateJobs } from '../jobs/worker.ts'
import { asJson, type Command, readArguments, type Terminal, wrong } from './command.ts'
import { withDatabase } from './data.ts'
import { installationOf, withBar } from './installation.ts'

const USAGE = `tacet restore FILE [--checkpoint FILE] [--accept-loss] [--json]

Takes a backup into an empty database: that of DATABASE_URL, or of a DATA_DIR that has the keys folder of the
store, put back from its mirror, and nothing else. FILE is read to its end and checked before anything is
written. The next \`npm start\` ends again what was erased since, and opens only then.

--checkpoint FILE  the last checkpoint that a witness of the ledger has kept (checkpoint.txt in its folder)
--accept-loss      goes on although the ledger is known to have been longer. What was in it since the backup
                   is lost; the ledger begins anew under another name and key, and the old one ends. Tell
                   your witnesses. Look for payments that the processor knows and the store does not.
`

export const restoreCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const acceptLoss = args.includes('--accept-loss')
    const rest = args.filter((argument) => argument !== '--accept-loss')
    const { json, positionals, options } = readArguments(rest, 'checkpoint')
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) throw wrong('Name one file to restore', 'restore')
    const checkpoint = options.checkpoint && (await read(options.checkpoint))
    const report = await withBar('Restoring', terminal.isTerminal && !json, (progress) =>
      run(terminal, file, { acceptLoss, checkpoint, ...(progress && { progress }) }),
    )
    terminal.write(json ? asJson(report) : inWords(report))
    return 0
  },
}

async function run(
  terminal: Terminal,
  file: string,
  options: Parameters<typeof restore>[2],
): Promise<RestoreReport> {
  return withDatabase(terminal, 'make', async (database, url) => {
    const restoring = {
      ...(await installationOf(terminal, database, url)),
      migrationsFolder: join(terminal.root, 'migrations'),
      horizonDays: terminal.config().backupHorizonDays,
      prepareJobs: () => migrateJobs(url),
    }
    return restore(restoring, file, options)
  })
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause) => {
    throw new Fault('not_found', `Cannot read the checkpoint ${file}`, { cause })
  })
}

function inWords({ madeAt, tables, pictures, anew }: RestoreReport): string {
  const lines = [
    `Restored ${tables} tables and ${pictures} pictures, as they were at ${madeAt}.`,
    'Start the store: it ends again what was erased since, then opens. Everybody signs in anew.',
    'Look through `staff list`: who was disabled since the backup is enabled again.',
    ...(anew ? ['The ledger begins anew: tell whoever watches it.'] : []),
  ]
  return `${lines.join('\n')}\n`
}
