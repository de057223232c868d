/**
 * Placing an order: one transaction in which stock is reserved, the contact sealed, the order written and the payment
 * begun; then the processor is told, and the customer goes to its page.
 *
 * Invariant: an order exists with its stock, its sealed contact and its payment, or not at all.
 * Invariant: what is paid is what was shown: a total that has changed meanwhile is shown again first.
 */

import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { cartLines } from '../cart/cart.ts'
import { reserve } from '../catalogue/stock.ts'
import { belongTo } from '../orders/belonging.ts'
import { insertOrder, type NewOrder } from '../orders/order.ts'
import {
  beginPayment,
  openSession,
  type Payments,
  type StartedPayment,
} from '../payments/payment.ts'
import type { Session } from '../payments/processor.ts'
import { policy } from '../privacy/policy.ts'
import { sealContact } from '../privacy/vault.ts'
import type { Contact } from './contact.ts'
import {
  type Option,
  optionOf,
  type Pricing,
  type Summary,
  summarise,
  titleOf,
  weightOf,
} from './summary.ts'

export type Checkout = { readonly pricing: Pricing; readonly payments: Payments }

export type Wanted = {
  readonly cartId: Id
  readonly contact: Contact
  readonly country: string
  readonly method: string
  /** The total that the customer saw. */
  readonly shownMinor: number
  readonly language: string
  /** The account of whoever is signed in: the order will be its. */
  readonly account?: Id | undefined
}

export type Placed = { readonly orderId: Id; readonly session: Session }

/**
 * Places an order and opens its payment page.
 *
 * @throws {Fault} `cart_empty`, `destination_not_served`, `conflict` when the total is not the one that was shown,
 *   `sold_out` with the titles that are short, `unreachable` or `payment_refused` by the processor.
 */
export async function place(checkout: Checkout, wanted: Wanted): Promise<Placed> {
  const { pricing, payments } = checkout
  const lines = await cartLines(payments.gateway.database, wanted.cartId)
  const summary = summarise(pricing, lines, wanted.country)
  const order = orderOf(checkout, summary, chosen(summary, wanted), wanted)
  const payment = await write(payments, order, wanted)
  return { orderId: order.id, session: await openSession(payments, payment) }
}

function chosen(summary: Summary, { method, shownMinor }: Wanted): Option {
  if (summary.lines.length === 0) {
    throw new Fault('cart_empty', 'There is nothing in the cart', {
      remedy: 'Put something in first',
    })
  }
  const option = optionOf(summary, method)
  if (option === undefined) {
    throw new Fault('destination_not_served', 'This way of delivery does not go there', {
      remedy: 'Choose another way of delivery',
    })
  }
  if (option.totals.totalMinor === shownMinor) return option
  throw new Fault('conflict', 'The total has changed since it was shown', {
    remedy: 'Look at the new total, and send the order again if you agree',
  })
}

function orderOf(
  { pricing, payments }: Checkout,
  summary: Summary,
  { quote, totals }: Option,
  { language }: Wanted,
): NewOrder {
  const placedAt = payments.gateway.clock()
  return {
    id: newId(placedAt),
    placedAt,
    country: summary.country,
    currency: pricing.currency,
    itemsMinor: totals.itemsMinor,
    shippingMinor: totals.shippingMinor,
    taxMinor: totals.taxMinor,
    totalMinor: totals.totalMinor,
    taxes: totals.taxes,
    pricesIncludeTax: pricing.pricesIncludeTax,
    shippingMethod: quote.method,
    weightGrams: summary.weightGrams,
    language,
    revision: policy.revision,
    lines: summary.lines.map(({ product, variant, quantity }, position) => ({
      position,
      variantId: variant.id,
      sku: variant.sku,
      title: titleOf(product, variant),
      quantity,
      unitMinor: variant.price.amountMinor,
      taxRatePpm: totals.lineRates[position] ?? 0,
      weightGrams: weightOf(variant),
      hsCode: variant.hsCode,
      originCountry: variant.originCountry,
    })),
  }
}

/** Rows of stock are locked last, and so for the shortest time: buyers of one article wait for each other there. */
async function write(
  payments: Payments,
  order: NewOrder,
  { cartId, contact, account }: Wanted,
): Promise<StartedPayment> {
  const { database, vault } = payments.gateway
  return database.transaction(async (tx) => {
    let short: ReadonlySet<Id> = new Set()
    const [payment] = await Promise.all([
      beginPayment(payments, tx, order, cartId, async () => {
        short = new Set(await reserve(tx, order.lines))
      }),
      insertOrder(tx, order),
      sealContact(vault, tx, order.id, contact),
      // A guest's order costs no statement more.
      account === undefined ? undefined : belongTo(tx, order.id, account, order.placedAt),
    ])
    if (short.size === 0) return payment
    const titles = order.lines.filter(({ variantId }) => short.has(variantId))
    throw new Fault(
      'sold_out',
      `Sold out meanwhile: ${titles.map(({ title }) => title).join('; ')}`,
      {
        remedy: 'Take it out of the cart, or order fewer pieces',
      },
    )
  })
}
