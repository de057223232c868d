/**
 * The category tree of an import: finds the category of each path, and makes those that are missing.
 */

import type { Clock } from '../../base/clock.ts'
import { sql, type Transaction } from '../../base/database.ts'
import { type Id, newId } from '../../base/ids.ts'
import { slugOf } from './_text.ts'

type Node = {
  readonly id: Id
  readonly parentId: Id | null
  readonly name: string
  readonly slug: string
}

/** Gives the category's id for each path, which is written with `keyOfPath`. */
export async function ensureCategories(
  tx: Transaction,
  clock: Clock,
  paths: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, Id>> {
  const nodes = await tx.many<Node>(
    sql`select id, parent_id as "parentId", name, slug from category order by position`,
  )
  const byPlace = new Map(nodes.map((node) => [placeOf(node.parentId, node.name), node]))
  const slugs = new Set(nodes.map(({ slug }) => slug))
  const made: Node[] = []
  const found = new Map<string, Id>()
  for (const path of paths) {
    let parent: Node | null = null
    for (const name of path) {
      const place: string = placeOf(parent?.id ?? null, name)
      const node: Node = byPlace.get(place) ?? newNode(clock, parent, name, slugs)
      if (!byPlace.has(place)) made.push(node)
      byPlace.set(place, node)
      parent = node
    }
    if (parent !== null) found.set(keyOfPath(path), parent.id)
  }
  if (made.length > 0) await insert(tx, made)
  return found
}

export function keyOfPath(path: readonly string[]): string {
  return path.join('\n')
}

function placeOf(parentId: Id | null, name: string): string {
  return `${parentId ?? ''}\n${name}`
}

function newNode(clock: Clock, parent: Node | null, name: string, slugs: Set<string>): Node {
  const slug = freeSlug(slugOf(name) || 'category', parent, slugs)
  slugs.add(slug)
  return { id: newId(clock()), parentId: parent?.id ?? null, name, slug }
}

/** `coffee`; `office-coffee` when that is taken; then `office-coffee-2`. */
function freeSlug(slug: string, parent: Node | null, taken: ReadonlySet<string>): string {
  if (!taken.has(slug)) return slug
  const longer = parent === null ? slug : `${parent.slug}-${slug}`
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? longer : `${longer}-${number}`
    if (!taken.has(tried)) return tried
  }
}

/** Parents stand before their children, so that one statement can hold both. */
async function insert(tx: Transaction, nodes: readonly Node[]): Promise<void> {
  await tx.run(sql`
    insert into category (id, parent_id, slug, name)
    select id, "parentId", slug, name
    from json_to_recordset(${JSON.stringify(nodes)}::json)
      as r (id uuid, "parentId" uuid, slug text, name text)`)
}
