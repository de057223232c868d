/** All that is held, without a mail: for whoever has just shown who they are, and of nobody else. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Person, signedInAt } from '../../../test/support/account.ts'
import { inbox, newestOrder } from '../../../test/support/outside.ts'
import { ADA, buy } from '../../../test/support/purchase.ts'
import { shopperAt } from '../../../test/support/shopper.ts'
import { PASSWORD } from '../../../test/support/sign-in.ts'
import { testStore } from '../../../test/support/store.ts'
import { systemClock } from '../../base/clock.ts'
import { sql } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import { findSession } from '../../customers/session.ts'
import { openHeld } from '../../privacy/vault.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, gateway } = store
const DATA = '/account/data'
const HOME = { ...ADA, line1: 'Kept Street 7', country: 'DK' }
let person: Person
/** Of the account; of its address, placed as a guest; of nobody here. */
let orders: { readonly own: Id; readonly same: Id; readonly strange: Id }

before(async () => {
  person = await signedInAt(store, 'own@data.example')
  const cookies = { '__Host-session': person.shopper.cookies.get('__Host-session') ?? '' }
  const buyAs = async (email: string, carried = {}) => {
    await buy(store, { contact: { ...ADA, email }, cookies: carried })
    return newestOrder(store)
  }
  orders = {
    own: await buyAs('elsewhere@data.example', cookies),
    same: await buyAs('own@data.example'),
    strange: await buyAs('strange@data.example'),
  }
  await person.shopper.post('/account/addresses', HOME)
})

async function numberOf(id: Id): Promise<number> {
  const row = await database.one<{ number: number }>(
    sql`select number from orders where id = ${id}`,
  )
  return row.number
}

test('C3.1 the page shows account, addresses, its orders and those of its own address', async () => {
  const { status, text } = await person.shopper.get(DATA)
  assert.equal(status, 200)
  assert.match(text, /id="account".*own@data\.example/s)
  assert.match(text, /Kept Street 7/)
  for (const id of [orders.own, orders.same]) {
    assert.ok(text.includes(`id="order-${await numberOf(id)}"`))
  }
  assert.ok(!text.includes(`id="order-${await numberOf(orders.strange)}"`))
  assert.doesNotMatch(text, /strange@data/)
  assert.equal((await inbox(store, 'own@data.example')).length, 0, 'no mail was needed')
})

test('C3.1 the downloads hold it too, and an order’s rights are behind the same door', async () => {
  const { shopper } = person
  const { held } = JSON.parse((await shopper.get(`${DATA}.json`)).text)
  const names = held.map(({ name }: { name: string }) => name)
  for (const name of ['addressBook', 'account.confirmed_at', 'account_order.order_id']) {
    assert.ok(names.includes(name), name)
  }
  // That of an order ends with its contact, that of the account with the account, which has no limit.
  const lookUps = held.filter(({ name }: { name: string }) => name === 'lookUp.email')
  const ends = lookUps.map(({ order, until }: { order?: number; until: string | null }) => [
    order === undefined,
    until === null,
  ])
  assert.ok(ends.length > 1)
  for (const [isAccount, hasNoLimit] of ends) assert.equal(hasNoLimit, isAccount)
  assert.match((await shopper.get(`${DATA}.csv`)).text, /Kept Street 7/)
  assert.match((await shopper.get(`${DATA}.pdf`)).text, /^%PDF/)
  const rights = `${DATA}/orders/${await numberOf(orders.own)}`
  assert.equal((await shopper.get(rights)).status, 200)
  assert.equal((await shopper.get(`${DATA}/orders/${await numberOf(orders.strange)}`)).status, 404)
})

test('a session alone opens nothing: the password is asked for, and leads back', async () => {
  ahead = Temporal.Duration.from({ minutes: 31 })
  const { shopper } = person
  const paths = [DATA, `${DATA}.json`, `${DATA}/erasure`, `${DATA}/orders/1`]
  for (const path of paths) {
    const { url, text } = await shopper.get(path)
    assert.equal(url.pathname, '/account/proof', path)
    assert.doesNotMatch(text, /Lovelace|Kept Street/)
  }
  const erased = await shopper.post(`${DATA}/erasure`, { when: 'now' })
  assert.equal(erased.url.pathname, '/account/proof')
  assert.ok((await openHeld(gateway.vault, database, person.account, ['email'])).email)

  const asked = await shopper.get(`${DATA}/erasure`)
  const to = asked.url.searchParams.get('to') ?? ''
  for (const password of ['', 'a wrong one, quite long']) {
    const { status } = await shopper.post('/account/proof', { password, to })
    assert.equal(status, password === '' ? 422 : 401)
  }
  const proven = await shopper.post('/account/proof', { password: PASSWORD, to })
  assert.equal(proven.url.pathname, `${DATA}/erasure`)
  const elsewhere = { password: PASSWORD, to: 'https://evil.example/' }
  const { url } = await shopper.post('/account/proof', elsewhere)
  assert.equal(url.href, new URL('/account', store.url).href)
  ahead = Temporal.Duration.from({ minutes: 0 })
})

test('without a session, or with one that has ended, the door leads to the sign-in', async () => {
  for (const path of [DATA, `${DATA}.json`, `${DATA}.pdf`, `${DATA}/erasure`, '/account/proof']) {
    const { url } = await shopperAt(store.url).get(path)
    assert.equal(url.pathname, '/account/sign-in', path)
  }
})

test('guessing at the password has its limit', async () => {
  const { shopper } = await signedInAt(store, 'guessed@data.example')
  const guess = () => shopper.post('/account/proof', { password: 'one guess of many' })
  for (let tries = 0; tries < 5; tries += 1) assert.equal((await guess()).status, 401)
  const tooOften = await guess()
  assert.equal(tooOften.status, 429)
  assert.equal(tooOften.headers.get('retry-after'), '900')
})

test('C3.1 a deletion that waits tells the account’s own address, and not that of an order', async () => {
  const waiting = await person.shopper.post(`${DATA}/erasure`, { what: 'all', when: 'later' })
  assert.match(waiting.url.pathname, /^\/privacy\/deletions\//)
  await store.work()
  const told = async (address: string) =>
    (await inbox(store, address)).filter(({ subject }) => subject.includes('72 hours')).length
  assert.equal(await told('own@data.example'), 1)
  assert.equal(await told('elsewhere@data.example'), 0)
  await person.shopper.post(waiting.url.pathname, {})
})

test('C3.1 the account ends alone, by the deletion that orders end by; its orders stay', async () => {
  const { shopper, account } = person
  assert.match((await shopper.get(`${DATA}/erasure`)).text, /value="account" checked/)
  const token = shopper.cookies.get('__Host-session') ?? ''
  const done = await shopper.post(`${DATA}/erasure`, { what: 'account', when: 'now' })
  assert.match(done.url.pathname, /^\/privacy\/receipts\/[\w-]{43}$/)
  assert.deepEqual(await openHeld(gateway.vault, database, account, ['email', 'addressBook']), {})
  assert.equal(shopper.cookies.has('__Host-session'), false)
  assert.equal(await findSession(gateway, token), undefined)
  for (const order of [orders.own, orders.same]) {
    assert.ok((await openHeld(gateway.vault, database, order, ['email'])).email)
  }
  assert.equal((await shopper.get('/account/orders')).url.pathname, '/account/sign-in')
})
