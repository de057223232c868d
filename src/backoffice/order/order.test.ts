/**
 * Rules of an order's page: what each role sees of its person, and what each role may do.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { renderToString } from 'preact-render-to-string'
import { LABEL, openOffice, person } from '../../../test/support/backoffice.ts'
import { frameOf } from '../../../test/support/web.ts'
import { sql } from '../../base/database.ts'
import { disclosuresOf } from '../../orders/disclosures.ts'
import { findOrder, type Order, timeline } from '../../orders/order.ts'
import { refundsOf } from '../../payments/refund.ts'
import { Moment } from '../../web/moment.tsx'

const office = await openOffice({ after })
const packing = await office.desk('pat', ['packing'])
const service = await office.desk('sam', ['service'])
const accounts = await office.desk('alex', ['accounts'])
const owner = await office.desk('olga', ['owner'])
const all = await office.desk('zoe', ['owner', 'packing', 'service', 'accounts'])
const desks = { packing, service, accounts, owner }

const urlOf = ({ number }: Order) => `/admin/orders/${number}`
const reason = 'the customer asks about the order'
const stateOf = async ({ id }: Order) => (await findOrder(office.database, id))?.state
const looksAt = async ({ id }: Order) =>
  (await disclosuresOf(office.database, id)).filter(({ recipient }) => /^staff/.test(recipient))

const FIVE = ['firstName', 'lastName', 'street', 'email', 'phone'] as const
const SEEN = {
  packing: FIVE,
  service: [...FIVE, 'orderNote'],
  accounts: ['firstName', 'lastName', 'street'],
  owner: [],
} as const satisfies Record<keyof typeof desks, readonly (keyof typeof person)[]>

test('a role sees exactly what the policy’s table gives it, and an owner nothing', async () => {
  const order = await office.paidOrder()
  for (const role of ['packing', 'service', 'accounts', 'owner'] as const) {
    const plain = await desks[role].get(urlOf(order))
    assert.equal(plain.status, 200)
    for (const value of Object.values(person)) assert.ok(!plain.html.includes(value))

    const { html } = await desks[role].post(`${urlOf(order)}/looks`, { view: role, reason })
    const seen: readonly (keyof typeof person)[] = SEEN[role]
    for (const [field, value] of Object.entries(person)) {
      const isSeen = seen.some((one) => one === field)
      assert.equal(html.includes(value), isSeen, `${role} ${field}`)
    }
  }
})

test('a time is written here as the customer reads it', async () => {
  const order = await office.paidOrder()
  const frame = await frameOf()
  const html = renderToString(Moment({ frame, at: order.placedAt }))
  assert.ok((await all.get(urlOf(order))).html.includes(html))
  assert.ok((await all.get('/admin/orders')).html.includes(html))
})

test('nobody takes another role’s view', async () => {
  const order = await office.paidOrder()
  for (const role of ['packing', 'service', 'accounts', 'owner'] as const) {
    for (const view of ['packing', 'service', 'accounts', 'owner', '']) {
      if (view === role && role !== 'owner') continue
      const { status, html } = await desks[role].post(`${urlOf(order)}/looks`, { view, reason })
      assert.equal(status, 403, `${role} as ${view}`)
      assert.ok(!html.includes(person.lastName))
    }
  }
  assert.deepEqual(await looksAt(order), [])
})

test('each look is in the ledger with who, what for and why; a page without a look is not', async () => {
  const order = await office.paidOrder()
  await all.get(urlOf(order))
  for (const view of ['packing', 'service', 'accounts']) {
    await all.post(`${urlOf(order)}/looks`, { view, reason })
  }
  const looks = await looksAt(order)
  assert.deepEqual(
    looks.map(({ recipient, company, because, outcome }) => [recipient, company, because, outcome]),
    [
      ['staff: packing', all.id, 'the order is packed', 'delivered'],
      ['staff: service', all.id, reason, 'delivered'],
      ['staff: accounts', all.id, 'the books are kept', 'delivered'],
    ],
  )
  const { html } = await owner.get(urlOf(order))
  assert.match(html, /staff: service/)
  assert.match(html, />zoe</)
})

test('service sees nothing before it has chosen a reason out of the list', async () => {
  const order = await office.paidOrder()
  for (const typed of ['', 'curious']) {
    const fields = { view: 'service', reason: typed }
    const { status, html } = await service.post(`${urlOf(order)}/looks`, fields)
    assert.equal(status, 400)
    assert.match(html, /href="#reason">Choose why you need to see this/)
    assert.ok(!html.includes(person.lastName))
  }
  assert.deepEqual(await looksAt(order), [])
})

test('C8.1 once an order is delivered packing is refused, label included, and told the clause', async () => {
  const order = await office.paidOrder()
  await office.deliver(order)
  const { status, html } = await packing.post(`${urlOf(order)}/looks`, { view: 'packing' })
  assert.equal(status, 403)
  assert.match(html, /The privacy policy does not allow this now/)
  assert.match(html, /while the order is open \(C8\.1\)/)
  assert.ok(!html.includes(person.lastName))
  assert.equal((await packing.get(`${urlOf(order)}/label`)).status, 403)
  const seen = await service.post(`${urlOf(order)}/looks`, { view: 'service', reason })
  assert.ok(seen.html.includes(person.lastName))
})

const ACTIONS = {
  packing: ['packing'],
  shipment: ['packing'],
  cancellation: ['owner', 'service'],
  refunds: ['owner', 'accounts'],
} as const satisfies Record<string, readonly (keyof typeof desks)[]>

test('each action is open to its roles alone, on the page and on the server', async () => {
  const order = await office.paidOrder()
  for (const [noun, roles] of Object.entries(ACTIONS)) {
    for (const [role, desk] of Object.entries(desks)) {
      if (roles.some((one) => one === role)) continue
      const { status } = await desk.post(`${urlOf(order)}/${noun}`, { amount: '1', refunded: '0' })
      assert.equal(status, 403, `${role} ${noun}`)
      const { html } = await desk.get(urlOf(order))
      assert.doesNotMatch(html, new RegExp(`action="${urlOf(order)}/${noun}"`), `${role} ${noun}`)
    }
  }
  for (const desk of [service, accounts, owner]) {
    assert.equal((await desk.get(`${urlOf(order)}/label`)).status, 403)
  }
  assert.equal(await stateOf(order), 'paid')
})

test('an order is packed, its parcel booked, its label printed', async () => {
  const order = await office.paidOrder()
  const packed = await packing.post(`${urlOf(order)}/packing`)
  assert.equal(packed.location, `${urlOf(order)}?done=packing`)
  assert.match((await packing.get(`${urlOf(order)}?done=packing`)).html, /The order is packed\./)
  assert.equal((await packing.get(`${urlOf(order)}/label`)).status, 404)
  assert.equal((await packing.post(`${urlOf(order)}/shipment`)).status, 303)
  assert.match((await packing.get(urlOf(order))).html, /The parcel is being booked/)
  await office.bookedParcel(order)

  const label = await packing.get(`${urlOf(order)}/label`)
  assert.equal(label.status, 200)
  assert.equal(label.html, LABEL.toString())
  assert.equal(label.headers.get('content-type'), 'application/pdf')
  assert.equal(label.headers.get('cache-control'), 'no-store')
  const disposition = `inline; filename=label-${order.number}.pdf`
  assert.equal(label.headers.get('content-disposition'), disposition)
  const events = await timeline(office.database, order.id)
  const packedBy = events.find(({ kind }) => kind === 'packed')?.by
  assert.equal(packedBy, packing.id)
  assert.ok((await looksAt(order)).some(({ because }) => because === 'the label is printed'))
})

test('a refund that nobody can be paid is told so at the field', async () => {
  const order = await office.paidOrder()
  await office.database.run(sql`update orders set currency = 'KWD' where id = ${order.id}`)
  const refund = (amount: string) => all.post(`${urlOf(order)}/refunds`, { amount, refunded: '0' })
  const { status, html } = await refund('1.005')
  assert.equal(status, 400)
  assert.match(html, /id="amount-error">.*The last digit must be 0.*value="1\.005"/)
  assert.equal((await refund('1.01')).status, 303)
})

test('a form that is sent twice acts once, and says so', async () => {
  const order = await office.paidOrder()
  const twice = async (desk: typeof all, noun: string, fields = {}) => {
    const url = `${urlOf(order)}/${noun}`
    const answers = await Promise.all([desk.post(url, fields), desk.post(url, fields)])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 409], noun)
    const told = answers.find(({ status }) => status === 409)
    assert.match(told?.html ?? '', /role="alert"/)
  }
  await twice(all, 'packing')
  await twice(all, 'shipment')
  await twice(all, 'refunds', { amount: '4.80', refunded: '0' })
  await office.database.run(sql`update shipment set state = 'failed' where order_id = ${order.id}`)
  await twice(all, 'cancellation')
  const events = await timeline(office.database, order.id)
  const kinds = events.map(({ kind }) => kind)
  for (const kind of ['packed', 'shipment requested', 'cancelled']) {
    assert.equal(kinds.filter((one) => one === kind).length, 1, kind)
  }
  const refunds = await refundsOf(office.database, order.id)
  assert.deepEqual(
    refunds.map(({ amountMinor }) => amountMinor),
    [480, 10_000],
  )
})

test('a cancellation refunds in full, and cannot come after the parcel', async () => {
  const order = await office.paidOrder()
  assert.equal((await service.post(`${urlOf(order)}/cancellation`)).status, 303)
  assert.equal(await stateOf(order), 'cancelled')
  const [refund] = await refundsOf(office.database, order.id)
  assert.equal(refund?.amountMinor, order.totalMinor)
  assert.equal(refund?.by, service.id)

  const late = await office.paidOrder()
  await office.deliver(late)
  const { status, html } = await owner.post(`${urlOf(late)}/cancellation`)
  assert.equal(status, 409)
  assert.match(html, /the order is not paid or packed/)
})

test('a refund is made in part, and what is too much comes back with what was typed', async () => {
  const order = await office.paidOrder()
  const ask = (amount: string, refunded: string) =>
    accounts.post(`${urlOf(order)}/refunds`, { amount, refunded })
  const wrong = { '104.81': /at most €104\.80/, '0': /above zero/, '-5': /above zero/ }
  for (const [amount, error] of Object.entries({ ...wrong, 'ten <b>': /such as 12\.50/ })) {
    const { status, html } = await ask(amount, '0')
    assert.equal(status, 400, amount)
    assert.match(html, error)
    assert.match(html, /<title>Error: /)
    assert.ok(html.includes(`value="${amount.replace('<', '&lt;')}"`), amount)
  }
  assert.equal((await ask('4,80', '0')).status, 303)
  assert.equal((await ask('4,80', '0')).status, 409)
  assert.equal((await ask('100', '480')).status, 303)
  const rest = await ask('0.01', '10480')
  assert.equal(rest.status, 400)
  const refunds = await refundsOf(office.database, order.id)
  assert.deepEqual(
    refunds.map(({ amountMinor }) => amountMinor),
    [480, 10_000],
  )
})

test('an order that is not there is a page that says so', async () => {
  for (const number of ['1', 'x', '99999999999999999']) {
    const { status, html } = await all.get(`/admin/orders/${number}`)
    assert.equal(status, 404)
    assert.match(html, /<a href="\/admin">/, 'staff are led back to their own pages')
    assert.equal((await all.post(`/admin/orders/${number}/packing`)).status, 404)
  }
})

test('an address of a form, loaded again, leads to the order', async () => {
  const order = await office.paidOrder()
  for (const noun of ['looks', 'refunds']) {
    assert.equal((await all.get(`${urlOf(order)}/${noun}`)).location, urlOf(order))
  }
})
