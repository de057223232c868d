/**
 * Orders: what was bought, for how much, and everything that happened to it. Not who bought it.
 *
 * Names and addresses lie in the vault under the order's own key; an order's row refers to a country, never to a
 * person. Every change of state is an event with who and when.
 *
 * Invariant: an order's state changes only together with an event, and only from a state that allows it.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { check, Fault } from '../base/failure.ts'
import { type Id, instantOf, newId } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import type { Currency } from '../base/money.ts'
import { lineColumns, orderColumns } from './_columns.ts'
import { ordersBefore, ordersIn, ordersNamed } from './_lists.ts'

export const ORDER_STATES = [
  ...(['awaiting payment', 'paid', 'packed'] as const),
  ...(['shipped', 'delivered', 'cancelled'] as const),
] as const

export type OrderState = (typeof ORDER_STATES)[number]

/** Tax of one rate: `netMinor` is the part that it is a share of. */
export type TaxShare = {
  readonly ratePpm: number
  readonly netMinor: number
  readonly taxMinor: number
}

export type OrderLine = {
  readonly position: number
  readonly variantId: Id
  readonly sku: string
  readonly title: string
  readonly quantity: number
  /** As it was shown to the customer: with tax where the store's prices include it. */
  readonly unitMinor: number
  readonly taxRatePpm: number
  readonly weightGrams: number
  readonly hsCode: string | null
  readonly originCountry: string | null
}

export type OrderSummary = {
  readonly id: Id
  readonly number: number
  readonly state: OrderState
  readonly placedAt: Temporal.Instant
  /** Where it goes: ISO 3166-1 alpha-2. */
  readonly country: string
  readonly currency: Currency
  readonly totalMinor: number
  /** What has gone back, is about to, or may have: no more than the rest of the total can be refunded. */
  readonly refundedMinor: number
  /** What has surely gone back. */
  readonly paidBackMinor: number
}

export type Order = OrderSummary & {
  readonly itemsMinor: number
  readonly shippingMinor: number
  readonly taxMinor: number
  readonly taxes: readonly TaxShare[]
  /** The tax in what has surely gone back. */
  readonly paidBackTaxMinor: number
  readonly pricesIncludeTax: boolean
  readonly shippingMethod: string
  readonly weightGrams: number
  readonly language: string
  /** The policy's revision under which the data was given (C9). */
  readonly revision: string
  readonly lines: readonly OrderLine[]
}

/** Something that happened to an order. `details` hold ids and amounts, never a value about a person. */
export type OrderEvent = {
  readonly kind: string
  /** A member of staff's reference, `customer`, `store`, or a company's name. */
  readonly by: string
  readonly details?: Readonly<Record<string, string | number>>
}

/** An order to be written: the database gives it its number. */
export type NewOrder = Omit<
  Order,
  'number' | 'state' | 'refundedMinor' | 'paidBackMinor' | 'paidBackTaxMinor'
>

/** Writes an order that awaits its payment, with its lines and first event, in one statement. */
export async function insertOrder(tx: Transaction, order: NewOrder): Promise<void> {
  const { id, placedAt, lines } = order
  await tx.run(sql`
    with placed as (
      insert into orders (id, state, placed_at, country, currency, items_minor, shipping_minor,
        tax_minor, total_minor, taxes, prices_include_tax, shipping_method, weight_grams, language,
        revision)
      values (${id}, 'awaiting payment', ${placedAt}, ${order.country}, ${order.currency},
        ${order.itemsMinor}, ${order.shippingMinor}, ${order.taxMinor}, ${order.totalMinor},
        ${JSON.stringify(order.taxes)}, ${order.pricesIncludeTax}, ${order.shippingMethod},
        ${order.weightGrams}, ${order.language}, ${order.revision})
    ), event as (
      insert into order_event (order_id, id, kind, by)
      values (${id}, ${newId(placedAt)}, 'placed', 'customer')
    )
    insert into order_line (order_id, position, variant_id, sku, title, quantity, unit_minor,
      tax_rate_ppm, weight_grams, hs_code, origin_country)
    select ${id}, position, "variantId", sku, title, quantity, "unitMinor", "taxRatePpm",
      "weightGrams", "hsCode", "originCountry"
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as line (position integer,
      "variantId" uuid, sku text, title text, quantity integer, "unitMinor" bigint,
      "taxRatePpm" integer, "weightGrams" integer, "hsCode" text, "originCountry" text)`)
}

/** The order, or undefined when there is none of that id. */
export async function findOrder(on: Queries, id: Id): Promise<Order | undefined> {
  const [row, lines] = await Promise.all([
    on.first<Omit<Order, 'lines'>>(orderColumns(id)),
    on.many<OrderLine>(lineColumns(id)),
  ])
  return row === undefined ? undefined : { ...row, lines }
}

/** The state of an order, or undefined when there is none of that id. */
export async function stateOf(on: Queries, id: Id): Promise<OrderState | undefined> {
  const row = await on.first<{ state: OrderState }>(sql`select state from orders where id = ${id}`)
  return row?.state
}

export async function findByNumber(on: Queries, number: number): Promise<Order | undefined> {
  const row = await on.first<{ id: Id }>(sql`select id from orders where number = ${number}`)
  return row === undefined ? undefined : findOrder(on, row.id)
}

type OrdersPage = { readonly before?: Id | undefined; readonly limit: number }

/** A page, older than `before`, of orders by their ids, or of those in a state or of all. */
export type OrderFilter =
  | (OrdersPage & { readonly ids: readonly Id[]; readonly states?: readonly OrderState[] })
  | (OrdersPage & { readonly ids?: undefined; readonly state?: OrderState | undefined })

/** Orders, newest first; those that still await payment only when asked for by state or id. */
export async function listOrders(
  on: Queries,
  filter: OrderFilter,
): Promise<readonly OrderSummary[]> {
  const { before, limit } = filter
  if (filter.ids !== undefined) {
    return on.many(ordersNamed(filter.ids, filter.states, before, limit))
  }
  const { state } = filter
  return on.many(state === undefined ? ordersBefore(before, limit) : ordersIn(state, before, limit))
}

/**
 * Moves an order to another state and writes the event.
 *
 * @throws {Fault} `conflict` when the order is in none of the states `from`: somebody else was there first.
 */
export async function changeState(
  tx: Transaction,
  id: Id,
  from: readonly OrderState[],
  to: OrderState,
  event: OrderEvent,
  at: Temporal.Instant,
): Promise<void> {
  const changed = await tx.run(sql`
    with changed as (
      update orders set state = ${to} where id = ${id} and state = any(${from}) returning id
    )
    insert into order_event (order_id, id, kind, by, details)
    select id, ${newId(at)}, ${event.kind}, ${event.by}, ${JSON.stringify(event.details ?? {})}::jsonb
    from changed`)
  check(changed <= 1, 'An id must name one order')
  if (changed === 1) {
    const isClosed = to === 'delivered' || to === 'cancelled'
    if (isClosed) await enqueue(tx, 'gather orders', { order: id, id })
    return
  }
  throw new Fault(
    'conflict',
    `Cannot record "${event.kind}": the order is not ${from.join(' or ')}`,
    {
      remedy: 'Load the order again: its state has changed',
    },
  )
}

/** Writes an event that changes no state. */
export async function addEvent(
  tx: Queries,
  id: Id,
  event: OrderEvent,
  at: Temporal.Instant,
): Promise<void> {
  await tx.run(sql`
    insert into order_event (order_id, id, kind, by, details)
    values (${id}, ${newId(at)}, ${event.kind}, ${event.by}, ${JSON.stringify(event.details ?? {})})`)
}

/** What happened to an order, oldest first. */
export type Timeline = readonly (Required<OrderEvent> & {
  readonly id: Id
  readonly at: Temporal.Instant
})[]

export async function timeline(on: Queries, id: Id): Promise<Timeline> {
  const rows = await on.many<Required<OrderEvent> & { readonly id: Id }>(
    sql`select id, kind, by, details from order_event where order_id = ${id} order by id`,
  )
  return rows.map((row) => ({ ...row, at: instantOf(row.id) }))
}
