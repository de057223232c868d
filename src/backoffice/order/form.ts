/**
 * The order page's forms: the amount of a refund or its articles, a legal hold, and what somebody wants to see of the
 * person and why.
 */

import { Fault } from '../../base/failure.ts'
import { decimalOf, isPayable, parseMoney } from '../../base/money.ts'
import type { Order } from '../../orders/order.ts'
import { type Chosen, type Pieces, piecesLeft } from '../../payments/refund-shares.ts'
import { type HoldGround, isHoldGround, latestHold } from '../../privacy/legal-hold.ts'
import { isReason } from '../../staff/reasons.ts'
import { isView, type Role, type View, viewsOf } from '../../staff/roles.ts'
import type { Submitted } from '../../web/body.ts'
import { type FieldErrors, hasErrors } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'
import { amountOf, restOf, type Sheet, takenIn } from './_sheet.ts'

export type RefundWanted = Wanted<number> | (AmountTyped & { readonly error: string })

type Wanted<Of> = {
  readonly of: Of
  readonly isPaidOtherwise: boolean
  readonly seenRefundedMinor: number
}

/** An amount in the order's currency: above zero, and at most what is left. */
export function readRefund(
  words: Words,
  order: Order,
  { amount = '', refunded = '', 'amount-otherwise': otherwise }: Submitted,
): RefundWanted {
  const { refunds: text } = words.backoffice
  const { currency } = order
  const amountMinor = readAmount(amount, currency)
  const isPaidOtherwise = otherwise === 'yes'
  const wrong = (error: string) => ({ typed: amount, error, isPaidOtherwise })
  if (amountMinor === undefined)
    return wrong(text.malformed(decimalOf({ amountMinor: 1250, currency })))
  if (amountMinor <= 0) return wrong(text.tooLittle)
  if (!isPayable({ amountMinor, currency })) return wrong(text.unpayable)
  if (amountMinor > restOf(order)) return wrong(text.tooMuch(amountOf(order, restOf(order))))
  return { of: amountMinor, isPaidOtherwise, seenRefundedMinor: seenIn(refunded) }
}

/** What came of the form for an amount. */
export type AmountTyped = { readonly typed: string; readonly isPaidOtherwise: boolean }

/** What came of the form for articles: a text for each field, by its name. */
export type ArticlesTyped = Submitted

export type ArticlesWanted =
  | Wanted<Chosen>
  | { readonly errors: FieldErrors; readonly articles: ArticlesTyped }

/** How many pieces of a line. */
export function piecesField(position: number): string {
  return `pieces-${position}`
}

/** Pieces of each line, none or at most what is left of it, and the delivery; something must be chosen. */
export function readArticles(words: Words, sheet: Sheet, typed: Submitted): ArticlesWanted {
  const { refunds: text } = words.backoffice
  const left = piecesLeft(sheet.order, takenIn(sheet))
  const errors: Record<string, string> = {}
  const lines: Pieces[] = []
  for (const [position, most] of left) {
    const name = piecesField(position)
    const quantity = readPieces(typed[name] ?? '')
    if (quantity === undefined || quantity > most) errors[name] = text.piecesWrong(most)
    else if (quantity > 0) lines.push({ position, quantity })
  }
  const withDelivery = typed.delivery === 'yes'
  const isNothing = lines.length === 0 && !withDelivery
  const [first] = [...left].find(([, most]) => most > 0) ?? []
  const field = first === undefined ? 'delivery' : piecesField(first)
  if (isNothing && !hasErrors(errors)) errors[field] = text.piecesMissing
  if (hasErrors(errors)) return { errors, articles: typed }
  const isPaidOtherwise = typed['articles-otherwise'] === 'yes'
  const seenRefundedMinor = seenIn(typed.refunded ?? '')
  return { of: { lines, withDelivery }, isPaidOtherwise, seenRefundedMinor }
}

function readPieces(typed: string): number | undefined {
  const text = typed.trim()
  if (text === '') return 0
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined
}

/** What had been refunded when the form was shown; -1 for a form that does not say it. */
function seenIn(refunded: string): number {
  return /^\d{1,15}$/.test(refunded) ? Number(refunded) : -1
}

export type LookWanted =
  | { readonly view: View; readonly reason: string }
  | { readonly view: View; readonly error: string }

/** @throws {Fault} `forbidden` for a view that none of the roles has. */
export function readLook(
  words: Words,
  roles: readonly Role[],
  { view = '', reason = '' }: Submitted,
): LookWanted {
  if (!isView(view) || !viewsOf(roles).includes(view)) {
    throw new Fault('forbidden', 'Your roles do not have this view of a customer')
  }
  if (view !== 'service' || isReason(reason)) return { view, reason }
  return { view, error: words.backoffice.order.reasonMissing }
}

export type HoldWanted =
  | { readonly ground: HoldGround; readonly until: string }
  | { readonly until: string; readonly errors: FieldErrors }

/** A ground out of the list and a day, from `today` to the last one that order data may be kept. */
export function readHold(
  words: Words,
  order: Order,
  today: string,
  { ground = '', until = '' }: Submitted,
): HoldWanted {
  const { hold: text } = words.backoffice.order
  const latest = latestHold(order.id)
  const isDay = isDate(until) && until >= today && until <= latest
  if (isHoldGround(ground) && isDay) return { ground, until }
  const errors = {
    ...(isHoldGround(ground) ? {} : { ground: text.groundMissing }),
    ...(isDay ? {} : { until: text.untilWrong(today, latest) }),
  }
  return { until, errors }
}

function isDate(typed: string): boolean {
  try {
    return Temporal.PlainDate.from(typed).toString() === typed
  } catch {
    return false
  }
}

/** A comma is as good as a point, where there is one. */
function readAmount(typed: string, currency: string): number | undefined {
  try {
    return parseMoney(typed.trim().replace(/^(\d+),(\d+)$/, '$1.$2'), currency).amountMinor
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}
