/**
 * Folders that the store keeps its data in, and what can go wrong with one, in plain words.
 */

import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from './failure.ts'

/** Makes a folder, closed to others, unless it is there. `action` completes "Cannot …". @throws {Fault} `storage` */
export async function makeFolder(action: string, folder: string): Promise<void> {
  try {
    await makeBelow(dirname(folder), folder)
  } catch (error) {
    throw storageFault(action, folder, error)
  }
}

/** Node's own recursive mkdir never ends below a folder that is there and takes none, as `/proc`. */
async function makeBelow(parent: string, folder: string): Promise<void> {
  if (await isFolder(folder)) return
  if (!(await isFolder(parent))) await makeBelow(dirname(parent), parent)
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(await isFolder(folder))) throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (error instanceof Error && /^(ENOENT|ENOTDIR):/.test(error.message)) return false
    throw error
  }
}

/** A fault out of what the system or a program of PostgreSQL said. `action` completes "Cannot …". */
export function storageFault(action: string, folder: string, cause: unknown): Fault {
  const said = wordsOf(cause)
  if (/ENOSPC|EDQUOT|EFBIG|No space left|disk is full|quota exceeded/i.test(said)) {
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
  if (/^E\w+: .*, (mkdir|stat) '/.test(said)) {
    return new Fault('storage', `Cannot ${action}: no folder can be made at ${folder}`, {
      remedy: 'Move away what is in its place, or set DATA_DIR to another folder',
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
