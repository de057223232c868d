/** Legal holds and restrictions at the order's page in the back office. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openOffice, person } from '../../../test/support/backoffice.ts'
import { latestHold } from '../../privacy/legal-hold.ts'
import { restrict } from '../../privacy/restriction.ts'

const office = await openOffice({ after })
const owner = await office.desk('olga', ['owner'])
const service = await office.desk('sara', ['service', 'packing', 'accounts'])
const ground = 'a legal claim is open'

test('an owner holds an order and ends the hold; others see it and cannot', async () => {
  const order = await office.paidOrder()
  const url = `/admin/orders/${order.number}`
  const until = latestHold(order.id)
  for (const deed of ['hold', 'hold/end']) {
    assert.equal((await service.post(`${url}/${deed}`, { ground, until })).status, 403)
  }
  assert.doesNotMatch((await service.get(url)).html, /Legal hold/)
  const set = await owner.post(`${url}/hold`, { ground, until })
  assert.equal(set.location, `${url}?done=hold`)
  const day = Temporal.PlainDate.from(until).toLocaleString('en', { dateStyle: 'medium' })
  assert.match((await service.get(url)).html, new RegExp(`Held until ${day}, because ${ground}`))
  assert.equal((await owner.post(`${url}/hold`, { ground, until })).status, 409)
  assert.equal((await owner.post(`${url}/hold/end`)).status, 303)
  assert.equal((await owner.post(`${url}/hold/end`)).status, 409)
})

test('C3.2 a hold without a ground, without a day or beyond five years comes back', async () => {
  const order = await office.paidOrder()
  const url = `/admin/orders/${order.number}/hold`
  for (const until of ['', '2020-01-01', '9999-12-31', '2027-02-30', '"><b>']) {
    const { status, html } = await owner.post(url, { ground: 'because', until })
    assert.equal(status, 400, until)
    assert.match(html, /href="#ground">Choose why/)
    assert.match(html, /href="#until">Enter a day from/)
    assert.doesNotMatch(html, /"><b>/)
  }
})

test('staff see that an order is restricted, and of its person nothing', async () => {
  const order = await office.paidOrder()
  await restrict(office.erasing, [order.id], 'customer')
  const url = `/admin/orders/${order.number}`
  assert.match((await service.get(url)).html, /Restricted: the customer has stopped/)
  for (const view of ['service', 'packing', 'accounts']) {
    const fields = { view, reason: 'a request about personal data' }
    const { status, html } = await service.post(`${url}/looks`, fields)
    assert.equal(status, 403)
    assert.match(html, /the person has restricted the use of their data/)
    for (const value of Object.values(person)) assert.ok(!html.includes(value), value)
  }
})
