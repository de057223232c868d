/**
 * The last checkpoint as it is known outside the database: a file in the keys folder.
 *
 * It is written after its transaction, so it is never ahead of the database that signed it. A database whose ledger is
 * shorter is an older one that was put back, and must not sign on: that would be a fork.
 */

import { randomBytes } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = 'checkpoint'

/** The note of the last checkpoint; undefined before there is one. */
export async function readHead(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, FILE), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all. */
export async function keepHead(folder: string, note: string): Promise<void> {
  const half = join(folder, `${FILE}.${randomBytes(4).toString('hex')}.new`)
  const file = await open(half, 'wx', 0o600)
  try {
    await file.writeFile(note)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(half, join(folder, FILE))
}
