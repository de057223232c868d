/**
 * `GET /account/orders`; `POST /account/orders/join` and `POST /orders/:token/account`, which ask for the link to an
 * order's own address; `GET` and `POST /account/orders/join/:token`, where it leads
 *
 * Invariant: the answer to whoever asks is the same, at the same time, whatever is found: the look-up begins when the
 * answer has left.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../../base/failure.ts'
import type { Id } from '../../../base/ids.ts'
import { countAttempt } from '../../../credentials/attempts.ts'
import { ordersOf } from '../../../orders/belonging.ts'
import { join, orderToJoin, sendJoiningLink, sendJoiningLinkFor } from '../../../orders/joining.ts'
import { linkToken, openLink, renewalsOf } from '../../../orders/link.ts'
import { showOwner } from '../../../privacy/gateway.ts'
import { pageAsked, parameter, submitted } from '../../../web/body.ts'
import { doneOf } from '../../../web/notice.tsx'
import { sendPage } from '../../shelves.ts'
import type { AccountDesk } from '../desk.ts'
import { LIMIT_STATUS, limitOf } from '../limit.ts'
import type { Visit } from '../visit.ts'
import { type AskForm, readAsk } from './form.ts'
import { joinPage, sentPage } from './join.tsx'
import { ordersPage } from './page.tsx'

export async function showOrders(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { email } = await showOwner(desk.gateway, visit.account)
  const done = doneOf(visit.request, desk.frame.words.ownOrders.done)
  return send(desk, visit, { form: { typed: { email }, errors: {} }, done })
}

/** By number and address: both are compared when the answer has left. */
export async function askForLink(desk: AccountDesk, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway, afterwards } = desk
  const { account, request, reply } = visit
  const typed = submitted(request)
  const read = readAsk(frame.words, typed)
  if ('errors' in read) return send(desk, visit, { form: read }, 422)
  try {
    // Whoever guesses at numbers and addresses is slowed down, though no answer tells them anything.
    await countAttempt(gateway.database, `joining ${account}`, gateway.clock())
  } catch (error) {
    limitOf(reply, error)
    const errors = { number: frame.words.ownOrders.ask.tooOften }
    return send(desk, visit, { form: { typed, errors } }, LIMIT_STATUS)
  }
  afterwards(reply, 'joining link', () => sendJoiningLinkFor(gateway, account, read))
  return sendPage(reply, sentPage(frame))
}

/** From the order's own page: whoever has its secret link need not know its address. */
export async function askOnPage(
  { frame, gateway, afterwards }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  const { vault, database } = gateway
  const order = await openLink(vault.keys, database, parameter(request, 'token'))
  if (order === undefined) throw new Fault('not_found', 'There is no order at this address')
  afterwards(reply, 'joining link', () => sendJoiningLink(gateway, { order, account }))
  return sendPage(reply, sentPage(frame))
}

export async function showJoining(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  const token = parameter(request, 'token')
  const order = await orderToJoin(gateway, account, token)
  if (order === undefined) throw joinsNothing()
  return sendPage(reply, joinPage(frame, token, order))
}

export async function joinAccount(
  { gateway }: AccountDesk,
  { account, request, reply }: Visit,
): Promise<FastifyReply> {
  if (!(await join(gateway, account, parameter(request, 'token')))) throw joinsNothing()
  return reply.redirect('/account/orders?done=joined', 303)
}

async function send(
  { frame, gateway }: AccountDesk,
  { account, request, reply }: Visit,
  shown: { readonly form: AskForm; readonly done?: string | undefined },
  status = 200,
): Promise<FastifyReply> {
  const { database, vault } = gateway
  const own = await ordersOf(database, account, pageAsked(request))
  const ids = own.orders.map(({ id }) => id)
  const renewals = await renewalsOf(database, ids)
  const links = new Map(ids.map((id) => [id, linkToken(vault.keys, id, renewals.get(id))]))
  const linkTo = ({ id }: { readonly id: Id }) => `/orders/${links.get(id)}`
  return sendPage(reply, ordersPage(frame, { ...shown, own, linkTo }), status)
}

function joinsNothing(): Fault {
  return new Fault(
    'not_found',
    'This link is not whole, its 30 minutes are over, its order has ended or is in another account',
    { remedy: 'Sign in to the account that asked for it, or ask for a new one at /account/orders' },
  )
}
