/**
 * Orders: a state changes only from one that allows it, together with its event; the secret link opens one order.
 */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventsOf } from '../../test/support/books.ts'
import { newestOrder } from '../../test/support/outside.ts'
import { buy } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { type Id, instantOf, newId } from '../base/ids.ts'
import { linkToken, orderOfToken } from './link.ts'
import { changeState, findByNumber, findOrder, listOrders, timeline } from './order.ts'

const store = await testStore({ after })
const { database } = store
const { clock, vault } = store.payments.gateway
let order: Id
before(async () => {
  await buy(store)
  order = await newestOrder(store)
})

const move = (from: 'paid' | 'packed' | 'shipped', to: 'packed' | 'delivered', id = order) =>
  database.transaction((tx) => changeState(tx, id, [from], to, { kind: to, by: 'store' }, clock()))

test('an order is found by its id and its number, with its lines and amounts', async () => {
  const found = await findOrder(database, order)
  assert.equal(found?.state, 'paid')
  assert.deepEqual(
    found?.lines.map(({ sku, quantity, unitMinor }) => [sku, quantity, unitMinor]),
    [['TEAPOT-1', 1, 4250]],
  )
  assert.equal(found?.totalMinor, (found?.itemsMinor ?? 0) + (found?.shippingMinor ?? 0))
  assert.deepEqual(await findByNumber(database, found?.number ?? 0), found)
  assert.equal(await findOrder(database, newId(clock())), undefined)
  assert.equal(await findByNumber(database, 1), undefined)
})

test('a state changes from one that allows it, and of two at once one is told', async () => {
  await assert.rejects(move('shipped', 'delivered'), { code: 'conflict' })
  const packed = await Promise.allSettled([move('paid', 'packed'), move('paid', 'packed')])
  assert.deepEqual(packed.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.deepEqual(await eventsOf(store, order), ['placed', 'paid', 'packed'])
  await assert.rejects(move('paid', 'packed', newId(clock())), { code: 'conflict' })
})

test('the timeline says who and when', async () => {
  const events = await timeline(database, order)
  assert.deepEqual(
    events.map(({ by }) => by),
    ['customer', 'Stripe', 'store'],
  )
  for (const { id, at } of events) assert.ok(instantOf(id).equals(at))
})

test('orders are listed newest first, unpaid ones only when they are asked for', async () => {
  const listed = await listOrders(database, { limit: 5 })
  assert.deepEqual(
    listed.map(({ id }) => id),
    [order],
  )
  assert.deepEqual(await listOrders(database, { limit: 5, before: order }), [])
  assert.deepEqual(await listOrders(database, { limit: 5, state: 'delivered' }), [])
})

test('a secret link opens its order; one that was changed, shortened or made up opens none', () => {
  const token = linkToken(vault.keys, order)
  assert.equal(orderOfToken(vault.keys, token), order)
  assert.match(token, /^[\w-]{43}$/)
  const others = Array.from(token, (letter, at) => {
    const other = letter === 'A' ? 'B' : 'A'
    return token.slice(0, at) + other + token.slice(at + 1)
  })
  const made = [
    ...others,
    token.slice(0, -1),
    `${token}A`,
    '',
    'x',
    order,
    `${token}=`,
    ` ${token}`,
  ]
  for (const one of made) assert.equal(orderOfToken(vault.keys, one), undefined, one)
})
