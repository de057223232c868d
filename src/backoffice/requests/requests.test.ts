/** Requests in the back office: entered after a proof, carried out, done; and nobody in them afterwards. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openOffice, person } from '../../../test/support/backoffice.ts'
import { sql } from '../../base/database.ts'
import { erase } from '../../privacy/erasure.ts'
import { recordOnline } from '../../privacy/requests.ts'
import { isRestricted } from '../../privacy/restriction.ts'
import { openHeld } from '../../privacy/vault.ts'

const office = await openOffice({ after })
const { database, gateway } = office
const service = await office.desk('sara', ['service'])
const packing = await office.desk('paul', ['packing', 'accounts'])
const proof = 'they named the order and what was in it'

const day = (days: number) =>
  gateway.clock().toZonedDateTimeISO('UTC').toPlainDate().add({ days }).toString()

async function entered(kind: string, orders: readonly { number: number }[], received = day(0)) {
  const numbers = orders.map(({ number }) => number).join(' ')
  const fields = { kind, channel: 'letter', proof, received, orders: numbers }
  const { status, location } = await service.post('/admin/requests', fields)
  assert.equal(status, 303)
  return location ?? ''
}

const links = async () =>
  (await database.one<{ n: number }>(sql`select count(*) as n from request_order`)).n

test('a request by letter is entered with its proof and has a clock of one month', async () => {
  const order = await office.paidOrder()
  const url = await entered('restriction', [order])
  const { html } = await service.get(url)
  assert.match(html, new RegExp(`Letter: ${proof}.*>${order.number}</a>`, 's'))
  assert.match(
    html,
    /Received<\/dt><dd>\w{3} \d\d?, \d{4}<\/dd>/,
    'of a letter only the day is known',
  )
  assert.match(html, /(?:2[789]|3\d) days left/)
  for (const value of Object.values(person)) assert.ok(!html.includes(value), value)
})

test('an overdue one stands out, and comes first', async () => {
  const order = await office.paidOrder()
  await entered('access', [order], day(-40))
  const { html } = await service.get('/admin/requests')
  assert.match(html, /<tbody><tr><th scope="row"><a [^>]*>Access<.*?badge-wrong">\d+ days late/s)
})

test('C3.1 an erasure by letter ends the orders, shows the receipt, leads to nobody', async () => {
  const order = await office.paidOrder()
  await office.deliver(order)
  const url = await entered('erasure', [order])
  const before = await links()
  const done = await service.post(`${url}/act`)
  assert.match(done.location ?? '', /^\/privacy\/receipts\//)
  assert.deepEqual(await openHeld(gateway.vault, database, order.id, ['email']), {})
  assert.equal(await links(), before - 1)
  assert.match((await service.get(url)).html, /erased, and what is still open.*|leads to no order/s)
  assert.equal((await service.post(`${url}/act`)).status, 409)
  assert.equal((await service.post(`${url}/end`)).status, 409)
})

test('a restriction is set; access and correction send the link to the order’s own address', async () => {
  const order = await office.paidOrder()
  await service.post(`${await entered('restriction', [order])}/act`)
  assert.ok(await isRestricted(database, order.id))
  for (const kind of ['access', 'rectification']) {
    const asked = await office.paidOrder()
    const url = await entered(kind, [asked])
    assert.equal((await service.post(`${url}/act`)).location, url)
    const { n } = await database.one<{ n: number }>(sql`
      select count(*) as n from disclosure
      where subject = ${asked.id} and purpose = 'messages about a request'`)
    assert.equal(n, 1)
  }
})

test('of an order that is going to be deleted no link is sent, and none is said to have been', async () => {
  const going = await office.paidOrder()
  await erase(office.erasing, [going.id])
  const url = await entered('access', [going])
  const { status, html } = await service.post(`${url}/act`)
  assert.equal(status, 409)
  assert.match(html, /No link was sent: these orders are going to be deleted/)
  assert.doesNotMatch((await service.get(url)).html, /the link was sent/)
  // One that stays is reached by its own address.
  const both = await entered('access', [going, await office.paidOrder()])
  await service.post(`${both}/act`)
  assert.match((await service.get(both)).html, /the link was sent/)
})

test('one that is not theirs is closed with nothing done', async () => {
  const order = await office.paidOrder()
  const url = await entered('erasure', [order])
  await service.post(`${url}/end`, { done: 'unproven' })
  assert.match((await service.get(url)).html, /refused: it was not theirs/)
  assert.ok((await openHeld(gateway.vault, database, order.id, ['email'])).email)
})

test('what was asked online is listed done, and nobody is in it', async () => {
  await recordOnline(gateway, 'erasure', 2, 'waits')
  const { html } = await service.get('/admin/requests')
  assert.match(html, /Online.*will be erased in 72 hours, unless taken back/s)
})

test('who wrote without a number is found by address or name, and nothing else is shown', async () => {
  const mine = { email: 'wilhelmina@heron.example', lastName: 'Heronsgate' }
  const [first, second] = [await office.paidOrder(mine), await office.paidOrder(mine)]
  const other = await office.paidOrder({ email: 'hal@heron.example', lastName: 'Heronsgate' })
  const find = (desk: typeof service, q: string) => desk.post('/admin/requests/orders', { who: q })
  const byEmail = (await find(service, 'Wilhelmina@heron.example')).html
  for (const { number } of [first, second]) assert.match(byEmail, new RegExp(`>${number}</a>`))
  assert.match(byEmail, /name="all"[^>]* checked.*All of this address: 2 orders/s)
  const byName = (await find(service, 'heronsgate')).html
  for (const { number } of [first, second, other]) {
    assert.match(byName, new RegExp(`href="/admin/orders/${number}"`))
  }
  assert.doesNotMatch(byName, /name="orders"[^>]*value="\d/, 'a name is many people’s')
  for (const html of [byEmail, byName]) {
    for (const value of ['hal@', person.firstName, person.street, person.phone]) {
      assert.ok(!html.includes(value), value)
    }
  }
  assert.match((await find(service, 'nobody@heron.example')).html, /No order was found/)
  assert.equal((await find(service, ' ')).status, 400)
  const byNumber = await find(service, String(other.number))
  assert.match(byNumber.html, new RegExp(`name="orders"[^>]*value="${other.number}"`))
  const owner = await office.desk('olga', ['owner'])
  assert.equal((await find(owner, 'heronsgate')).status, 400)
  assert.doesNotMatch((await owner.get('/admin/requests')).html, /name="who"/)
  assert.equal((await find(packing, 'heronsgate')).status, 403)
  assert.equal((await service.get('/admin/requests/orders')).location, '/admin/requests')
  assert.doesNotMatch(JSON.stringify(office.logged), /heron/i)
})

test('of more than a page of orders none is left out: they are listed, and entered at once', async () => {
  const email = 'often@heron.example'
  const orders = []
  for (let made = 0; made < 52; made += 1) orders.push(await office.paidOrder({ email }))
  const first = await service.post('/admin/requests/orders', { who: email })
  assert.match(first.html, /Listed are 1 to 50 of 52 orders/)
  assert.match(first.html, /<input type="checkbox" id="all"[^>]* checked/)
  const before = /name="before" value="([^"]+)"/.exec(first.html)?.[1] ?? ''
  const rest = await service.post('/admin/requests/orders', { who: email, before })
  assert.match(rest.html, /Listed are 51 to 52 of 52 orders/)
  assert.match(rest.html, new RegExp(`>${orders[0]?.number}</a>`))
  assert.doesNotMatch(rest.html, /name="before"/)
  const fields = {
    ...{ kind: 'restriction', channel: 'letter', received: day(0), who: email },
    proof: 'they answered a mail that we sent to the address',
  }
  const wrong = await service.post('/admin/requests', { ...fields, orders: '' })
  assert.equal(wrong.status, 400)
  assert.match(wrong.html, /All of this address: 52 orders/)
  const { location } = await service.post('/admin/requests', { ...fields, all: 'yes' })
  assert.match((await service.get(location ?? '')).html, /and 2 more/)
  await service.post(`${location}/act`)
  for (const { id } of orders) assert.ok(await isRestricted(database, id))
})

test('a form that is wrong comes back with what was typed; other roles do not enter', async () => {
  const order = await office.paidOrder()
  const fields = { kind: 'access', channel: 'phone', proof, received: day(0) }
  const right = { ...fields, orders: String(order.number) }
  for (const [name, value] of [
    ...[
      ['kind', 'sale'],
      ['channel', 'online'],
      ['proof', 'trust me'],
      ['received', day(1)],
    ],
    ...[
      ['received', '2026-02-30'],
      ['orders', ''],
      ['orders', '1'],
      ['orders', '"><b>'],
    ],
  ] as const) {
    const answer = await service.post('/admin/requests', { ...right, [name ?? '']: value ?? '' })
    assert.equal(answer.status, 400, `${name} ${value}`)
    assert.match(answer.html, new RegExp(`href="#${name}"`))
    assert.doesNotMatch(answer.html, /"><b>/)
  }
  for (const path of ['/admin/requests', '/admin/requests/x']) {
    assert.equal((await packing.get(path)).status, 403)
    assert.equal(
      (await packing.post(path === '/admin/requests' ? path : `${path}/act`)).status,
      403,
    )
  }
  assert.equal((await service.get('/admin/requests/x')).status, 404)
})
