/** The gateway: what the table grants leaves, and is in the ledger; nothing else does. */

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { content, openKernel, person, sealedOrder } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { send, type Way } from '../base/egress.ts'
import { type Id, newId } from '../base/ids.ts'
import {
  type Ask,
  confirm,
  type Disclosure,
  deliver,
  giveUp,
  grant,
  inquire,
  resume,
  show,
  showOwner,
} from './gateway.ts'

const kernel = await openKernel({ after })
const { database, gateway, origin, asked, alarms, ended } = kernel
const five = ['email', 'firstName', 'lastName', 'phone', 'postalAddress']
const because = 'a test asks'
const name = 'Third'

beforeEach(() => {
  asked.length = 0
  alarms.length = 0
  ended.clear()
})

const asking = { company: name, because }
type Warranty = Ask<'manufacturer', 'warranty'>
type Payment = Ask<'payment processor', 'payment'>

const toProcessor = (subject: Id) => {
  const ask: Payment = { to: 'payment processor', for: 'payment', subject, ...asking }
  return database.transaction((tx) => grant(gateway, tx, ask))
}

const toManufacturer = (subject: Id) => {
  const ask: Warranty = { to: 'manufacturer', for: 'warranty', subject, ...asking }
  return database.transaction((tx) => grant(gateway, tx, ask))
}

const toCustoms = (subject: Id) => {
  const ask: Ask<'carrier', 'customs'> = { to: 'carrier', for: 'customs', subject, ...asking }
  return database.transaction((tx) => grant(gateway, tx, ask))
}

async function toCarrier(given?: Id): Promise<Disclosure<'carrier', 'transport'>> {
  const subject = given ?? (await sealedOrder(kernel))
  const ask: Ask<'carrier', 'transport'> = { to: 'carrier', for: 'transport', subject, ...asking }
  return database.transaction((tx) => grant(gateway, tx, ask))
}

const post = (way: Way, body: string | Buffer, path = '/', headers = {}) =>
  send(way, { method: 'POST', url: `${origin}${path}`, headers, body })

type Kept = { readonly outcome: string | null; readonly channel: string }

const kept = ({ id }: Pick<Disclosure, 'id'>) =>
  database.first<Kept>(sql`select outcome, channel from disclosure where id = ${id}`)

async function entries({ id }: Pick<Disclosure, 'id'>): Promise<readonly string[]> {
  const rows = await database.many<{ kind: string }>(sql`
    select leaf::json ->> 'kind' as kind from ledger_entry
    where leaf::json ->> 'reference' = ${id}`)
  return rows.map(({ kind }) => kind.replace('disclosure ', '')).sort()
}

async function countRows(): Promise<number> {
  const { rows } = await database.one<{ rows: number }>(sql`
    select (select count(*) from disclosure) + (select count(*) from ledger_entry) as rows`)
  return rows
}

test('C5 without a rule nothing is granted, and nothing is written', async () => {
  const before = await countRows()
  const subject = await sealedOrder(kernel)
  for (const [to, purpose] of [
    ['carrier', 'advertising'],
    ['data broker', 'transport'],
  ]) {
    const ask = { to, for: purpose, subject, company: name, because } as Ask<'carrier', 'transport'>
    const asking = database.transaction((tx) => grant(gateway, tx, ask))
    await assert.rejects(asking, { name: 'Refusal', clause: 'C5' })
  }
  assert.equal(await countRows(), before)
})

test('a condition that does not hold refuses with the rule’s clause, and nothing is written', async () => {
  const subject = await sealedOrder(kernel)
  const before = await countRows()
  ended.add('the shipment is open').add('customs').add('a reason is stated')
  await assert.rejects(toCarrier(subject), { name: 'Refusal', clause: 'C8.1' })
  const customs = toCustoms(subject)
  await assert.rejects(customs, { name: 'Refusal', clause: 'C8.2' })
  const look = { to: 'staff: service', for: 'service', subject, company: 'x', because } as const
  await assert.rejects(show(gateway, look), { name: 'Refusal', clause: 'C5' })
  assert.equal(await countRows(), before)
})

test('a grant that was rolled back leaves nothing, and is not carried out', async () => {
  const subject = await sealedOrder(kernel)
  const before = await countRows()
  let disclosure: Disclosure<'carrier', 'transport'> | undefined
  const rolledBack = database.transaction(async (tx) => {
    const ask = { to: 'carrier', for: 'transport', subject, company: name, because } as const
    disclosure = await grant(gateway, tx, ask)
    throw new Error('undone')
  })
  await assert.rejects(rolledBack, /undone/)
  assert.equal(await countRows(), before)
  assert.ok(disclosure)
  const delivery = deliver(gateway, disclosure, {}, async () => assert.fail('It was told'))
  await assert.rejects(delivery, { name: 'Refusal', clause: 'C5' })
})

test('a disclosure is carried out for the order and the company it was granted for', async () => {
  const disclosure = await toCarrier()
  const other = { company: 'Another', subject: await sealedOrder(kernel), id: newId(systemClock()) }
  for (const [key, value] of Object.entries(other)) {
    const forged = { ...disclosure, [key]: value }
    const delivery = deliver(gateway, forged, {}, async () => assert.fail('It was told'))
    await assert.rejects(delivery, { name: 'Refusal', clause: 'C5' })
  }
})

test('C8.1 a carrier gets the five fields and no other, and the delivery is recorded once', async () => {
  const disclosure = await toCarrier()
  const told = await deliver(gateway, disclosure, {}, async (fields, way) => {
    await post(way, JSON.stringify(fields))
    await post(way, fields.postalAddress?.line1 ?? '')
    return fields
  })
  assert.deepEqual(Object.keys(told).sort(), five)
  assert.equal(told.lastName, person.lastName)
  assert.equal(asked.length, 2)
  assert.deepEqual({ ...(await kept(disclosure)) }, { outcome: 'delivered', channel: 'loopback' })
  assert.deepEqual(await entries(disclosure), ['delivered', 'granted'])
})

test('C5 facts that the rule does not name do not reach the adapter, whoever hands them over', async () => {
  const subject = await sealedOrder(kernel)
  const disclosure = await toProcessor(subject)
  const due = { orderReference: 'r1', amountMinor: 1000, currency: 'EUR' }
  const wide = { ...due, email: person.email, message: person.orderNote }
  await deliver(gateway, disclosure, wide, async (fields, way) => {
    assert.deepEqual({ ...fields }, due)
    await assert.rejects(post(way, person.email), { name: 'Refusal', clause: 'C5' })
    await assert.rejects(post(way, person.orderNote), { name: 'Refusal', clause: 'C5' })
    await post(way, `amount=1000&reference=r1`)
  })
  assert.deepEqual(
    alarms.map(({ field }) => field),
    ['lastName', 'orderNote'],
  )
})

test('what was delivered stays so, whatever is said afterwards', async () => {
  const disclosure = await toCarrier()
  await deliver(gateway, disclosure, {}, (_, way) => post(way, 'x'))
  await giveUp(gateway, disclosure)
  await confirm(gateway, disclosure)
  assert.equal((await kept(disclosure))?.outcome, 'delivered')
  assert.deepEqual(await entries(disclosure), ['delivered', 'granted'])
  assert.equal(await resume(gateway, disclosure.id, 'carrier', 'transport'), undefined)
  const again = resume(gateway, disclosure.id, 'carrier', 'transport', 'open or delivered')
  assert.deepEqual(await again, disclosure)
})

test('what was given up twice is given up once, and may still be found delivered', async () => {
  const disclosure = await toCarrier()
  await Promise.all([giveUp(gateway, disclosure), giveUp(gateway, disclosure)])
  assert.deepEqual(await entries(disclosure), ['given up', 'granted'])
  await confirm(gateway, disclosure)
  assert.equal((await kept(disclosure))?.outcome, 'delivered')
})

test('an adapter that throws after it has sent was heard; one that sent nothing was not', async () => {
  const [heard, silent] = [await toCarrier(), await toCarrier()]
  const broken = new Error('broken')
  const sending = deliver(gateway, heard, {}, async (_, way) => {
    await post(way, 'x')
    throw broken
  })
  await assert.rejects(sending, broken)
  assert.equal((await kept(heard))?.outcome, 'delivered')
  const failing = deliver(gateway, silent, {}, () => Promise.reject(broken))
  await assert.rejects(failing, broken)
  assert.equal((await kept(silent))?.outcome, null)
  ended.add('the shipment is open')
  const late = resume(gateway, silent.id, 'carrier', 'transport')
  await assert.rejects(late, { name: 'Refusal', clause: 'C8.1' })
})

test('C2.2 of several requests the channel that protected least is recorded', async () => {
  const subject = await sealedOrder(kernel)
  const disclosure = await toManufacturer(subject)
  const facts = { product: 'x', serialNumber: 'x', dateOfPurchase: 'x', fault: 'x' }
  await deliver(gateway, disclosure, facts, async (_, way) => {
    assert.equal(way.plainAllowed, true)
    for (const how of ['encrypted', 'plain', 'loopback', 'encrypted'] as const) way.travelled(how)
  })
  assert.equal((await kept(disclosure))?.channel, 'plain')
})

test('an adapter reaches the hosts that its company declares, and no other', async () => {
  const undeclared = [
    'http://127.0.0.1:1/',
    'https://tracker.invalid/',
    origin.replace('127.0.0.1', 'localhost'),
  ]
  for (const url of undeclared) {
    const disclosure = await toCarrier()
    const sending = deliver(gateway, disclosure, {}, (_, way) =>
      send(way, { method: 'GET', url, headers: {} }),
    )
    await assert.rejects(sending, { name: 'Refusal', clause: 'C5' })
    assert.equal((await kept(disclosure))?.outcome, 'refused')
  }
  assert.equal(asked.length, 0)
})

test('C8.1, C8.2 what was not granted does not leave, however and wherever it is put', async () => {
  const subject = await sealedOrder(kernel)
  const note = person.orderNote
  const attempts: readonly [string, (way: Way) => Promise<unknown>][] = [
    ['orderNote', (way) => post(way, note.toUpperCase())],
    ['orderNote', (way) => post(way, Buffer.from(note).toString('base64'))],
    ['orderNote', (way) => post(way, Buffer.from(note).toString('hex'))],
    ['orderNote', (way) => post(way, '', `/?q=${encodeURIComponent(note)}`)],
    ['orderNote', (way) => post(way, '', `/${note}`)],
    ['orderNote', (way) => post(way, '', '/', { 'x-note': note })],
    ['orderNote', (way) => post(way, Buffer.from(`{"x":"${note}"}`, 'utf16le'))],
    ['orderNote', (way) => post(way, note.replaceAll(' ', '\r\n '))],
    ['content', (way) => post(way, `{"description":"${content[0]}"}`)],
    ['content', (way) => post(way, 'sku=kettle-9')],
  ]
  for (const [field, attempt] of attempts) {
    alarms.length = 0
    const disclosure = await toCarrier(subject)
    const sending = deliver(gateway, disclosure, {}, (_, way) => attempt(way))
    const clause = field === 'content' ? 'C8.2' : 'C8.1'
    await assert.rejects(sending, (error: Error) => {
      assert.doesNotMatch(error.message, /blue shed|kettle/i)
      return 'clause' in error && error.clause === clause
    })
    assert.deepEqual(alarms, [{ recipient: 'carrier', purpose: 'transport', field }])
    assert.deepEqual(await entries(disclosure), ['granted', 'refused'])
  }
  assert.equal(asked.length, 0)
})

test('C5 a payment processor is told nothing about the person or the goods', async () => {
  const subject = await sealedOrder(kernel)
  const { line1, city, postalCode } = person.postalAddress
  const { firstName, lastName, email, phone, orderNote } = person
  const values = [firstName, lastName, email, phone, orderNote, line1, city, postalCode, ...content]
  const due = { orderReference: 'r1', amountMinor: 1000, currency: 'EUR' }
  for (const value of values) {
    const disclosure = await toProcessor(subject)
    const sending = deliver(gateway, disclosure, due, (_, way) => post(way, `description=${value}`))
    await assert.rejects(sending, { name: 'Refusal', clause: 'C5' }, value)
  }
  assert.equal(asked.length, 0)
})

test('an inquiry tells nothing at all', async () => {
  const subject = await sealedOrder(kernel)
  const ask = { to: 'carrier', for: 'transport', subject, company: name } as const
  const telling = inquire(gateway, ask, 'r1', (way) => post(way, person.lastName))
  await assert.rejects(telling, { name: 'Refusal' })
  assert.equal((await inquire(gateway, ask, 'r1', (way) => post(way, 'r1'))).status, 200)
})

test('a company that is not set up is told nothing', async () => {
  const subject = await sealedOrder(kernel)
  const ask = { to: 'carrier', for: 'transport', subject, company: 'Nobody', because } as const
  const disclosure = await database.transaction((tx) => grant(gateway, tx, ask))
  const delivery = deliver(gateway, disclosure, {}, async () => assert.fail('It was told'))
  await assert.rejects(delivery, { name: 'Refusal', clause: 'C5' })
})

test('a look of the staff gives what the role is given, and is in the ledger', async () => {
  const subject = await sealedOrder(kernel)
  const ask = {
    to: 'staff: packing',
    for: 'packing',
    subject,
    company: 'member-1',
    because,
  } as const
  const before = await countRows()
  const seen = await show(gateway, ask)
  assert.deepEqual(Object.keys(seen).sort(), five)
  assert.equal(await countRows(), before + 2)
  const look = await database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where leaf::json ->> 'kind' = 'looked at'`,
  )
  assert.match(look.leaf, /"company":"member-1".*"kind":"looked at".*"recipient":"staff: packing"/)
})

test('what goes to a third party is not shown past the ledger of deliveries', async () => {
  const subject = await sealedOrder(kernel)
  const ask = { to: String('carrier'), for: 'transport', subject, company: name, because }
  const before = await countRows()
  await assert.rejects(show(gateway, ask as Parameters<typeof show>[1]), { name: 'Bug' })
  assert.equal(await countRows(), before)
})

test('a person sees what is theirs, and nothing is recorded', async () => {
  const subject = await sealedOrder(kernel)
  const before = await countRows()
  assert.deepEqual({ ...(await showOwner(gateway, subject)) }, { ...person })
  assert.equal(await countRows(), before)
})

test('no entry of the ledger holds a value about anybody', async () => {
  const rows = await database.many<{ leaf: string }>(sql`select leaf from ledger_entry`)
  // The digits of an id may be anybody's postal code.
  const text = rows
    .map(({ leaf }) => leaf.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, ''))
    .join('\n')
    .toLowerCase()
  assert.ok(rows.length > 20)
  const { postalAddress, ...fields } = person
  for (const value of [...Object.values(fields), ...Object.values(postalAddress), ...content]) {
    if (value.length > 2) assert.equal(text.includes(value.toLowerCase()), false, value)
  }
})
