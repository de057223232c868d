/**
 * What a refund is of: how much of each tax rate is in it, so that the books can take that tax back (C3.2).
 *
 * One for an amount is of every rate alike, by what is left of each. One for articles is of their rates, and delivery
 * of the rate that it was taxed at. Tax is never computed anew: a refund takes its part of what the order was taxed
 * with, and the one that takes the rest of a rate takes the rest of its tax. Decision 31.
 *
 * Invariant: the refunds of an order, whatever they are of and however they are rounded, sum up to no more than the
 * order has of each rate, net and tax; and to exactly that once all of it is refunded.
 */

import { check, Fault } from '../base/failure.ts'
import { payableStep } from '../base/money.ts'
import type { Order, TaxShare } from '../orders/order.ts'

/** Articles and delivery that are refunded. */
export type Chosen = {
  readonly lines: readonly Pieces[]
  readonly withDelivery: boolean
}

/** Pieces of the order's line at a position. */
export type Pieces = { readonly position: number; readonly quantity: number }

/** What an earlier refund of the order is of, unless it has failed. */
export type Taken = {
  readonly taxes: readonly TaxShare[]
  /** Null for an amount. */
  readonly lines: readonly Pieces[] | null
  readonly shippingMinor: number
}

export function grossOf(shares: readonly TaxShare[]): number {
  return shares.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0)
}

export function taxOf(shares: readonly TaxShare[]): number {
  return shares.reduce((sum, { taxMinor }) => sum + taxMinor, 0)
}

/** An amount by what is left of each rate. It must be above zero, and not more than is left. */
export function byAmount(
  order: Order,
  taken: readonly Taken[],
  amountMinor: number,
): readonly TaxShare[] {
  const left = leftOf(order, taken)
  const grosses = left.map((share) => grossOf([share]))
  const step = payableStep(order.currency)
  const isInSteps = [...grosses, amountMinor].every((minor) => minor % step === 0)
  const parts = inProportion(amountMinor, grosses, isInSteps ? step : 1)
  return left.flatMap((share, at) => {
    const part = parts[at] ?? 0
    return part === 0 ? [] : [partOf(share, part)]
  })
}

/**
 * Articles and delivery, each with its tax.
 *
 * @throws {Fault} `conflict` when more of them is asked for than is left.
 */
export function byArticles(
  order: Order,
  taken: readonly Taken[],
  chosen: Chosen,
): readonly TaxShare[] {
  const asked = shownByRate(order, taken, chosen)
  return leftOf(order, taken).flatMap((left) => {
    const shown = asked.get(left.ratePpm) ?? 0
    const leftShown = order.pricesIncludeTax ? grossOf([left]) : left.netMinor
    if (shown === 0) return []
    if (shown > leftShown) throw refundedByAmount()
    if (shown === leftShown) return [left]
    return [order.pricesIncludeTax ? partOf(left, shown) : withTaxOn(order, left, shown)]
  })
}

/** How many pieces of each line can still be refunded, by position. */
export function piecesLeft(order: Order, taken: readonly Taken[]): ReadonlyMap<number, number> {
  const pieces = taken.flatMap(({ lines }) => lines ?? [])
  return new Map(
    order.lines.map(({ position, quantity }) => {
      const gone = pieces.filter((one) => one.position === position)
      return [position, quantity - gone.reduce((sum, one) => sum + one.quantity, 0)]
    }),
  )
}

/** What of the delivery can still be refunded as such. */
export function deliveryLeft({ shippingMinor }: Order, taken: readonly Taken[]): number {
  return shippingMinor - taken.reduce((sum, one) => sum + one.shippingMinor, 0)
}

/** What is left of each rate. */
function leftOf({ taxes }: Order, taken: readonly Taken[]): readonly TaxShare[] {
  return taxes.map(({ ratePpm, netMinor, taxMinor }) => {
    const gone = taken.flatMap((one) => one.taxes.filter((share) => share.ratePpm === ratePpm))
    const tax = taxOf(gone)
    return {
      ratePpm,
      netMinor: netMinor - (grossOf(gone) - tax),
      taxMinor: taxMinor - tax,
    }
  })
}

/** Prices of what is chosen, as they were shown, by the rates that they were taxed at. */
function shownByRate(
  order: Order,
  taken: readonly Taken[],
  { lines, withDelivery }: Chosen,
): ReadonlyMap<number, number> {
  const left = piecesLeft(order, taken)
  const shown = new Map<number, number>()
  const put = (rate: number, minor: number) => shown.set(rate, (shown.get(rate) ?? 0) + minor)
  for (const { position, quantity } of lines) {
    const line = order.lines.find((one) => one.position === position)
    if (line === undefined || quantity > (left.get(position) ?? 0)) throw refundedAlready()
    put(line.taxRatePpm, line.unitMinor * quantity)
  }
  // Delivery is taxed at the highest rate among the goods: see tax/totals.ts.
  const deliveryRate = Math.max(...order.lines.map(({ taxRatePpm }) => taxRatePpm))
  if (withDelivery) put(deliveryRate, deliveryLeft(order, taken))
  return shown
}

/** A part of a share, tax within it. */
function partOf(share: TaxShare, grossMinor: number): TaxShare {
  const taxMinor = portion(share.taxMinor, grossMinor, grossOf([share]), 1)
  return { ratePpm: share.ratePpm, netMinor: grossMinor - taxMinor, taxMinor }
}

/** A part of a share by its net, tax on top of it in what can be paid. */
function withTaxOn({ currency }: Order, share: TaxShare, netMinor: number): TaxShare {
  const step = payableStep(currency)
  const taxMinor = portion(share.taxMinor, netMinor, share.netMinor, step)
  const most = share.taxMinor - (share.taxMinor % step)
  return { ratePpm: share.ratePpm, netMinor, taxMinor: Math.min(taxMinor, most) }
}

/** `amount × part ÷ whole` in whole steps, half up. */
function portion(amount: number, part: number, whole: number, step: number): number {
  if (part === whole) return amount
  const divisor = BigInt(whole) * BigInt(step)
  const steps = (2n * BigInt(amount) * BigInt(part) + divisor) / (2n * divisor)
  return Number(steps) * step
}

/** Divides an amount in proportion to weights, in whole steps: what is left over goes to the largest remainders. */
function inProportion(amount: number, weights: readonly number[], step: number): readonly number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  check(amount > 0 && amount <= whole, 'What is refunded must be left')
  const divisor = BigInt(whole) * BigInt(step)
  const exact = weights.map((weight) => BigInt(amount) * BigInt(weight))
  const parts = exact.map((one) => Number(one / divisor) * step)
  const over = (amount - parts.reduce((sum, part) => sum + part, 0)) / step
  const largest = exact
    .map((one, at) => ({ at, remainder: one % divisor }))
    .toSorted((a, b) => (a.remainder < b.remainder ? 1 : a.remainder > b.remainder ? -1 : 0))
    .slice(0, over)
    .map(({ at }) => at)
  return parts.map((part, at) => (largest.includes(at) ? part + step : part))
}

function refundedAlready(): Fault {
  return new Fault('conflict', 'Cannot refund these articles: some were refunded meanwhile', {
    remedy: 'Load the order again, and choose among those that are left',
  })
}

function refundedByAmount(): Fault {
  return new Fault('conflict', 'Cannot refund these articles: a part of them was refunded before', {
    remedy: 'Refund the rest as an amount',
  })
}
