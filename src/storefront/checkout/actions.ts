/**
 * `GET /checkout`, `POST /checkout`, `GET /checkout/return`, `GET /checkout/cancelled`
 *
 * C1: the third cookie, `__Host-payment`, is the thread between this shop and the processor's page: it says which order
 * the browser comes back for, so that no secret has to be told to the processor.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import type { Id } from '../../base/ids.ts'
import { cartLines } from '../../cart/cart.ts'
import { type Contact, readContact } from '../../checkout/contact.ts'
import { place } from '../../checkout/place.ts'
import { optionOf, type Summary, summarise } from '../../checkout/summary.ts'
import { keepAddress } from '../../customers/addresses.ts'
import type { Customers } from '../../customers/session.ts'
import { linkToken, throughLink } from '../../orders/link.ts'
import { type OrderState, stateOf } from '../../orders/order.ts'
import { askProcessor, cancelPayment } from '../../payments/payment.ts'
import { readCookies } from '../../privacy/cookies.ts'
import { queried, type Submitted, submitted } from '../../web/body.ts'
import { giveCookie, takeCookie } from '../../web/cookies.ts'
import { hasErrors } from '../../web/form.tsx'
import { signedIn } from '../account/visit.ts'
import { type Counter, cartOf, countryAsked } from '../counter.ts'
import { sendPage } from '../shelves.ts'
import { type CheckoutForm, firstForm, problemWords, shownTotal } from './form.ts'
import { keeperOf } from './kept.ts'
import { checkoutPage } from './page.tsx'
import { cancelledPage, payPage, returnedPage } from './pay.tsx'

export function showCheckout(counter: Counter) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const keeper = await keeperOf(counter.checkout.payments.gateway, request)
    const usual = keeper?.addresses[0]?.postalAddress.country
    const country = countryAsked(counter, queried(request, 'country') || usual)
    const summary = await summaryFor(counter, cartOf(request), country)
    if (!canBeOrdered(summary)) return reply.redirect(`/cart?country=${country}`, 303)
    const form = firstForm(keeper, country, queried(request, 'address'))
    return sendPage(reply, checkoutPage(counter, summary, form))
  }
}

export function placeOrder(counter: Counter) {
  const { frame, checkout } = counter
  const { gateway } = checkout.payments
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const typed = submitted(request)
    const country = countryAsked(counter, typed.country)
    const cartId = cartOf(request)
    const read = readContact(typed, country)
    if (cartId === undefined) return reply.redirect('/cart', 303)
    if ('problems' in read) {
      const errors = problemWords(frame.words, read.problems)
      return showAgain(counter, request, reply, { typed, errors })
    }
    const { method = '', shown = '' } = typed
    const shownMinor = shownTotal(shown, method)
    const { language } = frame.shop
    const { contact } = read
    const account = (await signedIn({ gateway }, request))?.account
    if (account !== undefined && typed.keep === 'yes') await keep(gateway, account, contact)
    try {
      const earlier = await endEarlier(counter, request)
      if (earlier !== undefined) {
        takeCookie(reply, '__Host-payment')
        return reply.redirect(earlier.page, 303)
      }
      const wanted = { cartId, contact, country, method, shownMinor, language, account }
      const placed = await place(checkout, wanted)
      giveCookie(reply, '__Host-payment', linkToken(gateway.vault.keys, placed.orderId))
      return sendPage(reply, payPage(counter, placed, shownMinor))
    } catch (error) {
      const form = formAfter(counter, error, typed)
      if (form === undefined) throw error
      return showAgain(counter, request, reply, form)
    }
  }
}

/** Back from the processor's page: the webhook has mostly been here first; if not, the processor is asked. */
export function comeBack(counter: Counter) {
  const { payments } = counter.checkout
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const coming = await orderComingBack(counter, request)
    if (coming === undefined) return sendPage(reply, returnedPage(counter))
    const { orderId, page, state } = coming
    if (state === undefined) return sendPage(reply, cancelledPage(counter))
    if (state === 'awaiting payment') await askProcessor(payments, orderId).catch(unlessUnreachable)
    takeCookie(reply, '__Host-payment')
    return reply.redirect(page, 303)
  }
}

/** Back without having paid. Whoever paid after all is shown the order. */
export function comeBackUnpaid(counter: Counter) {
  const { payments } = counter.checkout
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const coming = await orderComingBack(counter, request)
    if (coming === undefined) return sendPage(reply, cancelledPage(counter))
    const { orderId, page, state: found } = coming
    const state = found === 'awaiting payment' ? await cancelPayment(payments, orderId) : found
    takeCookie(reply, '__Host-payment')
    if (state === undefined || state === 'cancelled') return sendPage(reply, cancelledPage(counter))
    return reply.redirect(page, 303)
  }
}

async function summaryFor(
  { checkout }: Counter,
  cartId: Id | undefined,
  country: string,
): Promise<Summary> {
  const { pricing, payments } = checkout
  const lines = cartId === undefined ? [] : await cartLines(payments.gateway.database, cartId)
  return summarise(pricing, lines, country)
}

function canBeOrdered({ lines, options }: Summary): boolean {
  return lines.length > 0 && options.length > 0
}

/** The page again, with what was typed. */
async function showAgain(
  counter: Counter,
  request: FastifyRequest,
  reply: FastifyReply,
  form: CheckoutForm,
): Promise<FastifyReply> {
  const country = countryAsked(counter, form.typed.country)
  const summary = await summaryFor(counter, cartOf(request), country)
  if (!canBeOrdered(summary)) return reply.redirect(`/cart?country=${country}`, 303)
  const { methodGone } = counter.frame.words.checkout.place
  const known = optionOf(summary, form.typed.method ?? '') !== undefined
  const errors = known ? form.errors : { method: methodGone, ...form.errors }
  const status = hasErrors(errors) ? 422 : 409
  const keeper = await keeperOf(counter.checkout.payments.gateway, request)
  return sendPage(reply, checkoutPage(counter, summary, { ...form, errors, keeper }), status)
}

/** A failure that the customer can deal with on the same page; undefined for any other. */
function formAfter({ frame }: Counter, error: unknown, typed: Submitted): CheckoutForm | undefined {
  if (!(error instanceof Fault)) return undefined
  const { place: words } = frame.words.checkout
  const notices: Partial<Record<Fault['code'], string>> = {
    conflict: words.totalChanged,
    destination_not_served: words.methodGone,
    unreachable: words.unreachable,
    payment_refused: words.refused,
    sold_out: `${error.message}. ${error.remedy ?? ''}.`,
    cart_empty: error.message,
  }
  const notice = notices[error.code]
  return notice === undefined ? undefined : { typed, errors: {}, notice }
}

/** An account that is full or has ended is not offered it; a form that comes late buys all the same. */
async function keep(customers: Customers, account: Id, contact: Contact): Promise<void> {
  try {
    await keepAddress(customers, account, contact)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  }
}

/**
 * Whoever comes back from the processor's page by the browser's own button and orders again, replaces what they had
 * ordered: its page ends, and its stock, which could be the last, is theirs. Returns that order where it was paid.
 */
async function endEarlier(counter: Counter, request: FastifyRequest): Promise<Coming | undefined> {
  const coming = await orderComingBack(counter, request)
  if (coming?.state !== 'awaiting payment') return undefined
  const state = await cancelPayment(counter.checkout.payments, coming.orderId)
  return state === 'paid' ? coming : undefined
}

type Coming = {
  readonly orderId: Id
  readonly page: string
  readonly state: OrderState | undefined
}

/** The order that the browser's cookie names, and its page: what the cookie holds is the order's link. */
async function orderComingBack(
  { checkout }: Counter,
  request: FastifyRequest,
): Promise<Coming | undefined> {
  const token = readCookies(request.headers.cookie)['__Host-payment']
  if (token === undefined) return undefined
  const { vault, database } = checkout.payments.gateway
  const opened = await throughLink(vault.keys, database, token, stateOf)
  return opened && { orderId: opened.orderId, state: opened.found, page: `/orders/${token}` }
}

function unlessUnreachable(error: unknown): void {
  if (error instanceof Fault && error.code === 'unreachable') return
  throw error
}
