/** `tacet restore FILE`: a backup, into an empty database; the next start ends again what was ended since. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { restoreInPlace } from '../backup/in-place.ts'
import { type RestoreReport, type Restoring, restore } from '../backup/restore.ts'
import type { Database } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { countLost } from '../customers/secured.ts'
import { migrateJobs } from '../jobs/worker.ts'
import { lostCorrections } from '../orders/correction.ts'
import { formerPasswords } from '../staff/restored.ts'
import { asJson, type Command, readArguments, type Terminal, wrong } from './command.ts'
import { withData, withDatabase } from './data.ts'
import { installationOf, withBar } from './installation.ts'

const USAGE = `tacet restore FILE [--checkpoint FILE] [--accept-loss] [--json]
tacet restore --in-place --accept-loss [--checkpoint FILE] [--json]

Takes a backup into an empty database: that of DATABASE_URL, or of a DATA_DIR that has the keys folder of the
store, put back from its mirror, and nothing else. FILE is read to its end and checked before anything is
written. The next \`npm start\` ends again what was erased since, and opens only then.
Restrictions, legal holds and deletions that wait are put back as well; corrections cannot be, so their orders
are named. Where an order's e-mail address was corrected since, it has none: the former may be a stranger's.
An account's address that was changed since is set aside: it opens nothing without the password.
A second factor that was switched off since is off again; of one that was switched on its person is told.

--checkpoint FILE  the last checkpoint that a witness of the ledger has kept (checkpoint.txt in its folder)
--in-place         takes the database as it is for restored: one that was put back by PostgreSQL's own means.
--accept-loss      goes on although the ledger is known to have been longer. What was in it since the backup
                   is lost; the ledger begins anew under another name and key, and the old one ends. Tell
                   your witnesses. Look for payments that the processor knows and the store does not.
`

export const restoreCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const [acceptLoss, inPlace] = [args.includes('--accept-loss'), args.includes('--in-place')]
    const rest = args.filter((argument) => !/^--(accept-loss|in-place)$/.test(argument))
    const { json, positionals, options } = readArguments(rest, 'checkpoint')
    const [file, ...more] = positionals
    const checkpoint = options.checkpoint && (await read(options.checkpoint))
    if (inPlace && file === undefined) {
      const report = await withData(terminal, 'find', async (database, url) => {
        const restoring = await restoringOf(terminal, database, url)
        const restored = await restoreInPlace(restoring, { acceptLoss, checkpoint })
        return { ...restored, ...(await lostOf(restoring)) }
      })
      terminal.write(json ? asJson(report) : goOn(report))
      return 0
    }
    if (inPlace || file === undefined || more.length > 0) {
      throw wrong('Name one file to restore, or say --in-place', 'restore')
    }
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
): Promise<RestoreReport & Lost> {
  return withDatabase(terminal, 'make', async (database, url) => {
    const restoring = await restoringOf(terminal, database, url)
    const restored = await restore(restoring, file, options)
    return { ...restored, ...(await lostOf(restoring)) }
  })
}

type Lost = {
  /** Numbers of orders of which a correction was lost. */
  readonly correctionsLost: readonly number[]
  /** Accounts of which a change of the address was lost. */
  readonly addressesLost: number
  /** Accounts whose second factor was switched on since, and is lost. */
  readonly factorsLost: number
  /** Sign-in names of staff who replaced their password since. */
  readonly passwordsLost: readonly string[]
}

async function lostOf({ database, endings }: Restoring): Promise<Lost> {
  const noted = await endings.all()
  const corrections = await lostCorrections(database, noted)
  const { addresses, factors } = await countLost(database, noted)
  return {
    correctionsLost: [...new Set(corrections.map(({ number }) => number))],
    addressesLost: addresses,
    factorsLost: factors,
    passwordsLost: (await formerPasswords(database, noted)).map(({ login }) => login),
  }
}

async function restoringOf(
  terminal: Terminal,
  database: Database,
  url: string,
): Promise<Restoring> {
  return {
    ...(await installationOf(terminal, database, url)),
    migrationsFolder: join(terminal.root, 'migrations'),
    horizonDays: terminal.config().backupHorizonDays,
    prepareJobs: () => migrateJobs(url),
  }
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause) => {
    throw new Fault('not_found', `Cannot read the checkpoint ${file}`, { cause })
  })
}

function inWords(report: RestoreReport & Lost): string {
  const { madeAt, tables, pictures } = report
  return `Restored ${tables} tables and ${pictures} pictures, as they were at ${madeAt}.\n${goOn(report)}`
}

function goOn(report: Lost & { readonly anew: boolean }): string {
  const lines = [
    'Start the store: it ends again what was erased since, then opens. Everybody signs in anew.',
    'Look through `staff list`: who was hired since the backup is not in it.',
    ...lostInWords(report),
    ...(report.anew ? ['The ledger begins anew: tell whoever watches it.'] : []),
  ]
  return `${lines.join('\n')}\n`
}

function lostInWords(report: Lost): readonly string[] {
  const { correctionsLost, addressesLost, factorsLost, passwordsLost } = report
  const lost = correctionsLost.join(', ')
  return [
    ...(passwordsLost.length === 0
      ? []
      : [
          `Staff whose password was replaced since: ${passwordsLost.join(', ')}. The former one ends`,
          'when the store starts; then give each another: `staff reset-password NAME`.',
        ]),
    ...(lost === ''
      ? []
      : [
          `Corrections are lost of order ${lost}: ask these persons,`,
          'as open requests of the store will say.',
        ]),
    ...(addressesLost === 0
      ? []
      : [
          `Accounts with a former e-mail address again: ${addressesLost}. Nothing is sent to it.`,
          'It signs in with its password still, and then asks for the address anew.',
        ]),
    ...(factorsLost === 0
      ? []
      : [
          `Accounts whose second factor is lost: ${factorsLost}. Their password lets nobody in any more:`,
          'their people are told to choose another by a link, and to switch the second factor on anew.',
        ]),
  ]
}
