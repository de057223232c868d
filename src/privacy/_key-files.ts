/**
 * The files of the keys folder: a secret in each, `NAME.key`, wrapped by the root key, in base64, mode 0600.
 *
 * All of them move to another root key by one switch. The new files are made beside the old, in a folder
 * `moving-….new`; once it has lost its `.new` they count, and whoever opens a secret first puts them in the place of
 * the old ones. Cut off before the switch nothing has changed; cut off after it nothing is missing.
 *
 * Invariant: a file is on the disk whole and for good (fsync of file and folder), or it is not there.
 */

import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { check, Fault } from '../base/failure.ts'

const SECRET = /^(?:index|link|backup|generation-\d+|ledger-signing(?:-[0-9a-f]{8})?)$/
const STAGED = /^moving-[0-9a-f]{12}\.new$/
const SWITCHED = /^moving-[0-9a-f]{12}$/

/** The file of a secret. */
export function secretFile(folder: string, name: string): string {
  check(SECRET.test(name), 'A secret of the keys folder must have a name that its moves know')
  return join(folder, `${name}.key`)
}

/** The names of the secrets that are there. */
export async function secretsIn(folder: string): Promise<readonly string[]> {
  await finishMove(folder)
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.endsWith('.key'))
    .map((name) => basename(name, '.key'))
    .filter((name) => SECRET.test(name))
}

export async function readBase64(file: string): Promise<Buffer> {
  return Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
}

export async function readOrMake(
  file: string,
  make: () => Buffer | Promise<Buffer>,
): Promise<Buffer> {
  try {
    return await readBase64(file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw unusable(file, error)
  }
  const made = await make()
  try {
    await writeForGood(file, made)
  } catch (error) {
    throw unusable(file, error)
  }
  return readBase64(file)
}

/** Removes a secret for good, also where it waits to be moved. One that is gone already is no error. */
export async function removeSecret(folder: string, name: string): Promise<void> {
  const file = secretFile(folder, name)
  try {
    await finishMove(folder)
    await rm(file, { force: true })
    await syncFolder(folder)
  } catch (error) {
    throw unusable(file, error)
  }
}

/** Makes a folder beside the old files for those to come, and gives its path. */
export async function stageMove(folder: string): Promise<string> {
  const staged = join(folder, `moving-${randomBytes(6).toString('hex')}.new`)
  await mkdir(staged, { mode: 0o700 })
  return staged
}

/** Adds a secret to those to come, as old as the file whose place it takes: a restore goes by that age. */
export async function addToMove(staged: string, name: string, wrapped: Buffer): Promise<void> {
  const { atime, mtime } = await stat(secretFile(dirname(staged), name))
  const file = await open(secretFile(staged, name), 'wx', 0o600)
  try {
    await file.writeFile(`${wrapped.toString('base64')}\n`)
    await file.utimes(atime, mtime)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The switch: from here on the files that were staged count. To be finished. */
export async function switchMove(staged: string): Promise<void> {
  await syncFolder(staged)
  await rename(staged, staged.slice(0, -'.new'.length))
}

/** Puts what was switched to in its place. Any number of processes may do so at once. */
export async function finishMove(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const moved of names.filter((name) => SWITCHED.test(name)).map((name) => join(folder, name)))
    await finishOne(folder, moved).catch((error: unknown) => {
      throw unusable(moved, error)
    })
}

async function finishOne(folder: string, moved: string): Promise<void> {
  await syncFolder(folder)
  const files = await readdir(moved).catch(unlessGone<readonly string[]>([]))
  for (const name of files)
    await rename(join(moved, name), join(folder, name)).catch(unlessGone(undefined))
  await syncFolder(folder)
  await rmdir(moved).catch(unlessGone(undefined))
  await syncFolder(folder)
}

/** Whether a move was cut off before its switch. Its files hold copies of secrets, and must not outlive them. */
export async function hasStaged(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => STAGED.test(name))
}

/** Forgets moves that were cut off before their switch. */
export async function forgetStaged(folder: string): Promise<void> {
  const staged = (await readdir(folder)).filter((name) => STAGED.test(name))
  for (const name of staged) await rm(join(folder, name), { recursive: true, force: true })
  if (staged.length > 0) await syncFolder(folder)
}

/** What a start left that was killed while it wrote: it may hold a copy of a secret. */
export async function forgetHalves(folder: string): Promise<void> {
  const halves = (await readdir(folder)).filter((name) => name.endsWith('.new'))
  await Promise.all(halves.map((name) => rm(join(folder, name), { recursive: true })))
}

/** Writes a file that a crash cannot leave half written, and that is there after it. The first of two writers wins. */
async function writeForGood(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const half = `${file}.${randomBytes(6).toString('hex')}.new`
  const handle = await open(half, 'wx', 0o600)
  try {
    await handle.writeFile(`${bytes.toString('base64')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await link(half, file).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error
  })
  await rm(half)
  await syncFolder(dirname(file))
}

async function syncFolder(folder: string): Promise<void> {
  const parent = await open(folder, 'r')
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}

/** Another process was quicker. */
function unlessGone<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (hasCode(error, 'ENOENT')) return instead
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

export function unusable(file: string, cause: unknown): Fault {
  return new Fault('storage', `Cannot read or write the key file ${file}`, {
    remedy: 'Look at its permissions and at the free space',
    cause,
  })
}
