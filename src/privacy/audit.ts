/**
 * The audit of the ledger: everything that is stored of its tree is computed again from the entries, and compared.
 *
 * It reads one snapshot, so the store may run meanwhile. Where an entry and its stored hash differ, the next signed
 * checkpoint says which of the two was changed.
 *
 * Invariant: one flipped bit in an entry, its place, a hash, a checkpoint or the row of a disclosure is found, and it
 * is said where.
 */

import { type Database, sql, type Transaction } from '../base/database.ts'
import { examineDisclosures } from './_audit-disclosures.ts'
import { examineTiles, type Readings, readingsOf } from './_audit-tiles.ts'
import { hashesOf, TILE } from './_tiles.ts'
import { EMPTY, EMPTY_ROOT, extend, type Frontier, type Hash, hashLeaf, rootOf } from './merkle.ts'
import { type Checkpoint, openNoteAside, parseCheckpoint, type Verifier } from './note.ts'

export type Audit = {
  readonly entries: number
  readonly checkpoints: number
  /** Entries that are not in the tree yet. */
  readonly waiting: number
  /** What was changed, and where; the first hundred. Empty for a ledger that is whole. */
  readonly findings: readonly string[]
}

/** What the walk over the leaves carries along. */
type Walk = {
  readonly tx: Transaction
  readonly verifier: Verifier
  readonly size: number
  /** The tree of the entries as they are. */
  actual: Frontier
  /** The tree of the stored hashes, while it is another one. */
  stored: Frontier | undefined
  /** Leaves whose entry and stored hash differ, until a checkpoint says which was changed. */
  readonly doubtful: number[]
  /** Of each full tile of leaves. */
  readonly subtrees: Readings[]
  readonly findings: string[]
  checkpoints: number
  /** A signed tree that is not the one of the entries; all that follow it differ as well. */
  forked: boolean
}

/** Sixteen tiles at a time. */
const PAGE = 16 * TILE
const MOST_FINDINGS = 100

type Progress = (done: number, of: number) => void

/** Audits the whole ledger. `progress` is told how many entries are done, of how many. */
export function auditLedger(
  database: Database,
  verifier: Verifier,
  progress?: Progress,
): Promise<Audit> {
  return database.transaction(async (tx) => {
    await tx.run(sql`set transaction isolation level repeatable read, read only`)
    return examine(tx, verifier, progress)
  })
}

/** The audit of what a transaction sees. */
export async function examine(
  tx: Transaction,
  verifier: Verifier,
  progress: Progress = () => undefined,
): Promise<Audit> {
  const walk = await beginWalk(tx, verifier)
  const { size, findings, doubtful } = walk
  const isGoing = () => findings.length < MOST_FINDINGS
  for (let begin = 0; begin < size && isGoing(); begin += PAGE) {
    progress(begin, size)
    await walkPage(walk, begin, Math.min(begin + PAGE, size))
  }
  progress(size, size)
  findings.push(...doubtful.map((index) => `entry ${index}, or its stored hash, was changed`))
  if (isGoing()) {
    findings.push(...(await examineTiles(tx, size, walk.subtrees)))
    findings.push(...(await examineRest(tx, size)))
    findings.push(...(await examineDisclosures(tx)))
  }
  const { waiting } = await tx.one<{ waiting: number }>(sql`
    select count(*) as waiting from ledger_unsequenced`)
  const { checkpoints } = walk
  return { entries: size, checkpoints, waiting, findings: findings.slice(0, MOST_FINDINGS) }
}

/** The tree is as large as was signed last, or as there are indexes: what lacks of either is a finding. */
async function beginWalk(tx: Transaction, verifier: Verifier): Promise<Walk> {
  const findings: string[] = []
  const signedTo = await signedSize(tx, verifier)
  const { count } = await tx.one<{ count: number }>(sql`select count(*) from ledger_position`)
  if (count > signedTo) findings.push(`entries from ${signedTo} on are under no signed checkpoint`)
  const size = Math.max(signedTo, count)
  const walk: Walk = {
    ...{ tx, verifier, size, findings, actual: EMPTY, stored: undefined, doubtful: [] },
    ...{ subtrees: [], checkpoints: 0, forked: false },
  }
  const signed = await checkpointsIn(walk, -1, 0)
  if (signed.length === 0) findings.push('the checkpoint of the empty tree is missing')
  return walk
}

async function signedSize(tx: Transaction, verifier: Verifier): Promise<number> {
  let below = Number.MAX_SAFE_INTEGER
  for (;;) {
    const row = await tx.first<SignedRow>(sql`
      select size, note from ledger_checkpoint where size < ${below} order by size desc limit 1`)
    if (row === undefined) return 0
    if ((await readCheckpoint(row, verifier)) !== undefined) return row.size
    below = row.size
  }
}

async function walkPage(walk: Walk, begin: number, end: number): Promise<void> {
  const [leaves, tiles, signed] = await Promise.all([
    leavesIn(walk, begin, end),
    storedLeaves(walk, begin, end),
    checkpointsIn(walk, begin, end),
  ])
  let from = begin
  for (const checkpoint of [...signed, undefined]) {
    const to = checkpoint?.size ?? end
    advance(walk, leaves.slice(from - begin, to - begin), tiles.slice(from - begin, to - begin))
    if (checkpoint !== undefined) compare(walk, checkpoint)
    from = to
  }
  const [computed, stored] = [leaves.map(readAs(tiles)), tiles.map(readAs(leaves))]
  for (let at = 0; at + TILE <= leaves.length; at += TILE) {
    walk.subtrees.push(readingsOf(computed.slice(at, at + TILE), stored.slice(at, at + TILE)))
  }
}

type Stored = readonly (Hash | undefined)[]

/** What is missing is a finding already, and the other of the two stands in for it. */
function readAs(others: Stored) {
  return (hash: Hash | undefined, at: number): Hash => hash ?? others[at] ?? EMPTY_ROOT
}

/** Hashes of the entries from `begin` on; undefined where there is none. */
async function leavesIn({ tx, findings }: Walk, begin: number, end: number): Promise<Stored> {
  const rows = await tx.many<{ index: number; leaf: string | null }>(sql`
    select index, leaf from ledger_position left join ledger_entry on id = entry
    where index >= ${begin} and index < ${end}`)
  const leaves = new Array<Hash | undefined>(end - begin).fill(undefined)
  const seen = new Set<number>()
  for (const { index, leaf } of rows) {
    if (seen.has(index)) findings.push(`two entries have the index ${index}`)
    seen.add(index)
    if (leaf === null)
      findings.push(`entry ${index} is missing: its row is gone, or has another id`)
    else leaves[index - begin] = hashLeaf(Buffer.from(leaf))
  }
  for (let index = begin; seen.size < end - begin && index < end; index += 1) {
    if (!seen.has(index)) findings.push(`no entry has the index ${index}`)
  }
  return leaves
}

async function storedLeaves({ tx, findings }: Walk, begin: number, end: number): Promise<Stored> {
  const [first, beyond] = [begin / TILE, Math.ceil(end / TILE)]
  const rows = await tx.many<{ number: number; hashes: Buffer }>(sql`
    select number, hashes from ledger_tile
    where level = 0 and number >= ${first} and number < ${beyond}`)
  const leaves = new Array<Hash | undefined>(end - begin).fill(undefined)
  for (let number = first; number < beyond; number += 1) {
    const tile = rows.find((row) => row.number === number)
    if (tile === undefined) findings.push(`tile 0/${number} is missing`)
    else {
      const hashes = hashesOf(tile.hashes).slice(0, end - number * TILE)
      leaves.splice((number - first) * TILE, hashes.length, ...hashes)
    }
  }
  return leaves
}

/** The checkpoints of a page whose signature is good, the smallest first. */
async function checkpointsIn(
  walk: Walk,
  begin: number,
  end: number,
): Promise<readonly Checkpoint[]> {
  const rows = await walk.tx.many<SignedRow>(sql`
    select size, note from ledger_checkpoint where size > ${begin} and size <= ${end} order by size`)
  walk.checkpoints += rows.length
  const read = await Promise.all(rows.map((row) => readCheckpoint(row, walk.verifier)))
  rows.forEach(({ size }, at) => {
    if (read[at] !== undefined) return
    walk.findings.push(`the checkpoint at ${size} was changed: it is not what was signed`)
  })
  return read.filter((checkpoint) => checkpoint !== undefined)
}

type SignedRow = { readonly size: number; readonly note: string }

async function readCheckpoint(
  { size, note }: SignedRow,
  verifier: Verifier,
): Promise<Checkpoint | undefined> {
  const checkpoint = await openNoteAside(note, verifier)
    .then((text) => parseCheckpoint(text, verifier.name))
    .catch(() => undefined)
  return checkpoint?.size === size ? checkpoint : undefined
}

function advance(walk: Walk, leaves: Stored, tiles: Stored): void {
  const begin = walk.actual.size
  const differs = (leaf: Hash | undefined, at: number) => {
    const stored = tiles[at]
    return leaf !== undefined && stored !== undefined && !leaf.equals(stored)
  }
  const doubtful = leaves.flatMap((leaf, at) => (differs(leaf, at) ? [begin + at] : []))
  if (doubtful.length > 0) {
    walk.doubtful.push(...doubtful)
    walk.stored ??= walk.actual
  }
  walk.actual = extend(walk.actual, leaves.map(readAs(tiles)))
  if (walk.stored !== undefined) walk.stored = extend(walk.stored, tiles.map(readAs(leaves)))
}

/** Holds a signed root against both trees, and goes on with the one that was signed. */
function compare(walk: Walk, { size, root }: Checkpoint): void {
  const blame = (what: (index: number) => string) =>
    walk.findings.push(...walk.doubtful.splice(0).map(what))
  if (rootOf(walk.actual).equals(root)) {
    blame((index) => `the stored hash of entry ${index} was changed (${placeOf(index)})`)
    walk.stored = undefined
  } else if (walk.stored !== undefined && rootOf(walk.stored).equals(root)) {
    blame((index) => `entry ${index} was changed`)
    walk.actual = walk.stored
    walk.stored = undefined
  } else {
    blame((index) => `entry ${index} and its stored hash differ (${placeOf(index)})`)
    if (!walk.forked) walk.findings.push(`the tree that was signed at ${size} is another one`)
    walk.forked = true
  }
}

function placeOf(index: number): string {
  return `tile 0/${Math.floor(index / TILE)}, place ${index % TILE}`
}

/** What does not belong to any leaf. */
async function examineRest(tx: Transaction, size: number): Promise<readonly string[]> {
  const lost = await tx.many<{ id: string }>(sql`
    select id from ledger_entry
    where not exists (select from ledger_position where entry = id)
      and not exists (select from ledger_unsequenced where entry = id) limit 100`)
  const strange = await tx.many<{ entry: string }>(sql`
    select entry from ledger_unsequenced
    where not exists (select from ledger_entry where id = entry)
      or exists (select from ledger_position p where p.entry = ledger_unsequenced.entry) limit 100`)
  const beyond = await tx.many<{ size: number }>(sql`
    select size from ledger_checkpoint where size > ${size} or size < 0 order by size limit 100`)
  const outside = await tx.many<{ index: number }>(sql`
    select index from ledger_position where index >= ${size} or index < 0 order by index limit 100`)
  return [
    ...lost.map(({ id }) => `the entry with id ${id} has no place in the tree and does not wait`),
    ...strange.map(({ entry }) => `what waits as ${entry} is no entry, or is in the tree already`),
    ...beyond.map((one) => `the checkpoint at ${one.size} was changed: it is not what was signed`),
    ...outside.map(({ index }) => `the index ${index} is beyond the ${size} entries`),
  ]
}
