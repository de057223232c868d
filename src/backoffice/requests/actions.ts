/**
 * `GET /admin/requests`: all of them with their clocks; `POST` enters one that came by letter or phone, `POST …/orders`
 * finds the orders of whoever wrote without their numbers.
 *
 * Invariant: what somebody searched for is turned into a look-up value and forgotten; it is in no address, log or row.
 * Invariant: whether an address has an account is asked when a request of it is entered, which records who did and with
 * what proof; the request's own page is the first to say it (decision 28). Where a proof reaches none, nobody asks.
 */

import type { FastifyReply } from 'fastify'
import { confirmedAccount } from '../../customers/account.ts'
import { guestsAmong, othersInAccount } from '../../orders/belonging.ts'
import { ORDER_STATES } from '../../orders/order.ts'
import { emailLookUp } from '../../privacy/look-ups.ts'
import { enterRequest, listRequests, reachesAccounts } from '../../privacy/requests.ts'
import { type Submitted, submitted } from '../../web/body.ts'
import { findByPerson, MOST_FOUND } from '../_found.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { readSearch, type Wanted } from '../orders/form.ts'
import { type Found, type RequestForm, readRequest } from './form.ts'
import { requestsPage } from './page.tsx'

const MOST_SHOWN = 100

export async function showRequests(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  return send(office, visit, { typed: {}, errors: {} }, 200)
}

export async function enter(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { frame, gateway } = office
  const { database, clock, vault } = gateway
  const today = clock().toString().slice(0, 10)
  const typed = submitted(visit.request)
  const found = await foundBy(office, visit, readWho(office, visit, typed))
  const read = await readRequest(frame.words, database, today, typed, found)
  if ('errors' in read) return send(office, visit, read, 400)
  const { email, ...asked } = read
  const entered = { ...asked, by: visit.staff.id }
  const id = await database.transaction(async (tx) => {
    const on = { database: tx, clock }
    if (!reachesAccounts(asked.proof)) {
      return enterRequest(on, { ...entered, subjects: await guestsAmong(tx, asked.subjects) })
    }
    const account = email && (await confirmedAccount(vault, tx, emailLookUp(vault, email)))
    // A link opens what its own address has: of the account's other orders only an erasure is.
    const also = asked.kind === 'erasure' ? await othersInAccount(tx, account, asked.subjects) : []
    return enterRequest(on, { ...entered, account, alsoOrders: also.length })
  })
  return visit.reply.redirect(`/admin/requests/${id}`, 303)
}

export async function goToRequests(_: BackOffice, { reply }: Visit): Promise<FastifyReply> {
  return reply.redirect('/admin/requests', 303)
}

/**
 * An address is somebody's own: all of it goes into the form at once. A last name is many people's, so whoever enters
 * the request chooses among the orders that are listed.
 */
export async function findOrders(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { who = '', before = '' } = submitted(visit.request)
  const wanted = readWho(office, visit, { who })
  if (wanted.by === 'nothing') {
    return send(office, visit, { typed: { who }, errors: { who: wanted.error } }, 400)
  }
  if (wanted.by === 'number') {
    return send(office, visit, { typed: { orders: String(wanted.number) }, errors: {} }, 200)
  }
  const found = await foundBy(office, visit, wanted)
  const typed = { who, before, ...(wanted.by === 'email' && { all: 'yes' }) }
  return send(office, visit, { typed, errors: {}, found }, 200)
}

function readWho({ frame }: BackOffice, { staff }: Visit, { who = '' }: Submitted): Wanted {
  return readSearch(frame.words, staff.roles, { q: who })
}

/** An order that was not paid ends by itself within a day: nobody asks about it. */
const ASKED_ABOUT = ORDER_STATES.filter((state) => state !== 'awaiting payment')

/** All of them, so that none is left out unseen. */
async function foundBy(
  office: BackOffice,
  { staff }: Visit,
  wanted: Wanted,
): Promise<Found | undefined> {
  if (wanted.by === 'nothing' || wanted.by === 'number') return undefined
  const page = { limit: MOST_FOUND, states: ASKED_ABOUT }
  return { by: wanted.by, orders: await findByPerson(office, staff, wanted, page) }
}

async function send(
  office: BackOffice,
  { staff, reply }: Visit,
  form: RequestForm,
  status: number,
): Promise<FastifyReply> {
  const { database, clock } = office.gateway
  const requests = await listRequests(database, MOST_SHOWN)
  const today = clock().toZonedDateTimeISO('UTC').toPlainDate()
  return sendPage(reply, requestsPage(office, staff, { requests, today, form }), status)
}
