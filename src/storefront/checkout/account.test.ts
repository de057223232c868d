/**
 * The checkout of whoever is signed in: filled from what the account keeps, never asked of anybody, stored nowhere.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedInAt } from '../../../test/support/account.ts'
import { catalogueOf, goods, variantOf } from '../../../test/support/goods.ts'
import { newestOrder } from '../../../test/support/outside.ts'
import { ADA } from '../../../test/support/purchase.ts'
import { fieldsOf, type Shopper, shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import type { Query, Transaction } from '../../base/database.ts'
import { type Id, newId } from '../../base/ids.ts'
import { readContact } from '../../checkout/contact.ts'
import { place } from '../../checkout/place.ts'
import { addressesOf, keepAddress, MOST_ADDRESSES } from '../../customers/addresses.ts'
import { endSession } from '../../customers/session.ts'
import { accountOfOrder } from '../../orders/belonging.ts'
import { Personal } from '../../privacy/personal.ts'
import { openHeld } from '../../privacy/vault.ts'

const store = await testStore(
  { after },
  { catalogue: catalogueOf([goods('teapot', '42.50', 999)]) },
)
const { database, gateway } = store
let people = 0

async function keeper(addresses: readonly Partial<typeof home>[] = [{}]) {
  people += 1
  const person = await signedInAt(store, `keeper-${people}@checkout.example`)
  for (const address of addresses) await keepAddress(gateway, person.account, parts(address))
  return person
}

const home = {
  ...{ line1: 'Home Row 1', line2: '', postalCode: '1050', city: 'Copenhagen', region: '' },
  country: 'DK',
}

const parts = (address: Partial<typeof home>) => [
  Personal.of('firstName', 'Grace'),
  Personal.of('lastName', 'Hopper'),
  Personal.of('phone', '+45 11 22 33 44'),
  Personal.of('postalAddress', { ...home, ...address }),
]

async function checkoutOf(shopper: Shopper, query = '?country=DK') {
  const variant = await variantOf(store, 'teapot')
  await shopper.post('/cart/lines', { variant, quantity: '1' })
  const { text } = await shopper.get(`/checkout${query}`)
  return { text, fields: fieldsOf(text) }
}

async function send(shopper: Shopper, fields: Record<string, string>) {
  const { keep: _, ...rest } = fields
  return shopper.post('/checkout', { ...rest, ...(fields.keep === 'tick' && { keep: 'yes' }) })
}

test('the form comes filled from the default address and the account’s e-mail', async () => {
  const { shopper, email } = await keeper([{}, { line1: 'Work Street 2' }])
  const { fields, text } = await checkoutOf(shopper)
  const { line1, postalCode, city } = home
  const expected = { email, firstName: 'Grace', lastName: 'Hopper', line1, postalCode, city }
  for (const [name, value] of Object.entries(expected)) assert.equal(fields[name], value, name)
  assert.equal(fields.phone, '+45 11 22 33 44')
  const other = /href="(\/checkout\?[^"]*address=[^"]*)">Grace Hopper, Work Street 2/.exec(
    text,
  )?.[1]
  const second = fieldsOf((await shopper.get((other ?? '').replaceAll('&amp;', '&'))).text)
  assert.equal(second.line1, 'Work Street 2')
})

test('one page, and eight fields in sight at most', async () => {
  const { shopper } = await keeper()
  for (const country of ['DK', 'US']) {
    const { text } = await checkoutOf(shopper, `?country=${country}`)
    const inSight = text.replaceAll(/<details>.*?<\/details>/gs, '')
    const fields = [...inSight.matchAll(/<(?:input|textarea|select)\b[^>]*>/g)].filter(
      ([tag]) => !/type="(?:hidden|radio|search)"/.test(tag),
    )
    assert.ok(fields.length <= 8, `${country}: ${fields.length}`)
  }
})

test('an address goes into no other country: there the name is filled in alone', async () => {
  const { shopper } = await keeper()
  const { fields } = await checkoutOf(shopper, '?country=DE')
  assert.deepEqual([fields.firstName, fields.line1, fields.city], ['Grace', '', ''])
  const abroad = await keeper([{ country: 'DE', postalCode: '10115', city: 'Berlin' }])
  const usual = await checkoutOf(abroad.shopper, '')
  assert.deepEqual([usual.fields.country, usual.fields.city], ['DE', 'Berlin'])
})

test('the address of somebody else fills nothing', async () => {
  const other = await keeper([{ line1: 'Secret Lane 9' }])
  const [{ id } = { id: '' }] = await addressesOf(gateway, other.account)
  const { shopper } = await keeper()
  const { text, fields } = await checkoutOf(shopper, `?country=DK&address=${id}`)
  assert.equal(fields.line1, 'Home Row 1')
  assert.doesNotMatch(text, /Secret Lane/)
})

test('what is changed is the order’s alone, unless the address is to be kept', async () => {
  const { shopper, account } = await keeper()
  const { fields } = await checkoutOf(shopper)
  await send(shopper, { ...fields, line1: 'Once Only 3' })
  const order = await newestOrder(store)
  assert.equal(await accountOfOrder(database, order), account)
  const held = await openHeld(gateway.vault, database, order, ['postalAddress'])
  assert.equal(held.postalAddress?.line1, 'Once Only 3')
  assert.equal((await addressesOf(gateway, account)).length, 1)

  for (let times = 0; times < 2; times += 1) {
    const again = await checkoutOf(shopper)
    await send(shopper, { ...again.fields, line1: 'For Good 4', keep: 'tick' })
  }
  const streets = (await addressesOf(gateway, account)).map((kept) => kept.postalAddress.line1)
  assert.deepEqual(streets, ['Home Row 1', 'For Good 4'])
})

test('a form with errors comes back with its tick, and keeps nothing', async () => {
  const { shopper, account } = await keeper()
  const { fields } = await checkoutOf(shopper)
  const { status, text } = await send(shopper, { ...fields, postalCode: 'x', keep: 'tick' })
  assert.equal(status, 422)
  assert.match(text, /name="keep" value="yes" checked/)
  assert.equal((await addressesOf(gateway, account)).length, 1)
})

test('an account that is full is offered no tick, and buys all the same', async () => {
  const many = Array.from({ length: MOST_ADDRESSES }, (_, n) => ({ line1: `Street ${n}` }))
  const { shopper, account } = await keeper(many)
  const { fields, text } = await checkoutOf(shopper)
  assert.doesNotMatch(text, /name="keep"/)
  const { status } = await send(shopper, { ...fields, line1: 'One More 21', keep: 'tick' })
  assert.equal(status, 200)
  assert.equal((await addressesOf(gateway, account)).length, MOST_ADDRESSES)
})

test('whose session ended on the way has bought as a guest, and keeps nothing', async () => {
  const { shopper, account } = await keeper()
  const { fields } = await checkoutOf(shopper)
  await endSession(gateway, shopper.cookies.get('__Host-session') ?? '')
  const { status } = await send(shopper, { ...fields, line1: 'Too Late 5', keep: 'tick' })
  assert.equal(status, 200)
  assert.equal(await accountOfOrder(database, await newestOrder(store)), undefined)
  assert.equal((await addressesOf(gateway, account)).length, 1)
})

test('C7 a filled page is stored nowhere, and the next visitor sees nothing of it', async () => {
  const { shopper, email } = await keeper()
  await checkoutOf(shopper)
  const cookie = [...shopper.cookies].map((pair) => pair.join('=')).join('; ')
  const answer = await fetch(new URL('/checkout?country=DK', store.url), { headers: { cookie } })
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(await answer.text(), new RegExp(email))
  const stranger = await checkoutOf(shopperAt(store.url))
  assert.doesNotMatch(stranger.text, /Hopper|Home Row|checkout\.example|name="keep"/)
  assert.doesNotMatch(shopper.given.join(' '), /Hopper|Home|keeper/)
  const shelf = await (await fetch(store.url, { headers: { cookie } })).text()
  assert.equal(shelf, await (await fetch(store.url)).text())
})

test('placing an order costs a guest no statement more, and an account one', async () => {
  const { account } = await keeper()
  const [guests, accounts] = [await statementsOf(undefined), await statementsOf(account)]
  assert.equal(accounts.length, guests.length + 1)
  assert.ok(!guests.some((text) => text.includes('account_order')))
})

/** The statements of the transaction in which an order is placed. */
async function statementsOf(account: Id | undefined): Promise<readonly string[]> {
  const seen: string[] = []
  const watched = (tx: Transaction): Transaction =>
    new Proxy(tx, {
      get(target, name) {
        const run: unknown = Reflect.get(target, name)
        if (typeof run !== 'function') return run
        return (query: Query) => {
          seen.push(query.text)
          return Reflect.apply(run, target, [query])
        }
      },
    })
  const watching: typeof database = {
    ...database,
    transaction: (work) => database.transaction((tx) => work(watched(tx))),
  }
  const { pricing, payments } = store.checkout
  const checkout = {
    pricing,
    payments: { ...payments, gateway: { ...gateway, database: watching } },
  }
  const shopper = shopperAt(store.url)
  const { fields } = await checkoutOf(shopper)
  const read = readContact(ADA, 'DK')
  assert.ok('contact' in read)
  const [method = '', shown = ''] = (fields.shown ?? '').split(' ')[0]?.split(':') ?? []
  const cartId = shopper.cookies.get('__Host-cart') ?? newId(gateway.clock())
  const wanted = { cartId, contact: read.contact, country: 'DK', method, language: 'en', account }
  await place(checkout, { ...wanted, shownMinor: Number(shown) })
  return seen
}
