/**
 * The catalogue in memory: what the pages read that no person is in.
 *
 * It is loaded whole, and again when an import says so (`NOTIFY catalogue`); a variant that sells out or comes back
 * (`NOTIFY stock`, with its id) is looked at alone. Readers always see one complete state: the next one is built aside
 * and put in place at once.
 *
 * Invariant: `version` grows whenever anything that a page shows has changed, so a page cached under it is right.
 */

import type { Database } from '../base/database.ts'
import { type Id, isId } from '../base/ids.ts'
import type { Currency } from '../base/money.ts'
import { oneAtATime, REST_MS } from '../base/one-at-a-time.ts'
import { readAvailable, readRows } from './_rows.ts'
import { search } from './_search.ts'
import { arrange, isSoldOut, type Shelves } from './_shelves.ts'
import type { Category, Product, Sellable } from './product.ts'

export interface Catalogue {
  /** Grows with every change; page caches key on it. */
  readonly version: number
  /** The top of the tree; those below hang on `children`. Empty categories are left out. */
  categories(): readonly Category[]
  category(slug: string): Category | undefined
  /** Products of a category and of those below it, in the order of the shelf. */
  productsIn(category: Category): readonly Product[]
  products(): readonly Product[]
  product(slug: string): Product | undefined
  variant(id: Id): Sellable | undefined
  /** Products that hold every word, or begin one; best first, at most 60. Accents and case do not matter. */
  search(text: string): readonly Product[]
  /** Whether at least one can be bought. For pages: it is the reservation that decides. */
  isAvailable(variantId: Id): boolean
  /** Calls `heard` after each change of `version`. */
  onChange(heard: () => void): void
}

/** Loads the catalogue and keeps it fresh until the database is closed. */
export async function openCatalogue(database: Database, currency: Currency): Promise<Catalogue> {
  const fresh = await keepFresh(database, currency)
  return {
    get version() {
      return fresh.version
    },
    categories: () => fresh.shelves.categories,
    category: (slug) => fresh.shelves.categoryBySlug.get(slug),
    productsIn: ({ id }) => fresh.shelves.byCategory.get(id) ?? [],
    products: () => fresh.shelves.products,
    product: (slug) => fresh.shelves.bySlug.get(slug),
    variant: (id) => fresh.shelves.byVariant.get(id),
    search(text) {
      const { index, products } = fresh.shelves
      return search(index, text).flatMap((number) => products[number] ?? [])
    },
    isAvailable: (id) => fresh.shelves.byVariant.has(id) && !fresh.shelves.soldOut.has(id),
    onChange: (heard) => fresh.listeners.push(heard),
  }
}

type Fresh = {
  shelves: Shelves
  version: number
  readonly listeners: (() => void)[]
}

/** Listens first and loads then, so that no change falls between the two. */
async function keepFresh(database: Database, currency: Currency): Promise<Fresh> {
  const load = async () => arrange(await readRows(database, currency), currency)
  const due = { all: false, variants: new Set<Id>() }
  let fresh: Fresh | undefined
  // Stock and the whole go through one queue: a load that began before a sale must not undo what was seen of it.
  const refresh = oneAtATime(async () => {
    if (fresh === undefined) return REST_MS
    const all = due.all
    const ids = [...due.variants]
    due.all = false
    due.variants.clear()
    if (all) fresh.shelves = await load()
    else if (!(await lookAtStock(database, fresh.shelves, ids))) return REST_MS
    fresh.version += 1
    for (const heard of fresh.listeners) heard()
    // About four times as long as a load takes, so that a long import costs the readers a fifth of a core.
    return all ? Math.min(5000, REST_MS + fresh.shelves.byVariant.size / 10) : REST_MS
  })
  const reload = () => {
    due.all = true
    refresh()
  }
  await database.listen('catalogue', reload)
  await database.listen('stock', (id) => {
    if (!isId(id)) return reload()
    due.variants.add(id)
    refresh()
  })
  fresh = { shelves: await load(), version: 1, listeners: [] }
  // Said while it was read: it may be in it or not.
  if (due.all || due.variants.size > 0) refresh()
  return fresh
}

/** Reads anew what is left of some variants; whether a page shows anything else now. */
async function lookAtStock(
  database: Database,
  { byVariant, soldOut }: Shelves,
  ids: readonly Id[],
): Promise<boolean> {
  let differs = false
  for (const { id, available } of await readAvailable(database, ids)) {
    const sellable = byVariant.get(id)
    if (sellable === undefined) continue
    const none = isSoldOut({ ...sellable.variant, available })
    differs ||= none !== soldOut.has(id)
    if (none) soldOut.add(id)
    else soldOut.delete(id)
  }
  return differs
}
