/** The register of papers in the back office: who keeps it, what comes back from a wrong form, how a paper ends. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { clerkAt } from '../../../test/support/clerk.ts'
import { newestOrder } from '../../../test/support/outside.ts'
import { embeddedWords } from '../../../test/support/pdf.ts'
import { ADA, buy } from '../../../test/support/purchase.ts'
import { testStore } from '../../../test/support/store.ts'
import { sql } from '../../base/database.ts'
import { restrict } from '../../privacy/restriction.ts'
import { listStaff } from '../../staff/staff.ts'

const store = await testStore({ after })
const { database, gateway } = store
const service = await clerkAt(store, 'service')
const packing = await clerkAt(store, 'packing')
const owner = await clerkAt(store, 'owner')

const staffNamed = async (login: string) =>
  (await listStaff(gateway)).find((one) => one.login === login)?.id ?? assert.fail(login)

async function orderNumber(): Promise<string> {
  await buy(store)
  await store.work()
  const { number } = await database.one<{ number: number }>(
    sql`select number from orders where id = ${await newestOrder(store)}`,
  )
  return String(number)
}

/** The id of a secure place, which is made when it is not there. */
async function placeNamed(name: string): Promise<string> {
  await owner.post('/admin/papers/places', { name, secured: 'a safe' })
  const { id } = await database.one<{ id: string }>(
    sql`select id from paper_place where name = ${name}`,
  )
  return id
}

async function takenIn(fields: Record<string, string> = {}): Promise<string> {
  const place = await placeNamed('Office')
  const page = await service.post('/admin/papers', { kind: 'invoice', place, ...fields })
  assert.match(page.text, /is in the register\. Write \d+ on it/)
  return page.url.pathname
}

test('owner and service keep the register, and nobody else', async () => {
  assert.equal((await packing.get('/admin/papers')).status, 403)
  assert.equal((await packing.post('/admin/papers', { kind: 'invoice' })).status, 403)
  assert.doesNotMatch((await packing.get('/admin/orders')).text, /href="\/admin\/papers"/)
  for (const clerk of [service, owner]) {
    assert.match((await clerk.get('/admin/orders')).text, /href="\/admin\/papers"/)
    assert.equal((await clerk.get('/admin/papers')).status, 200)
  }
})

test('a paper is taken in by the number of an order; its page says where it lies', async () => {
  const order = await orderNumber()
  const path = await takenIn({ order })
  const { text } = await service.get(path)
  assert.match(text, /<dd>invoice<\/dd>.*<dd>Office<\/dd>/s)
  assert.match((await service.get('/admin/papers')).text, new RegExp(`href="${path}"`))
  for (const value of [ADA.email ?? '', ADA.lastName ?? '']) assert.ok(!text.includes(value))
})

test('whose it is, is shown to service when it asks, on record, and not to an owner', async () => {
  const path = await takenIn({ order: await orderNumber() })
  const { text } = await service.post(`${path}/look`, {})
  assert.ok(text.includes(ADA.lastName ?? '') && text.includes(ADA.email ?? ''))
  assert.equal((await owner.post(`${path}/look`, {})).status, 403)
  assert.doesNotMatch((await owner.get(path)).text, /Show whose it is/)
})

test('whose it is, is shown to nobody while the person restricts the use of their data', async () => {
  const path = await takenIn({ order: await orderNumber() })
  await restrict(store.erasing, [await newestOrder(store)], 'customer')
  const { status, text } = await service.post(`${path}/look`, {})
  assert.equal(status, 403)
  assert.match(text, /has restricted the use of their data/)
  assert.ok(!text.includes(ADA.lastName ?? ''))
})

test('a wrong form comes back with what was typed, and takes nothing in', async () => {
  await placeNamed('Office')
  const before = await database.one(sql`select count(*) as n from paper_document`)
  const none = await service.post('/admin/papers', { firstName: 'Grace' })
  assert.equal(none.status, 400)
  assert.match(none.text, /Choose what it is.*Choose the place where it lies/s)
  assert.match(none.text, /Enter an order number, or the last name/)
  assert.match(none.text, /value="Grace"/)
  for (const order of ['1', 'x', '99999999999999999999']) {
    const { status, text } = await service.post('/admin/papers', { kind: 'letter', order })
    assert.equal(status, 400)
    assert.match(text, /Enter the number of one of our orders/)
  }
  assert.deepEqual(await database.one(sql`select count(*) as n from paper_document`), before)
  for (const number of ['1', 'x', '9'.repeat(20)]) {
    assert.equal((await service.get(`/admin/papers/${number}`)).status, 404)
  }
})

test('a place has a name of its own, and is closed once it is empty', async () => {
  const id = await placeNamed('Attic')
  const again = await owner.post('/admin/papers/places', { name: 'Attic', secured: 'a safe' })
  assert.equal(again.status, 409)
  assert.match(again.text, /There is a place of this name already/)
  assert.equal((await owner.post('/admin/papers/places', { name: ' ' })).status, 400)
  await takenIn({ lastName: 'Lovelace', place: id })
  const held = await owner.post('/admin/papers/places/end', { place: id })
  assert.equal(held.status, 409)
  assert.match(held.text, /Move its papers to another place first/)
})

test('C4.2 C4.3 a paper moves to a secure place of the shop, and a move elsewhere is refused', async () => {
  const path = await takenIn({ lastName: 'Lovelace' })
  const cellar = await placeNamed('Cellar')
  assert.equal((await service.post(`${path}/move`, { place: '' })).status, 400)
  const refused = await service.post(`${path}/move`, {
    place: '01a211b1-d06b-7151-8938-10d93d7fcbba',
  })
  assert.equal(refused.status, 403)
  assert.match(refused.text, /goes to nobody/)
  const moved = await service.post(`${path}/move`, { place: cellar })
  assert.match(moved.text, /data-label="From">Office<.*data-label="To">Cellar</s)
})

test('C4.4 a paper ends by a record with a witness, of which there is a certificate', async () => {
  const path = await takenIn({ lastName: 'Lovelace' })
  const witness = await staffNamed('packing-clerk')
  const how = { method: 'cross-cut shredder', level: '4' }
  assert.equal((await service.get(`${path}/certificate.pdf`)).status, 404)
  const self = await staffNamed('service-clerk')
  for (const fields of [{}, { ...how, witness: self }, { ...how, level: '2', witness }]) {
    assert.equal((await service.post(`${path}/destruction`, fields)).status, 400)
  }
  const done = await service.post(`${path}/destruction`, { ...how, witness })
  assert.match(done.text, /cross-cut shredder,.*P-4,.*service-clerk.*packing-clerk/s)
  assert.doesNotMatch(done.text, /Show whose it is|Record its destruction/)
  assert.equal((await service.post(`${path}/destruction`, { ...how, witness })).status, 409)
  const words = embeddedWords(await service.file(`${path}/certificate.pdf`))
  for (const word of ['Certificate of destruction', 'P-4', 'cross-cut', 'packing-clerk'])
    assert.ok(words.includes(word), word)
  assert.match(words, /Destroyed: \s+\w{3} \d+, \d{4}, \d\d:\d\d UTC/)
})
