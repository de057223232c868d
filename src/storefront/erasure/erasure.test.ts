/** Erasure: what a person ends is ended, what stays is named before, and the receipt says so. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newestOrder } from '../../../test/support/outside.ts'
import { arrived, dataLink, shipped } from '../../../test/support/own-data.ts'
import { embeddedWords } from '../../../test/support/pdf.ts'
import { ADA, buy } from '../../../test/support/purchase.ts'
import { type Shopper, shopperAt } from '../../../test/support/shopper.ts'
import { type TestStore, testStore } from '../../../test/support/store.ts'
import { sql } from '../../base/database.ts'
import { type Id, newId } from '../../base/ids.ts'
import { linkToken } from '../../orders/link.ts'
import { addPlace, listPlaces } from '../../paper/places.ts'
import { registerPaper } from '../../paper/register.ts'
import { endRequested, erase } from '../../privacy/erasure.ts'
import { endHold, setHold } from '../../privacy/legal-hold.ts'
import { findSubjects } from '../../privacy/look-ups.ts'
import { sequence } from '../../privacy/sequencer.ts'
import { openHeld } from '../../privacy/vault.ts'

const EMAIL = ADA.email ?? ''
const PERSONAL = [
  ...(['firstName', 'lastName', 'postalAddress', 'email', 'phone', 'orderNote'] as const),
  ...(['trackingNumber', 'label'] as const),
]

async function bought(store: TestStore): Promise<Id> {
  await buy(store, { contact: { ...ADA, orderNote: 'ring twice' } })
  await store.work()
  return newestOrder(store)
}

async function closed(store: TestStore): Promise<Id> {
  const order = await bought(store)
  await shipped(store, order)
  await arrived(store, order)
  return order
}

async function atErasure(store: TestStore): Promise<{ shopper: Shopper; path: string }> {
  const { pathname } = await dataLink(store, EMAIL)
  return { shopper: shopperAt(store.url), path: `${pathname}/erasure` }
}

/** The tables in which a text stands in any column. */
async function tablesWith({ database }: TestStore, text: string): Promise<readonly string[]> {
  const tables = await database.many<{ name: string }>(sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition order by c.relname`)
  const found: string[] = []
  for (const { name } of tables) {
    const { rowCount } = await database.pool.query(
      `select 1 from "${name}" as whole where whole::text like $1 limit 1`,
      [`%${text}%`],
    )
    if (rowCount !== 0) found.push(name)
  }
  return found
}

test('C3.1 a delivered order: after the erasure nothing opens, and nothing finds it', async (t) => {
  const store = await testStore(t)
  const { vault } = store.gateway
  const order = await closed(store)
  assert.equal(Object.keys(await openHeld(vault, store.database, order, PERSONAL)).length, 8)
  const { shopper, path } = await atErasure(store)
  const done = await shopper.post(path, {})
  assert.equal(done.status, 200)
  assert.match(done.url.pathname, /^\/privacy\/receipts\/[\w-]{43}$/)
  assert.deepEqual(await openHeld(vault, store.database, order, PERSONAL), {})
  for (const [field, value] of [
    ['email', EMAIL],
    ['phone', ADA.phone ?? ''],
    ['lastName', ADA.lastName ?? ''],
    ['postalCode', ADA.postalCode ?? ''],
  ] as const) {
    assert.deepEqual(await findSubjects(vault, store.database, field, value, 9), [], field)
  }
  const page = await shopper.get(path.replace('/erasure', ''))
  assert.match(page.text, /We find nothing by this address/)
  const own = await shopper.get(`/orders/${linkToken(vault.keys, order)}`)
  assert.match(own.text, /the link from this order to this list was deleted as well/)
  assert.doesNotMatch(own.text, /Nothing yet/)
})

test('C3.2 the accounting record stays, and nothing leads from it to the ledger', async (t) => {
  const store = await testStore(t)
  const order = await closed(store)
  const disclosures = await store.database.many<{ id: Id }>(sql`select id from disclosure`)
  await erase(store.erasing, [order])
  await store.work()
  assert.deepEqual(await tablesWith(store, order), [
    ...['accounting_record', 'order_event', 'order_line', 'orders', 'payment', 'sealed_record'],
  ])
  for (const { id } of disclosures) {
    assert.deepEqual(await tablesWith(store, id), ['disclosure', 'ledger_entry'])
  }
  const invoice = await openHeld(store.gateway.vault, store.database, order, ['invoiceName'])
  assert.deepEqual(invoice, { invoiceName: 'Ada Lovelace' })
})

test('C3.2 the preview says what goes now, and what stays until when and why', async (t) => {
  const store = await testStore(t)
  await closed(store)
  const open = await bought(store)
  const { shopper, path } = await atErasure(store)
  const { status, text } = await shopper.get(path)
  assert.equal(status, 200)
  const [now = '', stays = ''] = text.split('id="stays"')
  assert.match(now, /Goes now.*first name, last name, .*parcel label/s)
  const year = store.gateway.clock().toZonedDateTimeISO('UTC').year
  assert.match(
    stays,
    new RegExp(`Accounting record.*until .*${year + 5} at the latest.*because .*C3\\.2`, 's'),
  )
  const { number } = await store.database.one<{ number: number }>(
    sql`select number from orders where id = ${open}`,
  )
  assert.match(
    stays,
    new RegExp(`Order ${number}:</strong> .*still open \\(paid\\).*until .*${year + 5} at`, 's'),
  )
  assert.match(stays, /carrier: EasyPost/)
  assert.equal((await tablesWith(store, 'erased')).length, 0, 'nothing is erased yet')
})

test('C3.1 an open order is found by no name, and ends by itself when it is delivered', async (t) => {
  const store = await testStore(t)
  const { vault } = store.gateway
  const order = await bought(store)
  const { shopper, path } = await atErasure(store)
  const { text } = await shopper.post(path, {})
  const later = /href="(\/privacy\/receipts\/[\w-]+)">Receipt 1/.exec(text)?.[1] ?? ''
  assert.match(text, /What could go at once is deleted/)
  assert.match(text, /payment processor: Stripe, told when what was still open ends/)
  assert.match((await shopper.get(later)).text, /has not ended yet/)
  const own = await shopper.get(`/orders/${linkToken(vault.keys, order)}`)
  assert.match(own.text, /You have asked us to delete what is about you in this order/)
  assert.doesNotMatch(own.text, /href="\/privacy\/data">See all|Have it in your account/)
  assert.equal((await shopper.get(`${later}.json`)).status, 404)
  assert.deepEqual(await findSubjects(vault, store.database, 'email', EMAIL, 9), [])
  assert.equal(await endRequested(store.erasing), 0)
  await shipped(store, order)
  assert.equal((await openHeld(vault, store.database, order, ['email'])).email, EMAIL)
  await arrived(store, order)
  assert.equal(await endRequested(store.erasing), 1)
  assert.equal(await endRequested(store.erasing), 0)
  assert.deepEqual(await openHeld(vault, store.database, order, PERSONAL), {})
  assert.deepEqual(await store.database.one(sql`select count(*) as n from erasure_request`), {
    n: 0,
  })
  const receipt = await shopper.get(later)
  assert.match(receipt.text, /It is done\..*carrier: EasyPost/s)
})

test('C3.2 the receipt of what is held names the hold’s ground and its last day', async (t) => {
  const store = await testStore(t)
  const subject = await closed(store)
  const day = store.gateway.clock().toZonedDateTimeISO('UTC').toPlainDate().add({ days: 9 })
  const by = newId(store.gateway.clock())
  const hold = { subject, ground: 'a legal claim is open', until: day.toString(), by } as const
  await setHold(store.erasing, hold)
  const { shopper, path } = await atErasure(store)
  const { text } = await shopper.post(path, {})
  const later = /href="(\/privacy\/receipts\/[\w-]+)">Receipt 1/.exec(text)?.[1] ?? ''
  const page = await shopper.get(later)
  assert.match(page.text, new RegExp(`Legal hold: .*${day.year} because a legal claim is open`))
  await endHold(store.erasing, subject)
  assert.match((await shopper.get(later)).text, /the order is still open/)
  assert.equal(await endRequested(store.erasing), 1)
  assert.match((await shopper.get(later)).text, /It is done/)
})

test('C3.1 an erasure that would leave something behind is none', async (t) => {
  const store = await testStore(t)
  const order = await closed(store)
  const all = () =>
    store.database.one(sql`
      select (select count(*) from data_key) as keys, (select count(*) from blind_index) as index,
        (select count(*) from shipment) as shipments, (select count(*) from ledger_entry) as entries,
        (select count(*) from disclosure where subject = ${order}) as disclosures`)
  const before = await all()
  const holdings = store.erasing.holdings.map((holding) =>
    holding.tables.includes('orders') ? { ...holding, end: async () => 0 } : holding,
  )
  const erasing = { ...store.erasing, holdings }
  await assert.rejects(erase(erasing, [order]), /An erasure left \d+ rows in orders/)
  assert.deepEqual(await all(), before)
})

test('C3.1 two who erase at once erase once', async (t) => {
  const store = await testStore(t)
  await closed(store)
  const { shopper, path } = await atErasure(store)
  const answers = await Promise.all([shopper.post(path, {}), shopper.post(path, {})])
  for (const { status } of answers) assert.equal(status, 200)
  const { n } = await store.database.one<{ n: number }>(
    sql`select count(*) as n from ledger_entry where leaf like '%"kind":"erased"%'`,
  )
  assert.equal(n, 1)
})

test('C3.1 the receipt is the ledger’s entry, without a value, and brings its proof', async (t) => {
  const store = await testStore(t)
  const order = await closed(store)
  const { shopper, path } = await atErasure(store)
  const { url, text } = await shopper.post(path, {})
  const early = JSON.parse((await shopper.get(`${url.pathname}.json`)).text)
  assert.deepEqual(Object.keys(early), ['version', 'entry'])
  const { at, id, reference, copiesEnd, stays, notices, ...entry } = JSON.parse(early.entry)
  assert.deepEqual(entry, {
    ...{ kind: 'erased', clause: 'C3.1', because: 'the person asked', version: 1, later: [] },
    ended: ['accounting-record 5', 'order-contact 2', 'look-up 4', 'ledger 5'],
    had: ['carrier: EasyPost', 'mail relay: localhost', 'payment processor: Stripe'],
  })
  assert.equal(notices.length, 3)
  // As a word: three letters that are hexadecimal stand in some random reference.
  assert.doesNotMatch(early.entry, new RegExp(`${order}|\\bada\\b|lovelace`, 'i'))
  const day = Temporal.Instant.from(at).toZonedDateTimeISO('UTC').toPlainDate()
  // The horizon, and up to two days until the key has turned and is gone.
  assert.equal(copiesEnd, day.add({ days: 30 + 2 }).toString())
  assert.equal(stays[0], `accounting-record ${day.add({ years: 5 })}`)
  assert.match(text, new RegExp(`Last copy in any backup ends</dt><dd>.*${copiesEnd.slice(0, 4)}<`))
  for (const one of [id, reference]) assert.match(one, /^[0-9a-f-]{36}$/)

  await sequence(store.ledger)
  const proven = JSON.parse((await shopper.get(`${url.pathname}.json`)).text)
  assert.equal(proven.entry, early.entry)
  assert.match(proven.checkpoint, /^localhost:\d+\/tacet\n/)
  assert.ok(proven.proof.length > 0)
  const pdf = Buffer.from(
    await (await fetch(`${new URL(url.pathname, store.url)}.pdf`)).arrayBuffer(),
  )
  const words = embeddedWords(pdf)
  assert.ok(words.includes(proven.checkpoint.split('\n', 1)[0]))
  assert.match(words, new RegExp(`Last copy in any backup ends: \\s*.*${copiesEnd.slice(0, 4)}`))
  assert.match(words, /payment processor: Stripe, (which is being told|told) to erase it/)
  const page = (await shopper.get(url.pathname)).text
  assert.match(page, /under a signed checkpoint.*href="\/\.well-known\/tacet\/key"/s)
})

test('C4.1 a paper about the order stays: the preview and the receipt say so', async (t) => {
  const store = await testStore(t)
  const order = await closed(store)
  await addPlace(store.gateway, 'Office', 'a safe')
  const [place] = await listPlaces(store.database)
  const by = newId(store.gateway.clock())
  const paper = {
    kind: 'invoice',
    place: place?.id ?? assert.fail(),
    owner: { order },
    by,
  } as const
  await registerPaper(store.gateway, paper)
  const { shopper, path } = await atErasure(store)
  const [, stays = ''] = (await shopper.get(path)).text.split('id="stays"')
  assert.match(stays, /Papers about your orders, .*without limit, because .*C4\.1/s)
  const { url, status, text } = await shopper.post(path, {})
  assert.equal(status, 200)
  assert.match(text, /papers about your orders, .*, without limit/)
  const pdf = await fetch(`${new URL(url.pathname, store.url)}.pdf`)
  assert.match(embeddedWords(Buffer.from(await pdf.arrayBuffer())), /without limit/)
})

test('a receipt’s address that was changed leads nowhere', async (t) => {
  const store = await testStore(t)
  for (const token of ['x', 'A'.repeat(43)]) {
    assert.equal((await shopperAt(store.url).get(`/privacy/receipts/${token}`)).status, 404)
  }
  assert.equal((await shopperAt(store.url).get('/privacy/data/x/erasure')).status, 404)
  assert.equal((await shopperAt(store.url).post('/privacy/data/x/erasure', {})).status, 404)
})
