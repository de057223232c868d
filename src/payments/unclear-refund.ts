/**
 * Unclear refunds: they may have been made, because the processor's last answer was lost, or the person restricted the
 * use of their data after a try that may have come through. Decision 20.
 *
 * The amount stays reserved until it is known. The store asks the processor for what it has, which pays nothing; or a
 * member of staff says what they have seen there.
 *
 * Invariant: a refund that may have been made does not fail, so that it is never paid twice.
 */

import { type Queries, sql } from '../base/database.ts'
import { Fault, Refusal } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { pendingOf } from '../base/jobs.ts'
import {
  conclude,
  concludeAs,
  enterLost,
  lookUp,
  PAID_OTHERWISE,
  type RefundRow,
  refundRow,
  stopTrying,
} from './_refunds.ts'
import type { Payments } from './payment.ts'

/** How a member of staff knows what became of a refund; stands in the timeline. */
export const SEEN = 'as seen at the processor'

/** More are under way only while the processor is out, and then nothing else is. */
const MOST_REQUESTED = 1000
/** What is listed for the back office at the most. */
const MOST_LISTED = 20

/**
 * For as long after the last try the processor may still be at work on it, and that it has nothing means nothing. It
 * answers within seconds, and its own time limits are below two minutes.
 */
const UNDER_WAY = Temporal.Duration.from({ hours: 1 })

type Tried = RefundRow['triedAt']

/** From when on an unclear refund can be said not to have been made. */
export function settledAt(triedAt: Tried): Temporal.Instant | undefined {
  return triedAt?.add(UNDER_WAY)
}

/** Whether the processor may still be at work on it. */
export function isUnderWay(triedAt: Tried, now: Temporal.Instant): boolean {
  const until = settledAt(triedAt)
  return until !== undefined && Temporal.Instant.compare(now, until) < 0
}

/**
 * Asks the processor what became of unclear refunds, those first that were not asked about for longest. Returns how
 * many are clear now.
 *
 * While our clock is not trusted none is said not to have been made: it might be under way.
 */
export async function clearUpRefunds(
  payments: Payments,
  { isClockTrusted = true, limit = 50 } = {},
): Promise<number> {
  await stopLost(payments, limit)
  const { database, clock } = payments.gateway
  const due = await database.many<{ orderId: Id; id: Id }>(sql`
    with due as (
      select order_id, id from refund where state = 'unclear'
      order by inquired_at nulls first, id limit ${limit}
    )
    update refund set inquired_at = ${clock()} from due
    where refund.order_id = due.order_id and refund.id = due.id and refund.state = 'unclear'
    returning refund.order_id as "orderId", refund.id`)
  let clear = 0
  let failure: unknown
  for (const { orderId, id } of due) {
    try {
      if (await clearUp(payments, orderId, id, isClockTrusted)) clear += 1
    } catch (error) {
      if (!isUnanswered(error)) failure ??= error
    }
  }
  if (failure !== undefined) throw failure
  return clear
}

export type Settled = {
  readonly orderId: Id
  readonly id: Id
  /** A member of staff's reference. */
  readonly by: string
  readonly as: Settlement
}

/** `paid otherwise`: by a bank transfer, say, in the place of the processor's. */
export const SETTLEMENTS = ['made', 'paid otherwise', 'not made'] as const

export type Settlement = (typeof SETTLEMENTS)[number]

/**
 * Ends an unclear refund by the word of a member of staff who has looked. That the processor did not make it is asked
 * of the processor once more, whose own word comes first.
 *
 * @throws {Fault} `conflict` when it is clear already, may still be under way, or was made after all.
 */
export async function settleRefund(payments: Payments, settled: Settled): Promise<void> {
  const { orderId, id, by, as } = settled
  const row = await refundRow(payments.gateway.database, orderId, id)
  if (row?.state !== 'unclear') throw settledAlready()
  if (as !== 'made') await checkNotMade(payments, row, as)
  const state = as === 'not made' ? 'failed' : 'done'
  const isPaidOtherwise = as === 'paid otherwise'
  const reason = isPaidOtherwise ? PAID_OTHERWISE : SEEN
  if (!(await conclude(payments, row, { state, by, reason, isPaidOtherwise }))) {
    throw settledAlready()
  }
}

/** Numbers of orders with an unclear refund, the oldest order first. */
export async function ordersWithUnclear(on: Queries): Promise<readonly number[]> {
  const rows = await on.many<{ number: number }>(sql`
    select distinct o.number from refund r join orders o on o.id = r.order_id
    where r.state = 'unclear' order by o.number limit ${MOST_LISTED}`)
  return rows.map(({ number }) => number)
}

export type UnclearRefund = Pick<RefundRow, 'id' | 'amountMinor' | 'intentId' | 'triedAt'>

/** An order's unclear refunds, oldest first. */
export async function unclearOf(on: Queries, orderId: Id): Promise<readonly UnclearRefund[]> {
  return on.many<UnclearRefund>(sql`
    select r.id, r.amount_minor as "amountMinor", p.intent_id as "intentId",
      r.tried_at as "triedAt"
    from refund r join payment p using (order_id)
    where r.order_id = ${orderId} and r.state = 'unclear' order by r.id`)
}

/** Refunds whose job has ended without a word, because the store was killed in its last try. */
async function stopLost(payments: Payments, limit: number): Promise<void> {
  const { database } = payments.gateway
  const requested = await database.many<{ orderId: Id; id: Id }>(sql`
    select order_id as "orderId", id from refund
    where state = 'requested' order by id limit ${MOST_REQUESTED}`)
  const ids = requested.map(({ id }) => id)
  const pending = ids.length === 0 ? new Set<Id>() : await pendingOf(database, 'refund', ids)
  for (const { orderId, id } of requested.filter((one) => !pending.has(one.id)).slice(0, limit)) {
    const row = await refundRow(database, orderId, id)
    if (row !== undefined) await stopTrying(payments, row, { mostTries: -1, by: 'store' })
  }
}

async function clearUp(
  payments: Payments,
  orderId: Id,
  id: Id,
  isClockTrusted: boolean,
): Promise<boolean> {
  const row = await refundRow(payments.gateway.database, orderId, id)
  if (row?.state !== 'unclear') return false
  const { ours, unknown } = await lookUp(payments, row)
  if (ours !== undefined) return concludeAs(payments, row, ours)
  await enterLost(payments, row, unknown)
  const mayBeUnderWay = !isClockTrusted || isUnderWay(row.triedAt, payments.gateway.clock())
  // One that was made by hand, perhaps in the stead of ours: only a person can tell.
  if (unknown.length > 0 || mayBeUnderWay) return false
  return conclude(payments, row, { state: 'failed', by: payments.processor.name })
}

async function checkNotMade(payments: Payments, row: RefundRow, as: Settlement): Promise<void> {
  const found = await lookUp(payments, row).catch((error: unknown) => {
    if (isUnanswered(error)) return undefined
    throw error
  })
  if (found?.ours?.hasFailed === false) {
    await concludeAs(payments, row, found.ours)
    throw new Fault('conflict', 'The processor says that it has made this refund', {
      remedy:
        as === 'not made'
          ? 'It is recorded as made now: there is nothing more to do'
          : 'It is recorded as made now: what was paid in another way came on top of it',
    })
  }
  if (!isUnderWay(row.triedAt, payments.gateway.clock())) return
  const from = settledAt(row.triedAt)?.toString({ smallestUnit: 'minute' }).slice(11, 16)
  throw new Fault('conflict', 'The processor may still be at work on this refund', {
    remedy: `Look there again, and say it from ${from} UTC on`,
  })
}

/** The processor said nothing of the refund: it was out, does not know the payment, or could not be asked. */
function isUnanswered(error: unknown): boolean {
  return error instanceof Fault || error instanceof Refusal
}

function settledAlready(): Fault {
  return new Fault('conflict', 'It is clear already what became of this refund', {
    remedy: 'Look at the timeline',
  })
}
