/**
 * Keys: a root key outside the database wraps generation keys, a generation key wraps data keys.
 *
 * A data key belongs to a person, an order, an accounting month or a cart; its wrapped form lies in the database.
 * Generation keys lie in a folder of files, outside the database and its backups, each wrapped by the root key. When a
 * generation key is destroyed, no copy of the database anywhere opens what only it could open.
 *
 * Invariant: a key is on the disk for good (fsync of file and folder) before anything is sealed under it.
 * Invariant: a database whose generations do not match the folder's keys is not opened, and a key that the database
 * does not record is not used.
 */

import { createHmac, randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { type Database, sql, type Transaction } from '../base/database.ts'
import { check, Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { open as openSealed, seal } from './_aead.ts'
import type { KeyKind } from './table.ts'

/** Wraps and unwraps generation keys: a file here, a key management service elsewhere. */
export interface RootKey {
  readonly name: string
  wrap(secret: Buffer, context: string): Promise<Buffer>
  unwrap(wrapped: Buffer, context: string): Promise<Buffer>
}

/** A data key as the database holds it. */
export type WrappedKey = {
  readonly id: Id
  readonly kind: KeyKind
  readonly generation: number
  readonly wrapped: Buffer
}

export interface Keys {
  /** A new data key under the present generation. 32 bytes. */
  newDataKey(kind: KeyKind, id: Id): { readonly key: Buffer; readonly wrapped: WrappedKey }
  /** @throws {Fault} `storage` when its generation is not here, or the key was tampered with. */
  unwrap(wrapped: WrappedKey): Buffer
  /** HMAC-SHA-256 under the index key, its first 16 bytes: a look-up value (blind index). */
  lookUp(field: string, value: string): Buffer
  /** HMAC-SHA-256 under the link key, its first 16 bytes: what makes a secret link secret. */
  link(purpose: string, id: Buffer): Buffer
}

type Generation = { readonly number: number; readonly key: Buffer }
type StoredGeneration = { readonly number: number; readonly checkValue: Buffer }

const LOCK = 7_465_212

/** A root key in a file of 32 bytes, in base64, mode 0600; made when a new store first wraps with it. */
export async function fileRootKey(file: string): Promise<RootKey> {
  const bytes = async (read: Promise<Buffer>) => {
    const key = await read
    if (key.length !== 32) throw unusable(file, new Error('A root key has 32 bytes, in base64'))
    return key
  }
  const context = (name: string) => `tacet:root:v1:${name}`
  return {
    name: 'file',
    wrap: async (secret, name) =>
      seal(await bytes(readOrMake(file, () => randomBytes(32))), secret, context(name)),
    unwrap: async (wrapped, name) =>
      openSealed(await bytes(readBase64(file)), wrapped, context(name)),
  }
}

/**
 * Opens the key folder and holds it against the database; makes the first generation of a new store.
 *
 * @throws {Fault} `storage` when keys and database do not belong together.
 */
export async function openKeys(
  database: Database,
  root: RootKey,
  folder: string,
  clock: Clock,
): Promise<Keys> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const stored = await database.transaction((tx) => recorded(tx, root, folder, clock))
  const secret = (name: string) => openSecret(root, folder, name)
  const generations = await Promise.all(
    stored.map(async ({ number, checkValue: expected }) => {
      const key = await secret(`generation-${number}`)
      if (!checkValue(number, key).equals(expected)) throw missing(`generation-${number}`)
      return { number, key }
    }),
  )
  return keysOf(generations, await secret('index'), await secret('link'))
}

/**
 * The living generations as the database has them, oldest first. In a new store they are made, by one process at a
 * time; a start that was killed half-way left secrets under which nothing is sealed, and they are used.
 */
async function recorded(
  tx: Transaction,
  root: RootKey,
  folder: string,
  clock: Clock,
): Promise<readonly StoredGeneration[]> {
  await tx.run(sql`select pg_advisory_xact_lock(${LOCK})`)
  const all = await tx.many<StoredGeneration & { living: boolean }>(sql`
    select number, check_value as "checkValue", ended_at is null as living
    from generation order by number`)
  if (all.length > 0) return all.filter(({ living }) => living)
  await forgetHalves(folder)
  const names = ['generation-1', 'index', 'link']
  for (const name of names) await makeSecret(root, folder, name)
  const first = {
    number: 1,
    checkValue: checkValue(1, await openSecret(root, folder, 'generation-1')),
  }
  await tx.run(sql`
    insert into generation (number, created_at, check_value)
    values (${first.number}, ${clock()}, ${first.checkValue})`)
  return [first]
}

/** What a start left that was killed while it wrote: it may hold a copy of a secret. */
async function forgetHalves(folder: string): Promise<void> {
  const halves = (await readdir(folder)).filter((name) => name.endsWith('.new'))
  await Promise.all(halves.map((name) => rm(join(folder, name))))
}

function keysOf(generations: readonly Generation[], index: Buffer, linking: Buffer): Keys {
  const byNumber = new Map(generations.map(({ number, key }) => [number, key]))
  const present = generations.at(-1)
  check(present !== undefined, 'A store must have a generation key')
  return {
    newDataKey(kind, id) {
      const key = randomBytes(32)
      const wrapped = seal(present.key, key, dataKeyContext(kind, id, present.number))
      return { key, wrapped: { id, kind, generation: present.number, wrapped } }
    },
    unwrap({ kind, id, generation, wrapped }) {
      const key = byNumber.get(generation)
      if (key === undefined) throw missing(`generation-${generation}`)
      return openSealed(key, wrapped, dataKeyContext(kind, id, generation))
    },
    lookUp: (field, value) => hmac(index, `${field}\0${value}`),
    link: (purpose, id) => hmac(linking, `${purpose}\0${id.toString('hex')}`),
  }
}

function dataKeyContext(kind: KeyKind, id: Id, generation: number): string {
  return `tacet:data-key:v1:${kind}:${id}:${generation}`
}

function hmac(key: Buffer, message: string): Buffer {
  return createHmac('sha256', key).update(message).digest().subarray(0, 16)
}

/** What the database keeps of a generation key, to know it again by. */
export function checkValue(number: number, key: Buffer): Buffer {
  return hmac(key, `tacet:generation:v1:${number}`)
}

function missing(name: string): Fault {
  return new Fault('storage', `The key "${name}" does not belong to this database, or is missing`, {
    remedy: 'Put back the keys folder and the root key that belong to this database',
  })
}

/** Makes a secret of 32 bytes in a file of the folder, wrapped by the root key, unless it is there. */
export async function makeSecret(root: RootKey, folder: string, name: string): Promise<void> {
  await readOrMake(join(folder, `${name}.key`), () => root.wrap(randomBytes(32), name))
}

/** A secret of the folder. @throws {Fault} `storage` when it is missing, or the root key does not open it. */
export async function openSecret(root: RootKey, folder: string, name: string): Promise<Buffer> {
  const wrapped = await readBase64(join(folder, `${name}.key`)).catch(() => {
    throw missing(name)
  })
  try {
    return await root.unwrap(wrapped, name)
  } catch (cause) {
    throw new Fault('storage', `The root key does not open the key "${name}"`, {
      remedy: 'Point ROOT_KEY_FILE at the root key that belongs to this store',
      cause,
    })
  }
}

async function readOrMake(file: string, make: () => Buffer | Promise<Buffer>): Promise<Buffer> {
  try {
    return await readBase64(file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw unusable(file, error)
  }
  try {
    await writeForGood(file, (await make()).toString('base64'))
  } catch (error) {
    throw unusable(file, error)
  }
  return readBase64(file)
}

async function readBase64(file: string): Promise<Buffer> {
  return Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
}

/** Writes a file that a crash cannot leave half written, and that is there after it. The first of two writers wins. */
async function writeForGood(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const half = `${file}.${randomBytes(6).toString('hex')}.new`
  const handle = await open(half, 'wx', 0o600)
  try {
    await handle.writeFile(`${text}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await link(half, file).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error
  })
  await rm(half)
  const parent = await open(dirname(file), 'r')
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function unusable(file: string, cause: unknown): Fault {
  return new Fault('storage', `Cannot read or write the key file ${file}`, {
    remedy: 'Look at its permissions and at the free space',
    cause,
  })
}
