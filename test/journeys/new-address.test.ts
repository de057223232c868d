/**
 * The e-mail address of orders is corrected by staff, after a proof of identity: the new address opens them, the former
 * one hears of it and opens nothing any more (art. 16 GDPR, C5).
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { tasksOf } from '../../src/_tasks.ts'
import { sql } from '../../src/base/database.ts'
import { type Id, newId } from '../../src/base/ids.ts'
import { readConfig } from '../../src/config/config.ts'
import { currentLink } from '../../src/orders/link.ts'
import { erase } from '../../src/privacy/erasure.ts'
import { PROOFS, type Proof } from '../../src/privacy/requests.ts'
import { openHeld } from '../../src/privacy/vault.ts'
import { startSession } from '../../src/staff/session.ts'
import { addStaff } from '../../src/staff/staff.ts'
import { control, inbox, newestOrder } from '../support/outside.ts'
import { arrived, dataLink, shipped } from '../support/own-data.ts'
import { ADA, buy } from '../support/purchase.ts'
import { shopperAt } from '../support/shopper.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const { database, gateway } = store
const visitor = shopperAt(store.url)
const [ANSWERED, DOCUMENT, NAMED] = PROOFS

await addStaff(gateway, 'sara', ['service'])
const { id: sara } = await database.one<{ id: Id }>(sql`select id from staff where login = 'sara'`)
const cookie = `__Host-session=${await startSession(gateway, sara)}`

async function desk(path: string, fields?: Readonly<Record<string, string>>) {
  const answer = await fetch(new URL(path, store.url), {
    redirect: 'manual',
    headers: { cookie, 'sec-fetch-site': 'same-origin' },
    ...(fields && { method: 'POST', body: new URLSearchParams(fields) }),
  })
  return {
    status: answer.status,
    location: answer.headers.get('location') ?? '',
    text: await answer.text(),
  }
}

async function bought(email: string): Promise<Id> {
  await buy(store, { contact: { ...ADA, email } })
  await store.work()
  return newestOrder(store)
}

async function requestFor(
  orders: readonly Id[],
  kind = 'rectification',
  proof: Proof = ANSWERED,
): Promise<string> {
  const rows = await database.many<{ number: number }>(
    sql`select number from orders where id = any(${orders}::uuid[])`,
  )
  const { location } = await desk('/admin/requests', {
    ...{ kind, channel: 'letter', proof, received: gateway.clock().toString().slice(0, 10) },
    orders: rows.map(({ number }) => number).join(' '),
  })
  return location
}

const linkTo = (order: Id) => currentLink(gateway.vault.keys, database, order)
const statusOf = async (token: string) => (await visitor.get(`/orders/${token}`)).status
const held = (order: Id) => openHeld(gateway.vault, database, order, ['email', 'formerEmail'])

test('C5 the new address opens the orders, the former one is told, and opens them no more', async () => {
  // Each is a part of the other: what may not be in a mail is told apart all the same.
  const [former, present] = ['ada@example.co', 'ada@example.com']
  const orders = [await bought(former), await bought(former)]
  const links = await Promise.all(orders.map(linkTo))
  const dataPage = (await dataLink(store, former)).pathname
  const url = await requestFor(orders)
  const before = (await inbox(store, former)).length
  assert.equal((await desk(`${url}/email`, { email: present })).status, 303)
  await store.work()

  for (const order of orders) assert.deepEqual(await held(order), { email: present })
  for (const link of links) assert.equal(await statusOf(link), 404)
  for (const order of orders) assert.equal(await statusOf(await linkTo(order)), 200)
  const own = (await visitor.get(`/orders/${await linkTo(orders[0] ?? '')}`)).text
  assert.match(own, /Your e-mail address was corrected/)
  assert.doesNotMatch((await visitor.get(dataPage)).text, /Stoneware|Lovelace/)
  const forged = await fetch(new URL('/checkout/return', store.url), {
    redirect: 'manual',
    headers: { cookie: `__Host-payment=${links[0]}` },
  })
  assert.doesNotMatch(forged.headers.get('location') ?? '', /orders/)

  const told = await inbox(store, former)
  assert.equal(told.length, before + 1)
  assert.match(told[0]?.subject ?? '', /no longer the e-mail address of an order/)
  assert.ok(!JSON.stringify(told[0]).includes(present))
  const [welcome] = await inbox(store, present)
  const page = /http\S+\/privacy\/data\/[\w-]+/.exec(welcome?.text ?? '')?.[0] ?? ''
  const data = (await visitor.get(new URL(page).pathname)).text
  for (const order of orders) assert.ok(data.includes(`/orders/${await linkTo(order)}`))
  assert.match((await desk(url)).text, /corrected/)
  const number = (
    await database.one<{ number: number }>(
      sql`select number from orders where id = ${orders[0] ?? ''}`,
    )
  ).number
  const sheet = (await desk(`/admin/orders/${number}`)).text
  assert.match(sheet, /E-mail address corrected.*sara/s)
  assert.ok(!sheet.includes(present) && !sheet.includes(former))
})

test('the ledger names the field, and the former address is forgotten once it was told', async () => {
  const order = await bought('grace@example.com')
  const url = await requestFor([order])
  await desk(`${url}/email`, { email: 'grace@example.org' })
  assert.equal((await held(order)).formerEmail, 'grace@example.com')
  const again = await requestFor([order])
  const early = await desk(`${again}/email`, { email: 'grace@example.net' })
  assert.equal(early.status, 409)
  assert.match(early.text, /has not been told of the last correction/)
  await store.work()
  assert.deepEqual(await held(order), { email: 'grace@example.org' })
  assert.equal((await desk(`${again}/email`, { email: 'grace@example.net' })).status, 303)
  const { leaf } = await database.one<{ leaf: string }>(sql`
    select leaf from ledger_entry where leaf like '%"kind":"rectified"%' order by id desc limit 1`)
  assert.deepEqual(JSON.parse(leaf).fields, ['email'])
  assert.doesNotMatch(leaf, /grace/)
})

test('what was corrected stays so after an erasure: the former link opens nothing of the books', async () => {
  const order = await bought('ines@example.com')
  const link = await linkTo(order)
  const url = await requestFor([order], 'rectification', DOCUMENT)
  await desk(`${url}/email`, { email: 'ines@example.org' })
  await store.work()
  await shipped(store, order)
  await arrived(store, order)
  await erase(store.erasing, [order])
  assert.deepEqual(await held(order), {})
  assert.equal(await statusOf(link), 404)
})

test('a wrong address, a request without a proof, of another kind or done corrects nothing', async () => {
  const order = await bought('hedy@example.com')
  const url = await requestFor([order])
  for (const email of [
    '',
    'hedy',
    'hedy@example.com',
    'HEDY@EXAMPLE.COM',
    `${'h'.repeat(300)}@x.org`,
  ]) {
    const { status, text } = await desk(`${url}/email`, { email })
    assert.equal(status, 400, email)
    assert.match(text, /href="#email"/)
  }
  const other = await requestFor([order], 'access')
  assert.equal((await desk(`${other}/email`, { email: 'mallory@example.com' })).status, 409)
  const lost = newId(gateway.clock())
  await database.run(sql`
    insert into request (id, kind, channel, by, received_at, found)
    values (${lost}, 'rectification', 'restore', 'store', now(), 1)`)
  await database.run(sql`insert into request_order (subject, request) values (${order}, ${lost})`)
  const unproven = await desk(`/admin/requests/${lost}/email`, { email: 'mallory@example.com' })
  assert.equal(unproven.status, 409)
  assert.doesNotMatch((await desk(`/admin/requests/${lost}`)).text, /New e-mail address/)
  await desk(`${url}/end`, { done: 'unproven' })
  assert.equal((await desk(`${url}/email`, { email: 'mallory@example.com' })).status, 409)
  assert.deepEqual(await held(order), { email: 'hedy@example.com' })
})

test('C5 who has only named an order has no address corrected, and staff read what to ask for', async () => {
  const order = await bought('mary@example.com')
  const url = await requestFor([order], 'rectification', NAMED)
  const page = await desk(url)
  assert.match(page.text, /Ask them to answer a mail that you send to the address/)
  assert.doesNotMatch(page.text, /New e-mail address/)
  const mails = (await inbox(store, 'mary@example.com')).length
  const refused = await desk(`${url}/email`, { email: 'mallory@example.com' })
  assert.equal(refused.status, 409)
  assert.match(refused.text, /naming an order is no proof for that/)
  await store.work()
  assert.deepEqual(await held(order), { email: 'mary@example.com' })
  assert.equal((await inbox(store, 'mary@example.com')).length, mails)
  assert.deepEqual(await inbox(store, 'mallory@example.com'), [])
  const again = await desk(await requestFor([order]))
  assert.match(again.text, /New e-mail address/)
  assert.doesNotMatch(again.text, /Ask them to answer a mail/)
})

test('a former address that cannot be told is forgotten all the same, and the new one holds', async () => {
  const order = await bought('lost@example.com')
  await desk(`${await requestFor([order])}/email`, { email: 'found@example.com' })
  const { id } = await database.one<{ id: Id }>(sql`
    select id from disclosure
    where subject = ${order} and purpose = 'notice to a former address'`)
  const config = readConfig({ DATA_DIR: store.folder, PORT: store.url.port })
  const tell = tasksOf(store, config)['tell former address']
  const outage = (mode: string) => control(store, 'outage', { service: 'mail', mode })
  await outage('refuse')
  await assert.rejects(tell({ order, id }, { number: 1, isLast: false }))
  assert.equal((await held(order)).formerEmail, 'lost@example.com', 'it is tried again')
  await tell({ order, id }, { number: 11, isLast: true })
  await outage('none')
  assert.deepEqual(await held(order), { email: 'found@example.com' })
  const { outcome } = await database.one<{ outcome: string }>(
    sql`select outcome from disclosure where id = ${id}`,
  )
  assert.equal(outcome, 'given up')
})
