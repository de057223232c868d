/**
 * The audit's second half: the tiles above the leaves, and that none is missing or too many.
 */

import { type Queries, sql } from '../base/database.ts'
import { hashesOf, TILE } from './_tiles.ts'
import { EMPTY, extend, type Hash, rootOf } from './merkle.ts'

/** The hash over a full tile: as what is below it says, and as it is stored, where these differ. */
export type Readings = readonly Hash[]

export function readingsOf(computed: readonly Hash[], stored: readonly Hash[]): Readings {
  const root = rootOf(extend(EMPTY, computed))
  const isSame = computed.every((hash, at) => stored[at]?.equals(hash))
  return isSame ? [root] : [root, rootOf(extend(EMPTY, stored))]
}

/**
 * Compares the tiles of levels 1 and up with what the subtrees below make them. Where a subtree has two readings,
 * either may stand above it: the difference is a finding already.
 */
export async function examineTiles(
  on: Queries,
  size: number,
  subtrees: readonly Readings[],
): Promise<readonly string[]> {
  const findings: string[] = []
  const lengths = [size]
  let below = subtrees
  for (let level = 1; below.length > 0; level += 1) {
    lengths.push(below.length)
    const stored = await hashesAt(on, level)
    const chosen = below.map((readings, at) => {
      const found = readings.find((hash) => stored.get(at)?.equals(hash))
      if (found === undefined) findings.push(changed(level, at))
      return found ?? readings[0] ?? rootOf(EMPTY)
    })
    const next: Readings[] = []
    for (let at = 0; at + TILE <= chosen.length; at += TILE) {
      const computed = chosen.slice(at, at + TILE)
      next.push(
        readingsOf(
          computed,
          computed.map((hash, place) => stored.get(at + place) ?? hash),
        ),
      )
    }
    below = next
  }
  return [...findings, ...(await examineLengths(on, lengths))]
}

async function hashesAt(on: Queries, level: number): Promise<ReadonlyMap<number, Hash>> {
  const rows = await on.many<{ number: number; hashes: Buffer }>(sql`
    select number, hashes from ledger_tile where level = ${level}`)
  return new Map(
    rows.flatMap(({ number, hashes }) =>
      hashesOf(hashes).map((hash, place) => [number * TILE + place, hash] as const),
    ),
  )
}

/** Tiles that hold fewer or more hashes than the tree has, by how many hashes each level has. */
async function examineLengths(on: Queries, lengths: readonly number[]): Promise<readonly string[]> {
  const wrong = await on.many<{ level: number; number: number }>(sql`
    select level, number from ledger_tile
    left join unnest(${lengths}::bigint[]) with ordinality as expected (count, place)
      on place = level + 1
    where count is null or number < 0
      or length(hashes) / 32 <> least(${TILE}, greatest(0, count - number * ${TILE}))
    order by level, number limit 100`)
  const { tiles } = await on.one<{ tiles: number }>(sql`select count(*) as tiles from ledger_tile`)
  const expected = lengths.reduce((sum, count) => sum + Math.ceil(count / TILE), 0)
  const found = wrong.map(
    ({ level, number }) => `tile ${level}/${number} holds fewer or more hashes than the tree`,
  )
  if (tiles === expected || found.length > 0) return found
  return [`the tree has ${expected} tiles, and ${tiles} are stored`]
}

function changed(level: number, at: number): string {
  const width = TILE ** level
  const where = `tile ${level}/${Math.floor(at / TILE)}, place ${at % TILE}`
  return `the stored hash over entries ${at * width} to ${(at + 1) * width - 1} was changed (${where})`
}
