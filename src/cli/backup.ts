/** `tacet backup FILE`: everything but the keys, in one sealed file. */

import { type BackupReport, makeBackup } from '../backup/backup.ts'
import { asJson, type Command, readArguments, wrong } from './command.ts'
import { withData } from './data.ts'
import { installationOf, withBar } from './installation.ts'

const USAGE = `tacet backup FILE [--json]

Writes the database, as it is at one moment, and the pictures into FILE, sealed by a key of the keys folder.
The store may run meanwhile. A file that is there is not overwritten.

The generation keys do not go along: a copy of them would bring back what was erased. Keep a mirror of the
keys folder (DATA_DIR/keys) on another machine, and the root key in a third place. Mirror it after each
backup and as often as you can, with the times of its files; keep no older states of it, and no backup
longer than BACKUP_HORIZON_DAYS.
See decisions/0014-backups.md.
`

export const backupCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { json, positionals } = readArguments(args)
    const [file, ...rest] = positionals
    if (file === undefined || rest.length > 0) throw wrong('Name one file to write', 'backup')
    const report = await withData(terminal, 'find', async (database, url) => {
      const installation = await installationOf(terminal, database, url)
      return withBar('Backing up', terminal.isTerminal && !json, (progress) =>
        makeBackup(installation, file, progress),
      )
    })
    terminal.write(json ? asJson({ ...report, file }) : inWords(report, file))
    return 0
  },
}

function inWords({ bytes, tables, pictures }: BackupReport, file: string): string {
  const size = (bytes / 1024 ** 2).toFixed(1)
  return (
    `Backed up ${tables} tables and ${pictures} pictures: ${file}, ${size} MiB.\n` +
    'The keys are not in it: mirror the keys folder now, to another machine.\n'
  )
}
