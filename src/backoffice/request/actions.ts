/**
 * `GET /admin/requests/:id`: one request; `POST …/act` carries it out with what its kind asks for, `POST …/email`
 * corrects an address, `POST …/end` closes it without.
 */

import type { FastifyReply } from 'fastify'
import type { Queries } from '../../base/database.ts'
import { Fault } from '../../base/failure.ts'
import { type Id, isId } from '../../base/ids.ts'
import { guestsAmong, othersInAccount } from '../../orders/belonging.ts'
import { recordCorrection } from '../../orders/correction.ts'
import { announceCorrected, announceFormer, sendLinkAbout } from '../../orders/data-link.ts'
import { listOrders } from '../../orders/order.ts'
import { type Erasing, erase, preview } from '../../privacy/erasure.ts'
import { receiptToken } from '../../privacy/person-link.ts'
import { Personal } from '../../privacy/personal.ts'
import { rectifyEmail } from '../../privacy/rectification.ts'
import {
  claimRequest,
  concludeIn,
  concludeRequest,
  correctsAddress,
  type PersonRequest,
  reachesAccounts,
  requestOf,
} from '../../privacy/requests.ts'
import { restrict, restrictedSince } from '../../privacy/restriction.ts'
import { parameter, submitted } from '../../web/body.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import type { Foreseen } from './_preview.tsx'
import { type EmailForm, requestPage } from './page.tsx'

/** The rest is counted. */
const ORDERS_SHOWN = 50

export async function showRequest(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return send(office, visit, await foundRequest(office, visit))
}

type Found = Awaited<ReturnType<typeof foundRequest>>

async function send(
  office: BackOffice,
  { staff, reply }: Visit,
  found: Found,
  form?: EmailForm,
): Promise<FastifyReply> {
  const { database, clock } = office.gateway
  const { request, subjects, account } = found
  const also = await othersInAccount(database, account, subjects)
  const [orders, inAccount] = await Promise.all([
    listOrders(database, { ids: subjects, limit: ORDERS_SHOWN }),
    listOrders(database, { ids: also, limit: ORDERS_SHOWN }),
  ])
  const today = clock().toZonedDateTimeISO('UTC').toPlainDate()
  const more = Math.max(0, subjects.length - ORDERS_SHOWN)
  const shown = {
    ...{ request, orders, more, today, hasAccount: account !== undefined },
    ...{ inAccount, moreInAccount: Math.max(0, also.length - ORDERS_SHOWN) },
    foreseen: await foresee(office, found, also),
    ...(form && { form }),
  }
  return sendPage(reply, requestPage(office, staff, shown), form === undefined ? 200 : 400)
}

/** What an erasure would do now, while it is asked for: shown before it is done. */
async function foresee(
  { gateway, erasing }: BackOffice,
  { request, subjects, account }: Found,
  inAccount: readonly Id[],
): Promise<Foreseen | undefined> {
  if (request.kind !== 'erasure' || request.done !== null) return undefined
  const all = account === undefined ? subjects : [...subjects, ...inAccount, account]
  if (all.length === 0) return undefined
  const foreseen = await preview(erasing, all)
  const { open, closed } = foreseen
  const page = { limit: ORDERS_SHOWN }
  const [going, waiting, restricted] = await Promise.all([
    listOrders(gateway.database, { ...page, ids: closed }),
    listOrders(gateway.database, { ...page, ids: open }),
    restrictedSince(gateway.database, open),
  ])
  return { ...foreseen, going, waiting, restricted, hasAccount: account !== undefined }
}

/**
 * Corrects the e-mail address of the orders, which their person cannot do alone, for whoever has shown that they are
 * theirs by more than naming one. Sent twice, the second finds it done.
 */
export async function correctEmail(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { gateway, erasing, frame } = office
  const found = await foundRequest(office, visit)
  const { request, subjects } = found
  if (request.done !== null || request.kind !== 'rectification') {
    throw new Fault('conflict', 'This request asks for no other address, or is done')
  }
  if (!correctsAddress(request.proof)) throw unproven()
  const typed = submitted(visit.request).email ?? ''
  const read = Personal.read('email', typed)
  const wrong = (error: string) => send(office, visit, found, { typed, error })
  if ('problem' in read) return wrong(frame.words.requests.emailWrong)
  const changed = await rectifyEmail(erasing, gateway.vault, subjects, read, {
    record: recordCorrection(visit.staff.id),
    former: (tx, subject) => announceFormer(gateway, tx, subject),
    present: (tx, subject) => announceCorrected(gateway, tx, subject),
  })
  if (changed === 0) return wrong(frame.words.requests.emailSame)
  await concludeRequest(gateway, request.id, 'corrected')
  return visit.reply.redirect(`/admin/requests/${request.id}`, 303)
}

/** Sent twice, the second finds it done. */
export async function carryOut(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { gateway, erasing } = office
  const { request, subjects, account } = await foundRequest(office, visit)
  const all = account === undefined ? subjects : [...subjects, account]
  if (request.done !== null || all.length === 0) {
    throw new Fault('conflict', 'There is nothing left to do about this request')
  }
  if (request.kind === 'erasure') return eraseFor(office, visit, request)
  if (request.kind === 'restriction') {
    await restrict(erasing, subjects, visit.staff.id)
    await concludeRequest(gateway, request.id, 'restricted')
  } else {
    if (!(await sendLinkAbout(gateway, all))) throw unreachable()
    await concludeRequest(gateway, request.id, 'link')
  }
  return visit.reply.redirect(`/admin/requests/${request.id}`, 303)
}

export async function close(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { request } = await foundRequest(office, visit)
  const done = submitted(visit.request).done === 'unproven' ? 'unproven' : 'nothing'
  await concludeRequest(office.gateway, request.id, done)
  return visit.reply.redirect(`/admin/requests/${request.id}`, 303)
}

/**
 * The request is done in the transaction of the erasure. Leads to the receipt, which is for the person: nothing here
 * leads to it any more.
 */
async function eraseFor(
  { gateway, erasing }: BackOffice,
  { reply }: Visit,
  request: PersonRequest,
): Promise<FastifyReply> {
  const { id } = request
  const recording: Erasing = {
    ...erasing,
    async tell(tx, known, mailbox) {
      await concludeIn(tx, id, 'erased', gateway.clock())
      return erasing.tell(tx, known, mailbox)
    },
  }
  const entry = await erase(recording, async (tx) => {
    const { subjects, account } = await claimRequest(tx, id)
    if (account === undefined) return reached(tx, request, subjects)
    return [...subjects, ...(await othersInAccount(tx, account, subjects)), account]
  })
  if (entry === undefined) {
    await concludeRequest(gateway, id, 'nothing')
    return reply.redirect(`/admin/requests/${id}`, 303)
  }
  return reply.redirect(`/privacy/receipts/${receiptToken(gateway.vault.keys, entry)}`, 303)
}

function unproven(): Fault {
  return new Fault(
    'conflict',
    'The address was not corrected: naming an order is no proof for that',
    {
      remedy:
        'Ask for an answer to a mail that you send to the address, or for an identity document, and enter ' +
        'the request anew with that proof',
    },
  )
}

function unreachable(): Fault {
  return new Fault(
    'conflict',
    'No link was sent: these orders are going to be deleted, or a restore has lost their e-mail address',
    {
      remedy:
        'Those that are going to be deleted are seen by the links in the mails about them; the address of ' +
        'the others is entered in a request for correction, after a proof',
    },
  )
}

async function foundRequest({ gateway }: BackOffice, { request }: Visit) {
  const id = parameter(request, 'id')
  const found = isId(id) ? await requestOf(gateway.database, id) : undefined
  if (found === undefined) {
    throw new Fault('not_found', 'There is no such request', { remedy: 'Look at the list' })
  }
  const subjects = await reached(gateway.database, found.request, found.subjects)
  return { ...found, subjects }
}

/** Asked each time: somebody may have taken an order into their account since the request was entered (decision 32). */
async function reached(
  on: Queries,
  { proof }: PersonRequest,
  orders: readonly Id[],
): Promise<readonly Id[]> {
  return reachesAccounts(proof) ? orders : guestsAmong(on, orders)
}
