/** Whose an order is: of the account that placed it, of one at most, and of none once either has ended. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Person, signedInAt } from '../../test/support/account.ts'
import { newestOrder } from '../../test/support/outside.ts'
import { arrived, shipped } from '../../test/support/own-data.ts'
import { buy, goToPay } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { erase } from '../privacy/erasure.ts'
import { showAll } from '../privacy/holdings.ts'
import { openHeld } from '../privacy/vault.ts'
import {
  accountOfOrder,
  belongTo,
  orderIdsOf,
  ordersOf,
  takeOut,
  takeOutAgain,
} from './belonging.ts'

const store = await testStore({ after })
const { database, gateway, erasing } = store
const now = () => gateway.clock()

const someone = (name: string) => signedInAt(store, `${name}@belonging.example`)
const tie = (order: Id, { account }: Pick<Person, 'account'>) =>
  database.transaction((tx) => belongTo(tx, order, account, now()))

async function bought(): Promise<Id> {
  await buy(store)
  await store.work()
  return newestOrder(store)
}

test('of two accounts that ask for one order at once, one has it', async () => {
  const people = await Promise.all(['one', 'two', 'three', 'four'].map(someone))
  const order = await bought()
  await Promise.all(people.map((person) => tie(order, person)))
  const owners = await Promise.all(people.map(({ account }) => orderIdsOf(database, account)))
  assert.deepEqual(owners.flat(), [order])
})

test('an account lists its orders newest first, 20 a page, and nobody else’s', async () => {
  const person = await someone('many')
  const order = await bought()
  const ids = Array.from({ length: 21 }, () => newId(now())).toSorted()
  await database.run(sql`
    insert into orders (id, state, placed_at, country, currency, items_minor, shipping_minor,
      tax_minor, total_minor, taxes, prices_include_tax, shipping_method, weight_grams, language,
      revision)
    select n.id, state, placed_at, country, currency, items_minor, shipping_minor, tax_minor,
      total_minor, taxes, prices_include_tax, shipping_method, weight_grams, language, revision
    from orders, unnest(${ids}::uuid[]) as n (id) where orders.id = ${order}`)
  await database.run(sql`
    insert into data_key (id, kind, generation, wrapped)
    select id, 'order', 1, '' from unnest(${ids}::uuid[]) as n (id)`)
  for (const id of ids) await tie(id, person)
  const shown = await Promise.all([1, 2, 9].map((page) => ordersOf(database, person.account, page)))
  const [first, ...rest] = shown.map(({ orders }) => orders.map(({ id }) => id))
  assert.deepEqual(first, ids.slice(1).toReversed())
  assert.deepEqual(rest, [ids.slice(0, 1), ids.slice(0, 1)])
  assert.deepEqual(
    shown.map(({ page, pages }) => [page, pages]),
    [
      [1, 2],
      [2, 2],
      [2, 2],
    ],
  )
})

test('an order is taken out by its own account alone, and stays out after a restore', async () => {
  const [person, other] = [await someone('takes-out'), await someone('takes-nothing')]
  const [out, kept] = [await bought(), await bought()]
  for (const order of [out, kept]) await tie(order, person)
  await database.script('create table was_account_order as table account_order')
  const { endings } = gateway.vault
  await takeOut(database, endings, out, other.account)
  assert.equal(await accountOfOrder(database, out), person.account)
  await Promise.all([1, 2].map(() => takeOut(database, endings, out, person.account)))
  assert.deepEqual(await orderIdsOf(database, person.account), [kept])

  await tie(out, other)
  const again = await database.one<{ tie: Id }>(
    sql`select tie from account_order where order_id = ${out}`,
  )
  const noted = (await endings.all()).filter(({ what }) => what === 'dropped')
  assert.deepEqual(new Set(noted.map(({ about }) => about)), new Set(['']))
  for (const id of [out, person.account, again.tie]) {
    assert.ok(!noted.some((line) => line.id === id), 'the list leads to neither')
  }
  await takeOutAgain(database, await endings.all())
  assert.equal(await accountOfOrder(database, out), other.account, 'another tie is another')
  await database.script(`delete from account_order;
    insert into account_order table was_account_order; drop table was_account_order`)
  await takeOutAgain(database, await endings.all())
  assert.deepEqual(await orderIdsOf(database, person.account), [kept])
})

test('C3.1 an account that ends takes its addresses and links along, and leaves its orders', async () => {
  const person = await someone('leaves')
  const order = await bought()
  await tie(order, person)
  const { fields } = await showAll(erasing.holdings, database, [person.account])
  const link = fields.find(({ name }) => name === 'account_order.order_id')
  assert.deepEqual([link?.value, link?.rule], [order, 'account-order'])
  assert.ok(await erase(erasing, [person.account]))
  assert.equal(await accountOfOrder(database, order), undefined)
  assert.ok((await openHeld(gateway.vault, database, order, ['email'])).email)
  await tie(order, person)
  assert.equal(await accountOfOrder(database, order), undefined)
})

test('C3.1 the erasure of an order ends its link, of an open one at once; the account stays', async () => {
  const person = await someone('stays')
  const [open, closed] = [await bought(), await bought()]
  for (const order of [open, closed]) await tie(order, person)
  await shipped(store, closed)
  await arrived(store, closed)
  const shown = await showAll(erasing.holdings, database, [closed])
  const names = shown.fields
    .filter(({ rule }) => rule.startsWith('account-'))
    .map(({ name }) => name)
  assert.deepEqual(names, ['account_order.joined_at'], 'an order does not say whose it is')
  assert.ok(await erase(erasing, [open, closed]))
  assert.deepEqual(await orderIdsOf(database, person.account), [])
  assert.ok(await erase(erasing, [person.account]))
})

test('C3.1 an order that was never paid leaves no link behind', async () => {
  const person = await someone('unpaid')
  const { shopper } = await goToPay(store)
  const { id } = await database.one<{ id: Id }>(
    sql`select id from orders where state = 'awaiting payment' order by id desc limit 1`,
  )
  await tie(id, person)
  await shopper.post('/checkout/cancelled', {})
  assert.equal(await accountOfOrder(database, id), undefined)
})
