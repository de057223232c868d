/** Restriction: stored and nothing else, whatever was under way (art. 18 GDPR). */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inbox, journal, newestOrder } from '../../test/support/outside.ts'
import { shipped } from '../../test/support/own-data.ts'
import { ADA, buy } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { announce } from '../orders/announce.ts'
import { disclosuresOf } from '../orders/disclosures.ts'
import { addEvent, changeState, stateOf, timeline } from '../orders/order.ts'
import { cancelOrder, carryOutRefund, refundsOf, requestRefund } from '../payments/refund.ts'
import { requestShipment, shipmentsOf } from '../shipping/shipment.ts'
import { erase } from './erasure.ts'
import { type Ask, deliver, giveUp, grant, resume, show, showOwner } from './gateway.ts'
import { heldBack } from './held-back.ts'
import { isRestricted, liftRestriction, restrict } from './restriction.ts'

const store = await testStore({ after })
const { database, gateway, erasing } = store

async function paid(): Promise<Id> {
  await buy(store)
  await store.work()
  return newestOrder(store)
}

const refused = { name: 'Refusal', message: /the person has restricted the use of their data/ }

test('C5 what is restricted is told to nobody and looked at by nobody', async () => {
  const order = await paid()
  assert.equal(await restrict(erasing, [order], 'customer'), 1)
  const before = await disclosuresOf(database, order)
  const about = { subject: order, company: 'x' }
  const asks: readonly Ask[] = [
    { to: 'mail relay', for: 'messages about an order', ...about, because: 'order paid' },
    { to: 'payment processor', for: 'refund', ...about, because: 'refund asked for' },
  ]
  for (const ask of asks) {
    await assert.rejects(
      database.transaction((tx) => grant(gateway, tx, ask as never)),
      refused,
    )
  }
  const because = 'a request about personal data'
  for (const ask of [
    { to: 'staff: packing', for: 'packing', ...about, because },
    { to: 'staff: service', for: 'service', ...about, because },
    { to: 'staff: accounts', for: 'accounting', ...about, because },
  ] as const) {
    await assert.rejects(show(gateway, ask), refused)
  }
  assert.deepEqual(await disclosuresOf(database, order), before)
})

test('its person still sees it, and is told what they ask for', async () => {
  const order = await paid()
  await restrict(erasing, [order], 'customer')
  assert.equal((await showOwner(gateway, order)).email, ADA.email)
  const granted = await database.transaction((tx) =>
    grant(gateway, tx, {
      ...{ to: 'mail relay', for: 'messages about a request', subject: order },
      ...{ company: store.parties.relay.company.name, because: 'data link asked for' },
    }),
  )
  assert.ok(granted.id)
})

test('what was granted before is not carried out after', async () => {
  const order = await paid()
  const company = store.parties.relay.company.name
  const disclosure = await database.transaction((tx) =>
    grant(gateway, tx, {
      ...{ to: 'mail relay', for: 'messages about an order', subject: order, company },
      because: 'order paid',
    }),
  )
  await restrict(erasing, [order], 'customer')
  const message = { subject: 's', text: 't', html: '' }
  const never = () => assert.fail('the adapter must not be called')
  await assert.rejects(deliver(gateway, disclosure, { message }, never), refused)
})

test('what goes on without its message sends none, and leaves nothing open', async () => {
  const order = await paid()
  await restrict(erasing, [order], 'customer')
  const [mails, told] = [await inbox(store, ADA.email ?? ''), await disclosuresOf(database, order)]
  await database.transaction(async (tx) => {
    await announce(gateway, tx, order, 'parcel shipped')
    await addEvent(tx, order, { kind: 'went on', by: 'store' }, gateway.clock())
  })
  await store.work()
  assert.equal((await timeline(database, order)).at(-1)?.kind, 'went on')
  assert.equal((await inbox(store, ADA.email ?? '')).length, mails.length)
  assert.deepEqual(await disclosuresOf(database, order), told)
})

test('jobs that were under way end cleanly: a mail, a parcel, a refund', async () => {
  await buy(store)
  const order = await newestOrder(store)
  await database.transaction((tx) =>
    changeState(tx, order, ['paid'], 'packed', { kind: 'packed', by: 'store' }, gateway.clock()),
  )
  await requestShipment(store.shipping, order, 'store')
  const asked = { orderId: order, of: 100, by: 'store', seenRefundedMinor: 0 }
  await requestRefund(store.payments, asked)
  await restrict(erasing, [order], 'customer')
  const mails = (await inbox(store, ADA.email ?? '')).length
  const parcels = (await journal(store, 'carrier')).filter(({ method }) => method === 'POST').length
  await store.work()
  assert.equal((await inbox(store, ADA.email ?? '')).length, mails)
  const posts = (await journal(store, 'carrier')).filter(({ method }) => method === 'POST')
  assert.equal(posts.length, parcels)
  assert.equal((await shipmentsOf(database, order)).at(-1)?.state, 'failed')
  assert.equal((await refundsOf(database, order)).at(-1)?.state, 'failed')
  const outcomes = (await disclosuresOf(database, order)).map(({ outcome }) => outcome)
  assert.ok(!outcomes.includes(null), 'nothing stays open')

  await liftRestriction(erasing, [order])
  await requestShipment(store.shipping, order, 'store')
  await requestRefund(store.payments, asked)
  await store.work()
  assert.equal(await stateOf(database, order), 'shipped')
  assert.equal((await refundsOf(database, order)).at(-1)?.state, 'done')
})

test('what is refused between a job’s beginning and its delivery is concluded as refused, once', async () => {
  const order = await paid()
  const ask = { to: 'mail relay', for: 'messages about an order', subject: order } as const
  const company = store.parties.relay.company.name
  const begun = await database.transaction((tx) =>
    grant(gateway, tx, { ...ask, company, because: 'order paid' }),
  )
  const disclosure = await resume(gateway, begun.id, ask.to, ask.for)
  assert.ok(disclosure !== undefined)
  await restrict(erasing, [order], 'customer')
  const message = { subject: '', text: '', html: '' }
  const never = () => assert.fail('nothing is handed on')
  for (const _ of ['once', 'tried again']) {
    await assert.rejects(deliver(gateway, disclosure, { message }, never), refused)
    await giveUp(gateway, disclosure)
  }
  const outcomeOf = async () => {
    const all = await disclosuresOf(database, order)
    return all.find(({ id }) => id === begun.id)?.outcome
  }
  assert.equal(await outcomeOf(), 'refused')
  const { n } = await database.one<{ n: number }>(sql`
    select count(*) as n from ledger_entry where leaf like ${`%"reference":"${begun.id}"%`}`)
  assert.equal(n, 2, 'granted, and refused')
})

test('a refund that the processor has made is recorded, whatever came in between', async () => {
  const order = await paid()
  const asked = { orderId: order, of: 100, by: 'store', seenRefundedMinor: 0 }
  await requestRefund(store.payments, asked)
  const refund = store.payments.processor.refund.bind(store.payments.processor)
  const payments = {
    ...store.payments,
    processor: {
      ...store.payments.processor,
      async refund(...told: Parameters<typeof refund>) {
        const reference = await refund(...told)
        await restrict(erasing, [order], 'customer')
        return reference
      },
    },
  }
  const [{ id } = assert.fail()] = await refundsOf(database, order)
  await carryOutRefund(payments, { order, id }, { number: 1, isLast: false })
  assert.equal((await refundsOf(database, order)).at(-1)?.state, 'done')
})

test('no order is cancelled with its money kept back', async () => {
  const order = await paid()
  await restrict(erasing, [order], 'customer')
  const cancelled = cancelOrder(store.payments, { orderId: order, by: 'store' }, async () => {})
  await assert.rejects(cancelled, refused)
  assert.equal(await stateOf(database, order), 'paid')
})

test('set and lifted are in the ledger, once each', async () => {
  const order = await paid()
  const count = await entries()
  await Promise.all([
    restrict(erasing, [order], 'customer'),
    restrict(erasing, [order], 'customer'),
  ])
  assert.deepEqual([...(await heldBack(database, [order]))], [order])
  assert.equal(await liftRestriction(erasing, [order]), 1)
  assert.equal(await liftRestriction(erasing, [order]), 0)
  assert.equal((await heldBack(database, [order])).size, 0)
  assert.equal((await entries()) - count, 2)
})

test('C3.1 what is restricted can be erased, and what has ended is not restricted', async () => {
  const order = await paid()
  await shipped(store, order)
  await database.run(sql`update orders set state = 'delivered' where id = ${order}`)
  await restrict(erasing, [order], 'customer')
  assert.ok(await erase(erasing, [order]))
  assert.equal(await isRestricted(database, order), false)
  assert.equal(await restrict(erasing, [order], 'customer'), 0)
})

async function entries(): Promise<number> {
  const row = await database.one<{ n: number }>(sql`
    select count(*) as n from ledger_entry
    where leaf like '%"kind":"use restricted"%' or leaf like '%"kind":"restriction lifted"%'`)
  return row.n
}
