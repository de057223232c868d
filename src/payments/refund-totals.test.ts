/**
 * Refunds whatever happens, in any order: asked for, tried, lost, refused, killed, restricted, settled, found,
 * sent back.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { control, newestOrder } from '../../test/support/outside.ts'
import { buy } from '../../test/support/purchase.ts'
import { killed, losing, madeRefunds } from '../../test/support/refunds.ts'
import { testStore } from '../../test/support/store.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { Bug, Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { liftRestriction, restrict } from '../privacy/restriction.ts'
import type { Payments } from './payment.ts'
import { carryOutRefund, type Refund, refundsOf, requestRefund } from './refund.ts'
import { grossOf, taxOf } from './refund-shares.ts'
import { clearUpRefunds, SETTLEMENTS, type Settlement, settleRefund } from './unclear-refund.ts'

const store = await testStore({ after })
const { payments, database, erasing } = store
const by = newId(systemClock())
// The webhooks of refunds come when a step lets them, in either order.
const webhooks = (mode: 'hold' | 'normal') => control(store, 'webhooks', { webhooks: mode })

type Mishap = 'none' | 'lost' | 'refuse' | 'killed' | 'no'

/** The processor, with what goes wrong while it is asked for a refund. */
function befallen(mishap: Mishap): Payments {
  const { processor } = payments
  if (mishap === 'killed') return killed(store)
  if (mishap === 'lost' || mishap === 'refuse') return losing(store, mishap)
  if (mishap === 'none') return payments
  const refund = () => Promise.reject(new Fault('payment_refused', 'The processor says no'))
  return { ...payments, processor: { ...processor, refund } }
}

const mishaps = fc.constantFrom<Mishap>('none', 'lost', 'refuse', 'killed', 'no')
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ask'),
      minor: fc.integer({ min: 1, max: 3000 }),
      which: fc.nat(3),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('try'),
      which: fc.nat(3),
      mishap: mishaps,
      isLast: fc.boolean(),
      atOnce: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('clear up'), isLater: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restrict', 'lift', 'forget') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settle'),
      which: fc.nat(3),
      as: fc.constantFrom(...SETTLEMENTS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('send back'), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('arrive'), isLater: fc.boolean() }) },
)

type Step = {
  readonly do: string
  readonly minor?: number
  readonly which?: number
  readonly mishap?: Mishap
  readonly isLast?: boolean
  readonly atOnce?: boolean
  readonly isLater?: boolean
  readonly as?: Settlement
}

async function take(order: Id, asked: Step): Promise<unknown> {
  const refunds = await refundsOf(database, order)
  const { id = order } = refunds[(asked.which ?? 0) % Math.max(refunds.length, 1)] ?? {}
  switch (asked.do) {
    case 'ask': {
      const seenRefundedMinor = (await sums(order)).reserved
      return requestRefund(payments, {
        orderId: order,
        of: asked.minor ?? 1,
        isPaidOtherwise: asked.which === 3,
        by,
        seenRefundedMinor,
      })
    }
    case 'try': {
      const { mishap = 'none', isLast = false, atOnce = false } = asked
      const job = { order, id }
      const attempt = () => carryOutRefund(befallen(mishap), job, { number: 1, isLast })
      const tried = await Promise.allSettled(atOnce ? [attempt(), attempt()] : [attempt()])
      const failed = tried.find(({ status }) => status === 'rejected')
      if (failed?.status === 'rejected') throw failed.reason
      return undefined
    }
    case 'clear up':
      if (asked.isLater) await passTime(order)
      return clearUpRefunds(payments)
    case 'restrict':
      return restrict(erasing, [order], 'customer')
    case 'lift':
      return liftRestriction(erasing, [order])
    case 'forget':
      return control(store, 'forget', {})
    case 'send back': {
      const made = await madeRefunds(store, order)
      return control(store, 'bounce', { refund: made[(asked.which ?? 0) % made.length]?.id ?? '' })
    }
    case 'arrive':
      return control(store, 'release', { reverse: asked.isLater })
    default:
      return settleRefund(payments, { orderId: order, id, by, as: asked.as ?? 'not made' })
  }
}

/** Two hours, for the refunds of an order: the sandbox has a clock of its own. */
async function passTime(order: Id): Promise<void> {
  await database.run(sql`
    update refund set tried_at = tried_at - interval '2 hours' where order_id = ${order}`)
}

async function sums(order: Id) {
  return database.one<Readonly<Record<'reserved' | 'paidBack' | 'tax' | 'total', number>>>(sql`
    select refunded_minor as reserved, paid_back_minor as "paidBack",
      paid_back_tax_minor as tax, total_minor as total
    from orders where id = ${order}`)
}

async function checkBooks(order: Id, saidMade: ReadonlySet<Id>): Promise<void> {
  const refunds = await refundsOf(database, order)
  const made = await madeRefunds(store, order)
  const { reserved, paidBack, tax, total } = await sums(order)
  const minorOf = (states: readonly Refund['state'][]) =>
    refunds
      .filter(({ state }) => states.includes(state))
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  assert.equal(reserved, minorOf(['requested', 'unclear', 'done']), 'what may go back is reserved')
  assert.equal(paidBack, minorOf(['done']), 'what has gone back is counted')
  const done = refunds.filter(({ state }) => state === 'done')
  assert.equal(tax, taxOf(done.flatMap(({ taxes }) => taxes)), 'and so is the tax in it')
  for (const { amountMinor, taxes } of refunds) assert.equal(grossOf(taxes), amountMinor)
  assert.ok(reserved <= total, 'no more is reserved than was paid')
  const references = made.map(({ metadata }) => metadata.reference)
  assert.equal(new Set(references).size, references.length, 'none is made twice')
  const live = made.filter(({ status }) => status !== 'failed')
  for (const { id, state, isPaidOtherwise } of refunds) {
    const isMade = references.includes(id)
    const isLive = live.some(({ metadata }) => metadata.reference === id)
    if (state === 'failed')
      assert.equal(isLive, false, 'what has failed was not made, or came back')
    if (state === 'done' && !saidMade.has(id) && !isPaidOtherwise)
      assert.equal(isMade, true, 'what is done was made')
  }
  const paid = live.reduce((sum, { amount }) => sum + amount, 0)
  assert.ok(paid <= reserved, 'what has gone back, and stays there, is reserved')
}

async function end(order: Id): Promise<void> {
  await liftRestriction(erasing, [order])
  for (const { id, state } of await refundsOf(database, order)) {
    if (state === 'requested') {
      await carryOutRefund(payments, { order, id }, { number: 11, isLast: true })
    }
  }
  await passTime(order)
  await clearUpRefunds(payments)
  await control(store, 'release', {})
  const states = (await refundsOf(database, order)).map(({ state }) => state)
  assert.ok(!states.includes('requested') && !states.includes('unclear'), 'all becomes clear')
  const failed = (await madeRefunds(store, order)).filter(({ status }) => status === 'failed')
  for (const { metadata } of failed) {
    const one = (await refundsOf(database, order)).find(({ id }) => id === metadata.reference)
    const state = one?.isPaidOtherwise ? 'done' : 'failed'
    assert.equal(one?.state, state, 'what came back has failed, unless it was paid otherwise')
  }
}

test('whatever happens to refunds, none is paid twice, and the books agree with the processor', async () => {
  await database.run(sql`update stock set available = 10000`)
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 4, maxLength: 14 }),
    async (steps) => {
      await webhooks('normal')
      await buy(store)
      await webhooks('hold')
      const order = await newestOrder(store)
      const saidMade = new Set<Id>()
      for (const one of steps) {
        const before = await refundsOf(database, order)
        await take(order, one).catch((error: unknown) => {
          const isExpected =
            error instanceof Fault || (error instanceof Error && /Refusal|Bug/.test(error.name))
          if (!isExpected || (error instanceof Bug && error.message !== 'killed')) throw error
        })
        if (one.do === 'settle' && one.as !== 'not made') {
          const unclear = before.filter(({ state }) => state === 'unclear')
          for (const { id } of unclear) saidMade.add(id)
        }
        await checkBooks(order, saidMade)
      }
      await end(order)
      await checkBooks(order, saidMade)
    },
  )
  await fc.assert(property, { numRuns: 15, endOnFailure: true })
})
