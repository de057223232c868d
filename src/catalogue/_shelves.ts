/**
 * The shelves: one complete, unchanging state of the catalogue in memory, built from its rows.
 */

import type { Id } from '../base/ids.ts'
import { type Currency, money } from '../base/money.ts'
import type { CategoryRow, PictureRow, ProductRow, Rows, VariantRow } from './_rows.ts'
import { indexProducts, type SearchIndex } from './_search.ts'
import type { Category, Picture, Product, Sellable, Variant } from './product.ts'

export type Shelves = {
  readonly products: readonly Product[]
  readonly bySlug: ReadonlyMap<string, Product>
  readonly byVariant: ReadonlyMap<Id, Sellable>
  readonly categories: readonly Category[]
  readonly categoryBySlug: ReadonlyMap<string, Category>
  readonly byCategory: ReadonlyMap<Id, readonly Product[]>
  /** Variants of which none is left. The only part that changes, as sales go on. */
  readonly soldOut: Set<Id>
  readonly index: SearchIndex
}

/** Both ends of the tree point at each other, so it is written while it grows. */
type Growing = Omit<Category, 'parent' | 'children' | 'productCount'> & {
  parent: Growing | null
  children: Growing[]
  productCount: number
}

export function arrange(rows: Rows, currency: Currency): Shelves {
  const tree = growTree(rows.categories)
  const products = assemble(rows, tree, currency)
  const byCategory = fileUnderCategories(products, tree)
  return {
    products,
    bySlug: new Map(products.map((product) => [product.slug, product])),
    byVariant: new Map(
      products.flatMap((product) =>
        product.variants.map((variant) => [variant.id, { product, variant }] as const),
      ),
    ),
    categories: [...tree.values()].filter(({ parent }) => parent === null),
    categoryBySlug: new Map([...tree.values()].map((category) => [category.slug, category])),
    byCategory,
    soldOut: new Set(rows.variants.filter(isSoldOut).map(({ id }) => id)),
    index: indexProducts(products),
  }
}

/** Whether none can be bought: counted, none left, and not sold ahead. */
export function isSoldOut(
  row: Pick<VariantRow, 'tracked' | 'backorderable' | 'available'>,
): boolean {
  return row.tracked && !row.backorderable && row.available <= 0
}

function growTree(rows: readonly CategoryRow[]): Map<Id, Growing> {
  const tree = new Map<Id, Growing>(
    rows.map(({ id, slug, name }) => [
      id,
      { id, slug, name, parent: null, children: [], productCount: 0 },
    ]),
  )
  for (const { id, parentId } of rows) {
    const category = tree.get(id)
    const parent = parentId === null ? undefined : tree.get(parentId)
    if (category === undefined || parent === undefined) continue
    category.parent = parent
    parent.children.push(category)
  }
  return tree
}

function assemble(rows: Rows, tree: ReadonlyMap<Id, Growing>, currency: Currency): Product[] {
  const pictures = Map.groupBy(rows.pictures, ({ productId }) => productId)
  const variants = Map.groupBy(rows.variants, ({ productId }) => productId)
  return rows.products.flatMap((row) => {
    const own = variants.get(row.id)
    if (own === undefined) return []
    return [shownProduct(row, own, pictures.get(row.id) ?? [], tree, currency)]
  })
}

function shownProduct(
  row: ProductRow,
  variants: readonly VariantRow[],
  pictureRows: readonly PictureRow[],
  tree: ReadonlyMap<Id, Growing>,
  currency: Currency,
): Product {
  const { categoryId, ...rest } = row
  const pictures = pictureRows.map(({ productId: _, ...picture }) => picture)
  return {
    ...rest,
    category: categoryId === null ? null : (tree.get(categoryId) ?? null),
    pictures,
    variants: variants.map((variant) => shownVariant(variant, pictures, currency)),
  }
}

function shownVariant(row: VariantRow, pictures: readonly Picture[], currency: Currency): Variant {
  const { productId: _, available: __, pictureId, amountMinor, compareAtMinor, ...rest } = row
  return {
    ...rest,
    title: row.options.map(({ value }) => value).join(' / '),
    price: money(amountMinor, currency),
    compareAt: compareAtMinor === null ? null : money(compareAtMinor, currency),
    picture: pictures.find(({ id }) => id === pictureId) ?? null,
  }
}

/** Files each product under its category and all above, then takes the empty categories away. */
function fileUnderCategories(
  products: readonly Product[],
  tree: Map<Id, Growing>,
): Map<Id, Product[]> {
  const byCategory = new Map<Id, Product[]>()
  for (const product of products) {
    for (let at = product.category; at !== null; at = at.parent) {
      const filed = byCategory.get(at.id)
      if (filed === undefined) byCategory.set(at.id, [product])
      else filed.push(product)
    }
  }
  for (const category of tree.values()) {
    category.productCount = byCategory.get(category.id)?.length ?? 0
    category.children = category.children.filter(({ id }) => byCategory.has(id))
  }
  for (const id of [...tree.keys()]) if (!byCategory.has(id)) tree.delete(id)
  return byCategory
}
