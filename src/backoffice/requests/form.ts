/** The form for a request that came by letter or phone. */

import type { Queries } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import { findByNumber, type OrderSummary } from '../../orders/order.ts'
import { type Entered, PROOFS, REQUEST_KINDS } from '../../privacy/requests.ts'
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

/** By their numbers. More of them are entered as all of an address. */
export const MOST_NUMBERS = 50
const CHANNELS = ['letter', 'phone'] as const

export async function readRequest(
  words: Words,
  on: Queries,
  today: string,
  typed: Submitted,
  found: Found | undefined,
): Promise<Omit<Entered, 'by'> | RequestForm> {
  const { requests: text } = words
  const kind = REQUEST_KINDS.find((one) => one === typed.kind)
  const channel = CHANNELS.find((one) => one === typed.channel)
  const proof = PROOFS.find((one) => one === typed.proof)
  const received = dayOf(typed.received ?? '', today)
  const subjects = allOf(typed, found) ?? (await subjectsOf(on, typed.orders ?? ''))
  if (kind && channel && proof && received && subjects) {
    return { kind, channel, proof, subjects, receivedAt: received }
  }
  const errors = {
    ...(kind ? {} : { kind: text.kindMissing }),
    ...(channel ? {} : { channel: text.channelMissing }),
    ...(proof ? {} : { proof: text.proofMissing }),
    ...(received ? {} : { received: text.receivedWrong }),
    ...(subjects ? {} : { orders: text.ordersWrong }),
  }
  return { typed, errors, found }
}

/** All orders of the address, where that was ticked. */
function allOf({ all }: Submitted, found: Found | undefined): readonly Id[] | undefined {
  if (all !== 'yes' || found?.by !== 'email' || found.orders.length === 0) return undefined
  return found.orders.map(({ id }) => id)
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
async function subjectsOf(on: Queries, typed: string): Promise<readonly Id[] | undefined> {
  const numbers = [...new Set(typed.split(/[\s,]+/).filter((part) => part !== ''))]
  const areNumbers = numbers.every((part) => /^\d{1,15}$/.test(part))
  if (!areNumbers || numbers.length === 0 || numbers.length > MOST_NUMBERS) return undefined
  const orders = await Promise.all(numbers.map((part) => findByNumber(on, Number(part))))
  const known = orders.filter((order) => order !== undefined && order.state !== 'awaiting payment')
  const ids = known.flatMap((order) => (order === undefined ? [] : [order.id]))
  const given = await Promise.all(ids.map((id) => givenUnder(on, id)))
  return given.length === numbers.length && !given.includes(undefined) ? ids : undefined
}
