/**
 * What can go wrong with a folder of the embedded database, in plain words.
 */

import { Fault } from './failure.ts'

/** A fault out of what the system or a program of PostgreSQL said. `action` completes "Cannot …". */
export function storageFault(action: string, folder: string, cause: unknown): Fault {
  const said = wordsOf(cause)
  if (/ENOSPC|EDQUOT|No space left|disk is full|quota exceeded/i.test(said)) {
    return new Fault('storage', `Cannot ${action}: the disk of ${folder} is full`, {
      remedy: 'Make room on it and start again; nothing that was stored is lost',
      cause,
    })
  }
  if (
    /EACCES|EPERM|EROFS|Permission denied|Read-only file system|unable to open database file/i.test(
      said,
    )
  ) {
    return new Fault('storage', `Cannot ${action}: ${folder} cannot be written`, {
      remedy: 'Give the user that runs the store this folder, or set DATA_DIR to another one',
      cause,
    })
  }
  if (/could not look up effective user ID/i.test(said)) {
    return new Fault('storage', `Cannot ${action}: the user that runs the store has no name here`, {
      remedy: 'Add the user to /etc/passwd, start the store as another one, or set DATABASE_URL',
      cause,
    })
  }
  const last = said.trim().split('\n').slice(-3).join(' · ')
  return new Fault('storage', `Cannot ${action} in ${folder}: ${last}`, {
    remedy: `Look into ${folder}/server.log, or set DATABASE_URL to a server of your own`,
    cause,
  })
}

function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return 'stderr' in cause && cause.stderr ? String(cause.stderr) : cause.message
}
