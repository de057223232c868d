/** The form for a request that came by letter or phone. */

import type { Queries } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import { findByNumber, type OrderSummary } from '../../orders/order.ts'
import { Personal } from '../../privacy/personal.ts'
import {
  type Entered,
  PROOFS,
  type Proof,
  REQUEST_KINDS,
  type RequestKind,
  reachesAccounts,
} from '../../privacy/requests.ts'
import { givenUnder } from '../../privacy/vault.ts'
import type { Searched } from '../../staff/roles.ts'
import type { Submitted } from '../../web/body.ts'
import type { FieldErrors } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'

export type RequestForm = {
  readonly typed: Submitted
  readonly errors: FieldErrors
  readonly found?: Found | undefined
}

/** What was found by a person's address or name, newest first. */
export type Found = { readonly by: Searched; readonly orders: readonly OrderSummary[] }

/** By their numbers. More of them are entered with all of an address. */
export const MOST_NUMBERS = 50
const CHANNELS = ['letter', 'phone'] as const

type Read = Omit<Entered, 'by' | 'account'> & About

/** The orders that a request is about; and the address of which all is meant, where its account is too. */
type About = { readonly subjects: readonly Id[]; readonly email?: Personal<'email'> }

export async function readRequest(
  words: Words,
  on: Queries,
  today: string,
  typed: Submitted,
  found: Found | undefined,
): Promise<Read | RequestForm> {
  const { requests: text } = words
  const kind = REQUEST_KINDS.find((one) => one === typed.kind)
  const channel = CHANNELS.find((one) => one === typed.channel)
  const proof = PROOFS.find((one) => one === typed.proof)
  const received = dayOf(typed.received ?? '', today)
  const about =
    typed.all === 'yes'
      ? allOf(words, { kind, proof }, typed, found)
      : ((await subjectsOf(on, typed.orders ?? '')) ?? wrong('orders', text.ordersWrong))
  if (kind && channel && proof && received && !('errors' in about)) {
    return { kind, channel, proof, receivedAt: received, ...about }
  }
  const errors = {
    ...(kind ? {} : { kind: text.kindMissing }),
    ...(channel ? {} : { channel: text.channelMissing }),
    ...(proof ? {} : { proof: text.proofMissing }),
    ...(received ? {} : { received: text.receivedWrong }),
    ...('errors' in about ? about.errors : {}),
  }
  return { typed, errors, found }
}

/** All of the address, where that was ticked and the proof reaches it. Only orders can be restricted. */
function allOf(
  { requests: text }: Words,
  { kind, proof }: { readonly kind: RequestKind | undefined; readonly proof: Proof | undefined },
  { who = '', orders = '' }: Submitted,
  found: Found | undefined,
): About | { readonly errors: FieldErrors } {
  if (found?.by !== 'email') return wrong('orders', text.ordersWrong)
  if (orders.trim() !== '') return wrong('orders', text.allOrSome)
  if (proof !== undefined && !reachesAccounts(proof)) return wrong('orders', text.allUnproven)
  const email = Personal.read('email', who)
  if ('problem' in email) return wrong('who', text.emailWrong)
  const subjects = found.orders.map(({ id }) => id)
  if (kind !== 'restriction') return { subjects, email }
  return subjects.length === 0 ? wrong('orders', text.noneToRestrict) : { subjects }
}

function wrong(name: string, error: string): { readonly errors: FieldErrors } {
  return { errors: { [name]: error } }
}

function dayOf(typed: string, today: string): Temporal.Instant | undefined {
  try {
    const day = Temporal.PlainDate.from(typed)
    if (day.toString() !== typed || typed > today) return undefined
    return day.toZonedDateTime('UTC').toInstant()
  } catch {
    return undefined
  }
}

/** Undefined unless each number is an order with a person in it. */
async function subjectsOf(on: Queries, typed: string): Promise<About | undefined> {
  const numbers = [...new Set(typed.split(/[\s,]+/).filter((part) => part !== ''))]
  const areNumbers = numbers.every((part) => /^\d{1,15}$/.test(part))
  if (!areNumbers || numbers.length === 0 || numbers.length > MOST_NUMBERS) return undefined
  const orders = await Promise.all(numbers.map((part) => findByNumber(on, Number(part))))
  const known = orders.filter((order) => order !== undefined && order.state !== 'awaiting payment')
  const ids = known.flatMap((order) => (order === undefined ? [] : [order.id]))
  const given = await Promise.all(ids.map((id) => givenUnder(on, id)))
  if (given.length !== numbers.length || given.includes(undefined)) return undefined
  return { subjects: ids }
}
