/**
 * The sequencer: takes committed entries of the ledger into the Merkle tree, and signs how large it has become.
 *
 * Entries commit with their own transactions and wait for nobody. Any number of store processes may call `sequence`:
 * for the length of one transaction one of them leads, and when it dies the next call of another one goes on. Which
 * entries wait is a table that each entry comes with, so one that commits late is not missed; entries of one batch are
 * in the order of their ids.
 *
 * Invariant: an entry has one index, and keeps it; the indexes are 0, 1, 2 … without a gap.
 * Invariant: what is signed continues what was signed: a stored tree that is not the one of the last checkpoint is not
 * signed again, and a ledger that is shorter than what is known outside the database is not signed on.
 */

import { randomBytes } from 'node:crypto'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { keepHead, readHead } from './_head.ts'
import { edgeOf, grow, saveTiles } from './_tiles.ts'
import { alone, lockKeys, makeSecret, openSecret, type RootKey } from './keys.ts'
import { EMPTY, extend, hashLeaf, rootOf } from './merkle.ts'
import {
  type Checkpoint,
  checkpointText,
  openNote,
  parseCheckpoint,
  type Signer,
  signerOf,
  signNote,
  type Verifier,
} from './note.ts'

/** The ledger's tree, with the key that signs it. */
export type Tree = {
  readonly database: Database
  readonly signer: Signer
  /** Where the last checkpoint is kept outside the database. */
  readonly folder: string
}

/** A checkpoint with the note that says it. */
export type Signed = Checkpoint & { readonly note: string }

const LOCK = 7_465_213
/** Entries in a batch, which is held in memory. */
export const MOST_AT_ONCE = 10_000

/**
 * Opens the ledger's tree; a new store gets its signing key and the checkpoint of the empty tree.
 *
 * The log's name is made from the host where it began and stays, also when the store moves.
 *
 * @throws {Fault} `storage` when the key in the folder is not the one that signed so far.
 */
export async function openTree(
  database: Database,
  root: RootKey,
  folder: string,
  host: string,
): Promise<Tree> {
  const recorded = await recordedKey(database)
  const name = recorded === undefined ? `${host}/tacet` : nameOf(recorded)
  if (recorded === undefined) await alone(database, () => makeSecret(root, folder, secretOf(name)))
  const seed = await openSecret(root, folder, secretOf(name))
  const key = recorded ?? (await recordKey(database, signerOf(name, seed)))
  const signer = signerOf(nameOf(key), seed)
  if (signer.text !== key) {
    throw new Fault('storage', 'The signing key of the ledger does not belong to this database', {
      remedy: 'Put back the keys folder and the root key that belong to this database',
    })
  }
  return { database, signer, folder }
}

export type FormerKey = { readonly key: string; readonly endedAt: Temporal.Instant }

/** The keys of this store's ledgers that a restore has ended: receipts of theirs hold under them. */
export async function formerKeys(on: Queries): Promise<readonly FormerKey[]> {
  return on.many<FormerKey>(
    sql`select key, ended_at as "endedAt" from ledger_former order by ended_at desc`,
  )
}

/**
 * Begins another log over the same entries, under a name and a key that never signed anything: what was signed under
 * the former name after this database's last entry is lost, and continuing it would be a fork.
 *
 * The former log ends where it was; its key and last checkpoint stay in `ledger_former`. Should the transaction roll
 * back after this, it must be begun anew once more before the store opens.
 */
export async function beginAnew(
  tx: Transaction,
  root: RootKey,
  folder: string,
  at: Temporal.Instant,
): Promise<void> {
  const { key } = await tx.one<{ key: string }>(sql`select key from ledger_identity for update`)
  const { size, note } = await latestNote(tx)
  const [begin = ''] = nameOf(key).split(/-[0-9a-f]{8}$/)
  const name = `${begin}-${randomBytes(4).toString('hex')}`
  await lockKeys(tx)
  await makeSecret(root, folder, secretOf(name))
  const signer = signerOf(name, await openSecret(root, folder, secretOf(name)))
  const { frontier } = await edgeOf(tx, size)
  await tx.run(sql`
    with former as (delete from ledger_checkpoint)
    insert into ledger_former (key, size, note, ended_at) values (${key}, ${size}, ${note}, ${at})`)
  await tx.run(sql`update ledger_identity set key = ${signer.text}`)
  const empty = await publish(tx, signer, { size: 0, root: rootOf(EMPTY) })
  const last = size === 0 ? empty : await publish(tx, signer, { size, root: rootOf(frontier) })
  await keepHead(folder, last)
}

/**
 * Holds the ledger against the checkpoint that is known outside the database.
 *
 * @throws {Fault} `storage` when it is an older one, or another.
 */
export async function checkHead({ database, signer, folder }: Tree): Promise<void> {
  const outside = await readHead(folder)
  if (outside === undefined) return
  const last = await lastCheckpoint(database, signer)
  const known = checkpointIn(outside, signer)
  const same = known?.size === last.size && known.root.equals(last.root)
  if (known !== undefined && (known.size < last.size || same)) return
  throw new Fault('storage', 'The ledger is not the newest: this database is an older one', {
    remedy: 'Open the newest database; after its loss see `npm run tacet -- restore --help`',
  })
}

/**
 * How many entries are known outside to have been signed after a checkpoint; undefined when that is not known, or when
 * it is no checkpoint of this ledger. `witnessed` is a note that somebody outside has kept.
 */
export async function entriesLost(
  root: RootKey,
  folder: string,
  ledger: { readonly key: string; readonly checkpoint: string },
  witnessed: string | undefined,
): Promise<number | undefined> {
  const name = nameOf(ledger.key)
  const signer = signerOf(name, await openSecret(root, folder, secretOf(name)))
  const here = checkpointIn(ledger.checkpoint, signer)
  const kept = await readHead(folder)
  const notes = [kept, witnessed].filter((note) => note !== undefined)
  if (here === undefined || notes.length === 0) return undefined
  const lost = notes.map((note) => {
    const known = checkpointIn(note, signer)
    if (known === undefined) return undefined
    if (known.size === here.size && !known.root.equals(here.root)) return undefined
    return Math.max(known.size - here.size, 0)
  })
  return lost.includes(undefined) ? undefined : Math.max(...lost.map((one) => one ?? 0))
}

function checkpointIn(note: string, verifier: Verifier): Checkpoint | undefined {
  try {
    return parseCheckpoint(openNote(note, verifier), verifier.name)
  } catch {
    return undefined
  }
}

/** The log's name is its key's. */
export function nameOf(key: string): string {
  return key.slice(0, key.indexOf('+'))
}

/** A log that was begun anew has a secret of its own. */
function secretOf(name: string): string {
  return `ledger-signing${/-[0-9a-f]{8}$/.exec(name)?.[0] ?? ''}`
}

/** The ledger's published key, and with it its name; undefined before the store was first opened. */
export async function recordedKey(on: Queries): Promise<string | undefined> {
  return (await on.first<{ key: string }>(sql`select key from ledger_identity`))?.key
}

async function recordKey(database: Database, signer: Signer): Promise<string> {
  return database.transaction(async (tx) => {
    const added = await tx.run(sql`
      insert into ledger_identity (key) values (${signer.text}) on conflict do nothing`)
    if (added === 1) await publish(tx, signer, { size: 0, root: rootOf(EMPTY) })
    const { key } = await tx.one<{ key: string }>(sql`select key from ledger_identity`)
    return key
  })
}

/**
 * Takes entries that wait into the tree, up to 10,000, and signs a checkpoint. Gives how many: 0 when none wait or
 * another process leads just now.
 *
 * @throws {Fault} `storage` when the stored tree contradicts its last checkpoint.
 */
export async function sequence({ database, signer, folder }: Tree): Promise<number> {
  const { waiting } = await database.one<{ waiting: boolean }>(sql`
    select exists (select from ledger_unsequenced) as waiting`)
  if (!waiting) return 0
  const taken = await database.transaction((tx) => takeIn(tx, signer))
  if (taken > 0) await keepHead(folder, (await latestNote(database)).note)
  return taken
}

async function takeIn(tx: Transaction, signer: Signer): Promise<number> {
  const { leads } = await tx.one<{ leads: boolean }>(sql`
    select pg_try_advisory_xact_lock(${LOCK}) as leads`)
  if (!leads) return 0
  const entries = await takeWaiting(tx)
  if (entries.length === 0) return 0
  const { size, root } = await lastCheckpoint(tx, signer)
  const { edge, frontier } = await edgeOf(tx, size)
  if (!rootOf(frontier).equals(root)) throw contradiction(size)
  const leaves = entries.map(({ leaf }) => hashLeaf(Buffer.from(leaf)))
  const ids = entries.map(({ entry }) => entry)
  await Promise.all([
    tx.run(sql`
      insert into ledger_position (entry, index)
      select entry, ${size}::bigint + place - 1
      from unnest(${ids}::uuid[]) with ordinality as added (entry, place)`),
    saveTiles(tx, grow(edge, size, leaves)),
    publish(tx, signer, { size: size + leaves.length, root: rootOf(extend(frontier, leaves)) }),
  ])
  return leaves.length
}

type Waiting = { readonly entry: Id; readonly leaf: string }

async function takeWaiting(tx: Transaction): Promise<readonly Waiting[]> {
  const rows = await tx.many<{ readonly entry: Id; readonly leaf: string | null }>(sql`
    with taken as (
      delete from ledger_unsequenced where ctid = any(array(
        select ctid from ledger_unsequenced order by entry limit ${MOST_AT_ONCE}))
      returning entry
    )
    select entry, leaf from taken left join ledger_entry on id = entry order by entry`)
  return rows.map(({ entry, leaf }) => {
    if (leaf !== null) return { entry, leaf }
    throw new Fault(
      'storage',
      `The ledger's entry ${entry} was deleted before it was in the tree`,
      {
        remedy: 'Put the row back from a backup, or look at who could have deleted it',
      },
    )
  })
}

/** The last that was signed. @throws {Fault} `storage` when it is not by this key. */
export async function lastCheckpoint(on: Queries, verifier: Verifier): Promise<Signed> {
  const { size, note } = await latestNote(on)
  const checkpoint = parseCheckpoint(openNote(note, verifier), verifier.name)
  if (checkpoint.size !== size) throw contradiction(size)
  return { ...checkpoint, note }
}

/** The last checkpoint as it is published. */
export async function latestNote(
  on: Queries,
): Promise<{ readonly size: number; readonly note: string }> {
  return on.one(sql`select size, note from ledger_checkpoint order by size desc limit 1`)
}

async function publish(
  on: Queries,
  signer: Signer,
  head: Omit<Checkpoint, 'origin'>,
): Promise<string> {
  const note = signNote(checkpointText({ origin: signer.name, ...head }), signer)
  await on.run(sql`insert into ledger_checkpoint (size, note) values (${head.size}, ${note})`)
  return note
}

function contradiction(size: number): Fault {
  return new Fault('storage', `The ledger's tree is not the one of its checkpoint at ${size}`, {
    remedy: 'Run `npm run tacet -- ledger verify`, which finds what was changed',
  })
}
