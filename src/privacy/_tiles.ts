/**
 * Tiles: the tree's hashes as they are stored.
 *
 * A tile holds 256 hashes that lie side by side: those of level 0 are leaves, those of level 1 subtrees of 256 leaves,
 * those of level 2 subtrees of 256², and so on. What lies between is computed. So a million entries take 4,000 rows,
 * and any proof, of any size, reads a few.
 *
 * Invariant: a hash in a tile never changes; a tile grows until it is full.
 */

import { type Queries, sql } from '../base/database.ts'
import { check, Fault } from '../base/failure.ts'
import {
  EMPTY,
  extend,
  type Frontier,
  fold,
  HASH_BYTES,
  type Hash,
  type Place,
  placesOf,
  rootOf,
  type Span,
} from './merkle.ts'

export const TILE = 256
const TILE_LEVELS = 8

export type Tile = { readonly level: number; readonly number: number; readonly hashes: Buffer }

/** Per level of tiles, the hashes of the tile that is not full. */
export type Edge = readonly (readonly Hash[])[]

/** The tiles at the right edge of a tree, with its frontier. */
export async function edgeOf(
  on: Queries,
  size: number,
): Promise<{ readonly edge: Edge; readonly frontier: Frontier }> {
  const wanted: { level: number; number: number; count: number }[] = []
  for (let [level, rest] = [0, size]; rest > 0; level += 1, rest = Math.floor(rest / TILE)) {
    wanted.push({ level, number: Math.floor(rest / TILE), count: rest % TILE })
  }
  const tiles = await loadTiles(
    on,
    wanted.filter(({ count }) => count > 0),
  )
  const edge = wanted.map(({ level, number, count }) =>
    count === 0 ? [] : hashesIn(tiles, level, number, 0, count),
  )
  const hashes = edge.toReversed().flatMap((hashes) => extend(EMPTY, hashes).hashes)
  return { edge, frontier: { size, hashes } }
}

/** The tiles that adding leaves to a tree fills or begins. */
export function grow(edge: Edge, size: number, leaves: readonly Hash[]): readonly Tile[] {
  const tiles: Tile[] = []
  let added = leaves
  for (let [level, begin] = [0, size]; added.length > 0; level += 1) {
    const all = [...(edge[level] ?? []), ...added]
    const first = Math.floor(begin / TILE)
    const full: Hash[] = []
    for (let at = 0; at < all.length; at += TILE) {
      const hashes = all.slice(at, at + TILE)
      tiles.push({ level, number: first + at / TILE, hashes: Buffer.concat(hashes) })
      if (hashes.length === TILE) full.push(rootOf(extend(EMPTY, hashes)))
    }
    added = full
    begin = first
  }
  return tiles
}

export async function saveTiles(on: Queries, tiles: readonly Tile[]): Promise<void> {
  await on.run(sql`
    insert into ledger_tile (level, number, hashes)
    select * from unnest(${tiles.map(({ level }) => level)}::smallint[],
      ${tiles.map(({ number }) => number)}::bigint[], ${tiles.map(({ hashes }) => hashes)}::bytea[])
    on conflict (level, number) do update set hashes = excluded.hashes`)
}

/** The hash over each span of leaves of the stored tree. */
export async function hashSpans(on: Queries, spans: readonly Span[]): Promise<readonly Hash[]> {
  const places = spans.map(placesOf)
  const tiles = await loadTiles(on, places.flat().map(inTile))
  return spans.map((_, at) => fold((places[at] ?? []).map((place) => hashAt(tiles, place))))
}

function hashAt(tiles: Tiles, place: Place): Hash {
  const { level, number, begin, count } = inTile(place)
  return rootOf(extend(EMPTY, hashesIn(tiles, level, number, begin, count)))
}

/** Which hashes of which tile a subtree is made of. */
function inTile({ level, index }: Place) {
  const tileLevel = Math.floor(level / TILE_LEVELS)
  const count = 2 ** (level - tileLevel * TILE_LEVELS)
  const first = index * count
  return { level: tileLevel, number: Math.floor(first / TILE), begin: first % TILE, count }
}

type Tiles = ReadonlyMap<string, Buffer>

async function loadTiles(
  on: Queries,
  wanted: readonly { readonly level: number; readonly number: number }[],
): Promise<Tiles> {
  if (wanted.length === 0) return new Map()
  const rows = await on.many<Tile>(sql`
    select distinct t.level, t.number, t.hashes
    from unnest(${wanted.map(({ level }) => level)}::smallint[],
      ${wanted.map(({ number }) => number)}::bigint[]) as wanted (level, number)
    join ledger_tile t using (level, number)`)
  return new Map(rows.map(({ level, number, hashes }) => [`${level}/${number}`, hashes]))
}

function hashesIn(
  tiles: Tiles,
  level: number,
  number: number,
  begin: number,
  count: number,
): readonly Hash[] {
  const bytes = tiles.get(`${level}/${number}`)
  if (bytes === undefined || bytes.length < (begin + count) * HASH_BYTES) {
    throw new Fault('storage', `The ledger's tile ${level}/${number} is missing or too short`, {
      remedy: 'Run `npm run tacet -- ledger verify`, which finds what was changed',
    })
  }
  return hashesOf(bytes.subarray(begin * HASH_BYTES, (begin + count) * HASH_BYTES))
}

/** The hashes that lie side by side in bytes. */
export function hashesOf(bytes: Buffer): readonly Hash[] {
  check(bytes.length % HASH_BYTES === 0, 'Hashes must be whole')
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  )
}
