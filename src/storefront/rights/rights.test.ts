/** What a person can do with one order's data, by the link to their own address and by no other. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newestOrder } from '../../../test/support/outside.ts'
import { arrived, dataLink, shipped } from '../../../test/support/own-data.ts'
import { ADA, buy, order as place } from '../../../test/support/purchase.ts'
import { fieldsOf, shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import { sql } from '../../base/database.ts'
import { type Id, newId } from '../../base/ids.ts'
import { setHold } from '../../privacy/legal-hold.ts'
import { isRestricted } from '../../privacy/restriction.ts'
import { openHeld } from '../../privacy/vault.ts'

const store = await testStore({ after })
const { database, gateway } = store
const visitor = shopperAt(store.url)
let order: Id
let data: string
let path: string
before(async () => {
  await buy(store)
  await store.work()
  order = await newestOrder(store)
  data = (await dataLink(store, ADA.email ?? '')).pathname
  path = `${data}/orders/${await numberOf(order)}`
})

async function numberOf(id: Id): Promise<number> {
  return (await database.one<{ number: number }>(sql`select number from orders where id = ${id}`))
    .number
}

test('a person restricts the use, sees that it is, and lifts it', async () => {
  assert.match((await visitor.get(data)).text, new RegExp(`href="${path}">Correct or restrict`))
  const set = await visitor.post(`${path}/restriction`, {})
  assert.equal(set.status, 200)
  assert.match(set.text, /role="status">The use of this order’s data is restricted from now on/)
  assert.ok(await isRestricted(database, order))
  const { text } = await visitor.get(data)
  assert.match(text, /The use of this data is restricted/)
  const own = /href="(\/orders\/[^"]+)"/.exec(text)?.[1] ?? ''
  assert.match((await visitor.get(own)).text, /You have restricted the use of this order’s data/)
  const lifted = await visitor.post(`${path}/restriction/end`, {})
  assert.match(lifted.text, /The restriction is lifted/)
  assert.equal(await isRestricted(database, order), false)
  assert.doesNotMatch((await visitor.get(own)).text, /You have restricted/)
})

test('a legal hold is shown with its ground and its last day, here and before an erasure', async () => {
  const until = gateway.clock().toZonedDateTimeISO('UTC').toPlainDate().add({ days: 9 })
  const by = newId(gateway.clock())
  const ground = 'its payment is disputed'
  await setHold(store.erasing, { subject: order, ground, until: until.toString(), by })
  for (const page of [data, path]) {
    const { text } = await visitor.get(page)
    assert.match(text, /Legal hold: .* because its payment is disputed/)
  }
  const { text } = await visitor.get(`${data}/erasure`)
  assert.match(text, /everything about you, <strong>until .*because its payment is disputed/s)
})

test('nobody else’s order is opened, nor an order that is not there, nor one by a wrong link', async () => {
  await buy(store, { contact: { ...ADA, email: 'grace@example.com' } })
  const other = await newestOrder(store)
  for (const number of [await numberOf(other), '1', 'x', '']) {
    for (const deed of ['', '/correction', '/restriction', '/restriction/end']) {
      const url = `${data}/orders/${number}${deed}`
      const { status } = await (deed === '' ? visitor.get(url) : visitor.post(url, {}))
      assert.equal(status, 404, url)
    }
  }
  assert.equal((await visitor.post(`/privacy/data/x/orders/1/restriction`, {})).status, 404)
  assert.equal(await isRestricted(database, other), false)
})

test('an order that was not paid is not restricted: it lapses', async () => {
  await place(store)
  const open = await newestOrder(store)
  const url = `${data}/orders/${await numberOf(open)}`
  assert.match((await visitor.get(url)).text, /has not been paid/)
  assert.equal((await visitor.post(`${url}/restriction`, {})).status, 409)
})

test('a person corrects their data; what is wrong comes back with what was typed', async () => {
  const { text } = await visitor.get(path)
  const fields = { ...fieldsOf(text), lastName: 'Byron', city: 'Aarhus' }
  const wrong = await visitor.post(`${path}/correction`, { ...fields, postalCode: 'x', line1: '' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /<title>Error: .*href="#line1".*href="#postalCode".*value="Byron"/s)
  const done = await visitor.post(`${path}/correction`, fields)
  assert.match(done.text, /It is corrected\./)
  const page = await visitor.get(data)
  for (const value of ['Byron', 'Aarhus', ADA.line1 ?? '']) assert.ok(page.text.includes(value))
  assert.match((await visitor.post(`${path}/correction`, fields)).text, /Nothing was different/)
})

test('what was corrected stands in its place, on the page and before a deletion', async () => {
  await visitor.post(`${path}/correction`, { ...ADA, city: 'Roskilde', orderNote: 'Ring twice' })
  const names = ['first name', 'last name', 'postal address', 'e-mail', 'phone', 'your note']
  const { text } = await visitor.get(data)
  const rows = [...text.matchAll(/class="capital">(?<name>[^<:]*)<\/th>/g)]
  assert.deepEqual(
    rows.slice(0, names.length).map(({ groups }) => groups?.name),
    names,
  )

  const email = 'closed@example.com'
  await buy(store, { contact: { ...ADA, email } })
  await store.work()
  const own = (await dataLink(store, email)).pathname
  const closed = await newestOrder(store)
  const page = `${own}/orders/${await numberOf(closed)}`
  await visitor.post(`${page}/correction`, { ...ADA, email, city: 'Roskilde', orderNote: 'Ring' })
  await shipped(store, closed)
  await arrived(store, closed)
  const erasure = (await visitor.get(`${own}/erasure`)).text
  assert.ok(erasure.includes(`</strong> ${names.join(', ')}`))
})

test('what is done online and its record are one: without the one there is not the other', async (t) => {
  const email = 'onerecord@example.com'
  await buy(store, { contact: { ...ADA, email } })
  const one = await newestOrder(store)
  const own = (await dataLink(store, email)).pathname
  const page = `${own}/orders/${await numberOf(one)}`
  const { text } = await visitor.get(page)
  const state = () =>
    database.one(sql`
      select (select count(*) from restriction where subject = ${one}) as restricted,
        (select count(*) from erasure_plan where subject = ${one}) as waits,
        (select count(*) from erasure_request where subject = ${one}) as asked`)
  await database.script('alter table request add constraint full_up check (false) not valid')
  t.after(() => database.script('alter table request drop constraint if exists full_up'))
  const acts = [
    [`${page}/restriction`, {}],
    [`${page}/correction`, { ...fieldsOf(text), lastName: 'Byron' }],
    [`${own}/erasure`, { when: 'later' }],
    [`${own}/erasure`, { when: 'now' }],
  ] as const
  for (const [url, fields] of acts) assert.equal((await visitor.post(url, fields)).status, 500, url)
  assert.deepEqual(await state(), { restricted: 0, waits: 0, asked: 0 })
  const held = await openHeld(gateway.vault, database, one, ['lastName', 'email'])
  assert.deepEqual({ ...held }, { lastName: ADA.lastName, email })
  await database.script('alter table request drop constraint full_up')
  assert.equal((await visitor.post(`${page}/restriction`, {})).status, 200)
  assert.deepEqual(await state(), { restricted: 1, waits: 0, asked: 0 })
})

test('an e-mail address and a country that are sent along change nothing', async () => {
  const { text } = await visitor.get(path)
  const email = 'thief@example.com'
  await visitor.post(`${path}/correction`, { ...fieldsOf(text), email, country: 'US' })
  const held = await openHeld(gateway.vault, database, order, ['email', 'postalAddress'])
  assert.equal(held.email, ADA.email)
  assert.equal(held.postalAddress?.country, 'DK')
})

test('who was told the old values is said with names, fields and time', async () => {
  assert.doesNotMatch((await visitor.get(path)).text, /They were told the old values/)
  await shipped(store, order)
  const { text } = await visitor.get(path)
  assert.match(text, /They were told the old values.*EasyPost \(carrier\).*first name, last name/s)
})

test('C3.1 a restricted order that is to be deleted is lifted on its own page, and can close', async () => {
  const email = 'lovelace@example.org'
  const { page } = await buy(store, { contact: { ...ADA, email } })
  await store.work()
  const one = await newestOrder(store)
  const place = (await dataLink(store, email)).pathname
  const end = `${page.url.pathname}/restriction/end`
  await visitor.post(`${place}/orders/${await numberOf(one)}/restriction`, {})
  assert.equal((await visitor.post(end, {})).status, 404, 'as long as their data leads to it')
  assert.ok(await isRestricted(database, one))
  assert.match((await visitor.get(`${place}/erasure`)).text, /You have restricted its use/)
  await visitor.post(`${place}/erasure`, {})
  assert.match((await visitor.get(page.url)).text, new RegExp(`action="${end}"`))
  const { text } = await visitor.post(end, {})
  assert.doesNotMatch(text, /You have restricted/)
  assert.equal(await isRestricted(database, one), false)
})
