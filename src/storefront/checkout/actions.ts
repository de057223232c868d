/**
 * `GET /checkout`, `POST /checkout`
 *
 * C1: the third cookie, `__Host-payment`, is the thread between this shop and the processor's page: it says which order
 * the browser comes back for, so that no secret has to be told to the processor.
 *
 * Invariant: a browser waits for one payment at a time. Whoever orders anew has ended the one before, and its stock is
 * free for the new one; whoever has paid it after all is shown that order.
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
import { linkToken } from '../../orders/link.ts'
import { queried, type Submitted, submitted } from '../../web/body.ts'
import { giveCookie, takeCookie } from '../../web/cookies.ts'
import { hasErrors } from '../../web/form.tsx'
import { signedIn } from '../account/visit.ts'
import { type Counter, cartOf, countryAsked } from '../counter.ts'
import { sendPage } from '../shelves.ts'
import { endEarlier } from './coming-back.ts'
import { type CheckoutForm, firstForm, problemWords, shownTotal } from './form.ts'
import { keeperOf } from './kept.ts'
import { checkoutPage } from './page.tsx'
import { payPage } from './pay.tsx'

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
      const paid = await endEarlier(counter, request)
      if (paid !== undefined) {
        takeCookie(reply, '__Host-payment')
        return reply.redirect(paid, 303)
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
