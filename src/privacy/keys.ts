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
import { mkdir } from 'node:fs/promises'
import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { check, Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { open as openSealed, seal } from './_aead.ts'
import { type Cover, type Covered, coverOf } from './_covers.ts'
import {
  finishMove,
  forgetHalves,
  forgetStaged,
  readBase64,
  readOrMake,
  secretFile,
  secretsIn,
  unusable,
} from './_key-files.ts'
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
  readonly kind: KeyKind | 'mailbox'
  readonly generation: number
  readonly wrapped: Buffer
}

export interface Keys {
  /** A new data key under the present generation. 32 bytes. */
  newDataKey(
    kind: WrappedKey['kind'],
    id: Id,
  ): { readonly key: Buffer; readonly wrapped: WrappedKey }
  /** Wraps a data key, which may be wrapped already, by the present generation. */
  wrap(key: Buffer, of: Pick<WrappedKey, 'kind' | 'id'>): WrappedKey
  /** The number of the generation that wraps new keys. */
  present(): number
  /** The same data key, wrapped by the present generation. */
  renewed(wrapped: WrappedKey): WrappedKey
  /** Whether these can be unwrapped without `learn`: another process may have turned the generation meanwhile. */
  knows(wrapped: readonly Pick<WrappedKey, 'generation'>[]): boolean
  /** Takes in the generations that the database has now, and forgets those that were destroyed. */
  learn(on: Queries): Promise<void>
  /** @throws {Fault} `storage` when its generation is not here, or the key was tampered with. */
  unwrap(wrapped: WrappedKey): Buffer
  /** HMAC-SHA-256 under the index key, its first 16 bytes: a look-up value (blind index). It is stored covered only. */
  lookUp(field: string, value: string): Buffer
  /** A look-up value as it is stored, by the present generation. */
  cover(digest: Buffer): Covered
  /** A look-up value as it may be stored, by each generation that was not destroyed. */
  covers(digest: Buffer): readonly Buffer[]
  /** A stored look-up value without its cover. @throws {Fault} `storage` when its generation is not here. */
  uncover(stored: Covered): Buffer
  /** HMAC-SHA-256 under the link key, its first 16 bytes: what makes a secret link secret. */
  link(purpose: string, id: Buffer): Buffer
}

type StoredGeneration = { readonly number: number; readonly checkValue: Buffer }
type Generation = { readonly number: number; readonly key: Buffer; readonly cover: Cover }

/** Held while secrets of the folder are made, moved to another root key, ended or destroyed. */
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
  const generationOf = async ({ number, checkValue: expected }: StoredGeneration) => {
    const key = await openSecret(root, folder, generationName(number))
    if (!checkValue(number, key).equals(expected)) throw missing(generationName(number))
    return { number, key, cover: coverOf(key) }
  }
  const generations = await Promise.all(stored.map(generationOf))
  const index = await openSecret(root, folder, 'index')
  return keysOf({
    generations,
    generationOf,
    index,
    linking: await openSecret(root, folder, 'link'),
  })
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
  await lockKeys(tx)
  await forgetStaged(folder)
  const all = await tx.many<StoredGeneration & { living: boolean }>(sql`
    select number, check_value as "checkValue", destroyed_at is null as living
    from generation order by number`)
  if (all.length > 0) return all.filter(({ living }) => living)
  await forgetHalves(folder)
  for (const name of ['index', 'link']) await makeSecret(root, folder, name)
  return [await beginGeneration(tx, root, folder, 1, clock())]
}

/**
 * Makes a generation: its key for good in the folder first, then its row, in the caller's transaction. A key that is
 * there without a row was made by a turn that was cut off: nothing is wrapped by it, and it is used.
 */
export async function beginGeneration(
  tx: Transaction,
  root: RootKey,
  folder: string,
  number: number,
  at: Temporal.Instant,
): Promise<StoredGeneration> {
  await makeSecret(root, folder, generationName(number))
  const made = checkValue(number, await openSecret(root, folder, generationName(number)))
  await tx.run(sql`
    insert into generation (number, created_at, check_value) values (${number}, ${at}, ${made})`)
  return { number, checkValue: made }
}

/** The name of a generation's secret in the folder. */
export function generationName(number: number): string {
  return `generation-${number}`
}

/** Another process may have turned the generation since this one last looked. */
export async function learnOf(
  keys: Keys,
  on: Queries,
  rows: readonly Pick<WrappedKey, 'generation'>[],
): Promise<void> {
  if (!keys.knows(rows)) await keys.learn(on)
}

type Opened = {
  readonly generations: readonly Generation[]
  readonly generationOf: (stored: StoredGeneration) => Promise<Generation>
  readonly index: Buffer
  readonly linking: Buffer
}

function keysOf({ generations, generationOf, index, linking }: Opened): Keys {
  const byNumber = new Map(generations.map((generation) => [generation.number, generation]))
  const generation = (number: number): Generation => {
    const found = byNumber.get(number)
    if (found === undefined) throw missing(generationName(number))
    return found
  }
  const present = () => {
    check(byNumber.size > 0, 'A store must have a generation key')
    return generation(Math.max(...byNumber.keys()))
  }
  const wrap = (key: Buffer, { kind, id }: Pick<WrappedKey, 'kind' | 'id'>): WrappedKey => {
    const { number, key: by } = present()
    const wrapped = seal(by, key, dataKeyContext(kind, id, number))
    return { id, kind, generation: number, wrapped }
  }
  const unwrap = ({ kind, id, generation: number, wrapped }: WrappedKey) =>
    openSealed(generation(number).key, wrapped, dataKeyContext(kind, id, number))
  present()
  return {
    newDataKey(kind, id) {
      const key = randomBytes(32)
      return { key, wrapped: wrap(key, { kind, id }) }
    },
    wrap,
    present: () => present().number,
    renewed: (wrapped) => wrap(unwrap(wrapped), wrapped),
    knows: (wrapped) => wrapped.every(({ generation }) => byNumber.has(generation)),
    async learn(on) {
      const stored = await on.many<StoredGeneration & { living: boolean }>(sql`
        select number, check_value as "checkValue", destroyed_at is null as living from generation
        where destroyed_at is null or number = any(${[...byNumber.keys()]}::int[])`)
      const unknown = stored.filter(({ number, living }) => living && !byNumber.has(number))
      for (const learnt of await Promise.all(unknown.map(generationOf)))
        byNumber.set(learnt.number, learnt)
      // Not what the answer lacks: a newer one may have been made, and learnt, while it was on its way.
      for (const { number, living } of stored) if (!living) byNumber.delete(number)
    },
    unwrap,
    lookUp: (field, value) => hmac(index, `${field}\0${value}`),
    cover(digest) {
      const { number, cover } = present()
      return { generation: number, covered: cover.on(digest) }
    },
    covers: (digest) => [...byNumber.values()].map(({ cover }) => cover.on(digest)),
    uncover: ({ generation: number, covered }) => generation(number).cover.off(covered),
    link: (purpose, id) => hmac(linking, `${purpose}\0${id.toString('hex')}`),
  }
}

function dataKeyContext(kind: WrappedKey['kind'], id: Id, generation: number): string {
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

/** One process at a time, and none while another one opens its keys for the first time. */
export function alone<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return database.transaction(async (tx) => {
    await lockKeys(tx)
    return work(tx)
  })
}

/** As `alone`, to the end of a transaction that is under way. */
export async function lockKeys(tx: Transaction): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(${LOCK})`)
}

/**
 * Makes a secret of 32 bytes in a file of the folder, wrapped by the root key, unless it is there. The lock is held.
 *
 * A process that runs on with a root key from which the others were moved makes none: it would be the only one to open
 * it, until it ends.
 *
 * @throws {Fault} `storage` when it cannot be written, or the root key does not open the others.
 */
export async function makeSecret(root: RootKey, folder: string, name: string): Promise<void> {
  await finishMove(folder)
  await readOrMake(secretFile(folder, name), async () => {
    if ((await secretsIn(folder)).includes('index')) await openSecret(root, folder, 'index')
    return root.wrap(randomBytes(32), name)
  })
}

/** A secret of the folder. @throws {Fault} `storage` when it is missing, or the root key does not open it. */
export async function openSecret(root: RootKey, folder: string, name: string): Promise<Buffer> {
  await finishMove(folder)
  const wrapped = await readBase64(secretFile(folder, name)).catch(() => {
    throw missing(name)
  })
  try {
    return await root.unwrap(wrapped, name)
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'unreachable') throw cause
    throw new Fault('storage', `The root key does not open the key "${name}"`, {
      remedy: 'Point ROOT_KEY, and its file or service, at the root key that belongs to this store',
      cause,
    })
  }
}
