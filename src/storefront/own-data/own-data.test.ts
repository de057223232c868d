/** A person's own data: the way to it, all of it on a page, and to take along. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { counted } from '../../../test/support/counted.ts'
import { inbox, newestOrder } from '../../../test/support/outside.ts'
import { arrived, dataLink, linksOf, shipped } from '../../../test/support/own-data.ts'
import { embeddedWords } from '../../../test/support/pdf.ts'
import { ADA, buy, order } from '../../../test/support/purchase.ts'
import { shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import { listen } from '../../../test/support/web.ts'
import { systemClock } from '../../base/clock.ts'
import { sql } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import { sendDataLink } from '../../orders/data-link.ts'
import { erase } from '../../privacy/erasure.ts'
import { show } from '../../privacy/gateway.ts'
import { emailLookUp, subjectsOfEmail } from '../../privacy/look-ups.ts'
import { dataToken, openDataToken } from '../../privacy/person-link.ts'
import { Personal } from '../../privacy/personal.ts'
import { policy } from '../../privacy/policy.ts'
import { en } from '../../web/words/en.ts'
import type { Afterwards } from '../afterwards.ts'
import { askForLink } from './actions.ts'
import { asCsv, asJson, type Parts } from './downloads.ts'
import { dataInParts } from './held.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database } = store
const { gateway } = store.payments
const ALSO_ADA = 'Ada.Lovelace@EXAMPLE.com'
const NOTE = '=HYPERLINK("x"), please\nring'
const visitor = shopperAt(store.url)
let orders: readonly Id[]
let link: URL
before(async () => {
  const first = await buyAs({ orderNote: NOTE })
  orders = [first, await buyAs({ email: ALSO_ADA, phone: '' })]
  await buyAs({ email: 'grace@example.com', lastName: 'Hopper' })
  await store.work()
  const ask = { to: 'staff: service', for: 'service', company: first, because: 'a question' }
  await show(
    { ...gateway, conditions: { ...gateway.conditions, 'a reason is stated': () => true } },
    {
      ...{ ...ask, to: 'staff: service', for: 'service', subject: first },
    },
  )
  link = await dataLink(store, ADA.email ?? '', ALSO_ADA)
})

async function buyAs(contact: Readonly<Record<string, string>>): Promise<Id> {
  await buy(store, { contact: { ...ADA, ...contact } })
  return newestOrder(store)
}

const subjects = (email: string) => emailLookUp(gateway.vault, Personal.of('email', email))

test('C3.1 the page shows each value of each order of the address, and of no other', async () => {
  const { status, text } = await visitor.get(link)
  assert.equal(status, 200)
  for (const value of Object.values(ADA)) assert.ok(text.includes(value), value)
  assert.ok(text.includes(ALSO_ADA))
  assert.equal([...text.matchAll(/<h2 id="order-\d+">/g)].length, 2)
  assert.doesNotMatch(text, /Hopper|grace/)
})

test('C3.2 each value has its clause, its beginning, its end and the ground', async () => {
  const { held } = await downloaded()
  assert.ok(held.length > 80)
  for (const { name, clause, since, until, ground, rule } of held) {
    assert.match(clause, /^C\d/, name)
    assert.match(since, /^\d{4}-\d\d-\d\dT/, name)
    assert.match(until, /^\d{4}-\d\d-\d\d$/, name)
    assert.equal(ground, policy.retention[rule]?.ends)
  }
})

test('C3.2 what ends with the contact of a closed order says its day, months before the limit', async (t) => {
  const today = gateway.clock().toZonedDateTimeISO('UTC').toPlainDate()
  const ends = async (...rules: readonly string[]) => {
    const { held } = await downloaded()
    const ruled = held.filter(({ rule }) => rules.includes(rule ?? ''))
    return [...new Set(ruled.map(({ until }) => until))]
  }
  // What is open waits for its end, at most for as long as the policy lets it.
  const [limit] = await ends('order-contact', 'look-up')
  assert.equal(limit, today.add({ years: 5 }).toString())
  const reach = (state: string) =>
    database.run(sql`update orders set state = ${state} where id = any(${orders}::uuid[])`)
  t.after(() => reach('paid'))
  await reach('delivered')
  const contact = today.add({ months: 36 }).toString()
  assert.deepEqual(await ends('order-contact', 'look-up'), [contact])
  assert.ok((await ends('accounting-record')).every((until) => until > contact))
})

test('C3.1 every field of the vault and every column about an order is shown', async () => {
  const { held } = await downloaded()
  const names = new Set(held.map(({ name }) => name))
  const sealed = await database.one<{ names: string[] }>(sql`
    select array_agg(distinct name) as names from sealed_record, unnest(names) as name
    where subject = any(${orders}::uuid[])`)
  for (const name of sealed.names) assert.ok(names.has(name), name)
  const columns = await database.many<{ name: string }>(sql`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_name in ('orders', 'order_line', 'order_event', 'payment', 'accounting_record')
      and column_name <> 'order_id' and table_name || '.' || column_name <> 'orders.id'`)
  for (const { name } of columns) assert.ok(names.has(name), name)
})

test('every stored field has a name in words', async () => {
  const tables = store.erasing.holdings
    .flatMap((holding) => holding.tables)
    .filter(
      (table) =>
        !/^(data_key|sealed_record|blind_index|disclosure|ledger.*|accounting_period)$/.test(table),
    )
  const columns = await database.many<{ name: string }>(sql`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_name = any(${tables}) and column_name not in ('order_id', 'subject')
      and table_name || '.' || column_name <> 'orders.id'`)
  const { held } = await downloaded()
  const unnamed = [...columns, ...held].filter(({ name }) => en.data.nameOf(name) === undefined)
  assert.deepEqual(
    unnamed.map(({ name }) => name),
    [],
  )
})

test('C5 each disclosure is shown, and each look of staff', async () => {
  const { text } = await visitor.get(link)
  const { disclosures } = await downloaded()
  const count = await database.one<{ n: number }>(
    sql`select count(*) as n from disclosure where subject = any(${orders}::uuid[])`,
  )
  assert.equal(disclosures.length, count.n)
  assert.match(text, /payment processor: Stripe.*?order reference, amount, currency.*?received/s)
  assert.match(text, /id="looks".*staff: service.*?seen by one of us/s)
  assert.match(text, /mail relay: .*?messages about a request/s)
})

test('C9 each order says under which revision its data was given, and whether a later one came', async () => {
  const page = async () => (await visitor.get(link.pathname)).text
  const given = (revision: string) => new RegExp(`Given under revision ${revision} [^<]*`, 'g')
  const now = [...(await page()).matchAll(given(policy.revision))]
  assert.equal(now.length, orders.length)
  for (const [line] of now) assert.match(line, /in force unchanged/)
  await database.run(sql`update orders set revision = '0z' where id = ${orders[0] ?? ''}`)
  const earlier = [...(await page()).matchAll(given('0z'))]
  await database.run(sql`update orders set revision = ${policy.revision} where revision = '0z'`)
  assert.match(
    String(earlier),
    /a later one has come\. What that allows in addition does not reach/,
  )
})

test('C7 the page says what is not held, and so do the files', async () => {
  const { text } = await visitor.get(link)
  assert.match(text, /What we do not hold.*No network address of yours/s)
  const { notHeld } = await (await fetch(`${link.href}.json`)).json()
  assert.deepEqual(notHeld, en.data.notHeld.list(false))
  const csv = await (await fetch(`${link.href}.csv`)).text()
  for (const sentence of notHeld) assert.ok(csv.includes(sentence), sentence)
})

test('the downloads are files, hold what the page shows, and are not stored on the way', async () => {
  for (const [kind, type] of [
    ['json', 'application/json'],
    ['csv', 'text/csv; charset=utf-8'],
  ]) {
    const answer = await fetch(`${link.href}.${kind}`)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), type)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    const name = `attachment; filename="my-data.${kind}"`
    assert.equal(answer.headers.get('content-disposition'), name)
    const text = await answer.text()
    for (const value of Object.values(ADA)) assert.ok(text.includes(value), value)
  }
})

test('C3.1 the PDF holds each value and each disclosure, and says what it cannot draw', async () => {
  const answer = await fetch(`${link.href}.pdf`)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/pdf')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const words = embeddedWords(Buffer.from(await answer.arrayBuffer())).replaceAll(/\s+/g, ' ')
  for (const value of Object.values(ADA)) assert.ok(words.includes(value), value)
  assert.match(words, /payment processor: Stripe.*order reference, amount, currency/)
  assert.match(words, /staff: service.*seen by one of us/)
  assert.match(words, /No network address of yours/)
  assert.match(words, /What happened: details: amount: €\d/)
  assert.match(words, /Order: taxes: rate: 25 %, net: €\d+\.\d\d, tax: €\d/)
  assert.match(words, /Article: tax rate: 25 %/)
  assert.doesNotMatch(words, /[{}]/, 'nothing stands there as a program writes it')
  assert.equal((await visitor.get('/privacy/data/x.pdf')).status, 404)
})

test('the page names the parts of a value that holds several', async () => {
  const { text } = await visitor.get(link)
  assert.match(text, /What happened: details<.*?<span class="lines">amount: €\d/s)
  assert.doesNotMatch(text, /Minor|Ppm|\{&quot;/)
})

test('no cell of the CSV is a formula, and a phone number stays one', async () => {
  const csv = await (await fetch(`${link.href}.csv`)).text()
  assert.ok(csv.includes(`"'=HYPERLINK(""x""), please\nring"`))
  assert.ok(csv.includes(`phone,${ADA.phone},`))
  assert.doesNotMatch(csv, /(?:^|,)"?[=@]/m)
})

test('C3.1 the link opens for 30 minutes, and nothing when it is changed; no address is in it', async () => {
  const token = link.pathname.split('/').at(-1) ?? ''
  assert.doesNotMatch(decodeURIComponent(link.href), /\bada\b|lovelace|example\.com/i)
  const bytes = Buffer.from(token, 'base64url').toString('latin1')
  assert.doesNotMatch(bytes, /lovelace|example\.com/i)
  const opened = openDataToken(gateway.vault.keys, token, gateway.clock())
  assert.deepEqual(opened?.digest, subjects(ADA.email ?? ''))
  for (const wrong of [token.slice(1), `${token}A`, 'x', token.toLowerCase(), orders[0] ?? '']) {
    assert.equal((await visitor.get(`/privacy/data/${wrong}`)).status, 404, wrong)
    assert.equal((await visitor.get(`/privacy/data/${wrong}.json`)).status, 404, wrong)
  }
  const old = dataToken(gateway.vault.keys, subjects(ADA.email ?? ''), gateway.clock())
  const { status, text } = await visitor.get(`/privacy/data/${old}`)
  assert.equal(status, 404)
  assert.match(text, /30 minutes are over/)
})

test('C7 the answer is the same, headers too, for an address that is known, unknown or erased', async () => {
  const erased = 'erased@example.com'
  const gone = await buyAs({ email: erased })
  await store.work()
  await shipped(store, gone)
  await arrived(store, gone)
  assert.ok(await erase(store.erasing, [gone]))
  const answers = []
  for (const email of ['grace@example.com', 'nobody@example.com', erased]) {
    const answer = await fetch(new URL('/privacy/data', store.url), {
      method: 'POST',
      headers: { origin: store.url.origin },
      body: new URLSearchParams({ email }),
    })
    const headers = [...answer.headers].filter(([name]) => name !== 'date').toSorted()
    const text = await answer.text()
    answers.push({ status: answer.status, headers, text })
    assert.ok(!text.includes(email))
  }
  const [known, unknown, ended] = answers
  assert.equal(known?.status, 200)
  assert.deepEqual(unknown, known)
  assert.deepEqual(ended, known)
  await store.work()
  for (const email of ['nobody@example.com', erased]) {
    const mails = await inbox(store, email)
    assert.doesNotMatch(JSON.stringify(mails), /privacy\/data/, email)
  }
})

test('C7 before the answer has left nothing is asked of the database, whose address it may be', async (t) => {
  const watched = counted(database)
  const begun: string[] = []
  const { server, url } = await listen((app, its) => {
    const own = { ...gateway, database: watched.database }
    const desk = { frame: its, gateway: own, erasing: store.erasing, contactMonths: 36 }
    const afterwards: Afterwards = (_, action) => begun.push(action)
    app.post('/privacy/data', askForLink(desk, afterwards))
  })
  t.after(() => server.close())
  for (const email of ['grace@example.com', 'nobody@example.com', 'erased@example.com']) {
    assert.equal((await shopperAt(new URL(url)).post('/privacy/data', { email })).status, 200)
    assert.equal(watched.statements(), 0, email)
  }
  assert.deepEqual(begun, ['data link', 'data link', 'data link'])
  await sendDataLink(
    { ...gateway, database: watched.database },
    Personal.of('email', 'x@y.example'),
  )
  assert.ok(watched.statements() > 0, 'it counts')
})

test('what is no address comes back with what was typed and what is wrong', async () => {
  for (const email of ['', 'ada', 'ada@', 'a b@example.com', `${'x'.repeat(70)}@example.com`]) {
    const { status, text } = await visitor.post('/privacy/data', { email })
    assert.equal(status, 422)
    assert.match(text, /error-summary/)
  }
})

test('C6 an address gets three links an hour, and one that never paid gets none', async () => {
  const email = Personal.of('email', 'many@example.com')
  await order(store, { contact: { ...ADA, email: 'many@example.com' } })
  const count = await linksOf(store)
  await sendDataLink(gateway, email)
  assert.equal(await linksOf(store), count)
  await buyAs({ email: 'many@example.com' })
  await Promise.all([1, 2, 3, 4, 5].map(() => sendDataLink(gateway, email)))
  assert.equal(await linksOf(store), count + 3)
  ahead = Temporal.Duration.from({ minutes: 61 })
  await sendDataLink(gateway, email)
  ahead = Temporal.Duration.from({ minutes: 0 })
  assert.equal(await linksOf(store), count + 4)
})

test('an address of which nothing is held opens a page that says so', async () => {
  const endsAt = gateway.clock().add({ minutes: 5 })
  const token = dataToken(gateway.vault.keys, subjects('none@example.com'), endsAt)
  const { status, text } = await visitor.get(`/privacy/data/${token}`)
  assert.equal(status, 200)
  assert.match(text, /We find nothing by this address/)
  assert.doesNotMatch(text, /you ordered without one/, 'nobody knows whether they ordered')
})

test('twenty orders are a page, and the downloads hold all', async () => {
  const email = 'often@example.com'
  for (let count = 0; count < 21; count += 1) await buyAs({ email })
  const endsAt = gateway.clock().add({ minutes: 5 })
  const path = `/privacy/data/${dataToken(gateway.vault.keys, subjects(email), endsAt)}`
  const ordersOn = async (query: string) =>
    [...(await visitor.get(`${path}${query}`)).text.matchAll(/<h2 id="order-/g)].length
  assert.equal(await ordersOn(''), 20)
  assert.equal(await ordersOn('?page=2'), 1)
  assert.equal(await ordersOn('?page=99'), 1)
  for (const page of ['0', '-1', 'x', '1e99'])
    assert.equal(await ordersOn(`?page=${page}`), 20, page)
  assert.match((await visitor.get(path)).text, /page=2">Older orders/)
  const { orders: all } = JSON.parse((await visitor.get(`${path}.json`)).text)
  assert.equal(all.length, 21)
  await inParts(await subjectsOfEmail(gateway.vault, database, subjects(email)))
})

/** In how many parts a file is written makes no difference, and it is not ahead of its reader. */
async function inParts(ids: readonly Id[]): Promise<void> {
  const desk = { gateway, erasing: store.erasing, contactMonths: 36 }
  const none = () => []
  let loaded = 0
  const parts = (orders: number): Parts =>
    async function* () {
      for await (const part of dataInParts(
        desk,
        { subjects: ids, endsAt: gateway.clock() },
        orders,
      )) {
        loaded += 1
        yield part
      }
    }
  const whole = async (file: AsyncIterable<string>) => (await Array.fromAsync(file)).join('')
  const lists = async (orders: number) => {
    const {
      held,
      disclosures,
      orders: numbers,
    } = JSON.parse(await whole(asJson(parts(orders), none)))
    return [held, disclosures, numbers].map((items) =>
      items.map((item: object) => JSON.stringify(item)).toSorted(),
    )
  }
  assert.deepEqual(await lists(4), await lists(99))
  const rows = async (orders: number) =>
    (await whole(asCsv(parts(orders), none))).split('\r\n').toSorted()
  assert.deepEqual(await rows(4), await rows(99))
  loaded = 0
  const file = asCsv(parts(4), none)
  for (let piece = 0; piece < 3; piece += 1) await file.next()
  assert.equal(loaded, 2)
}

type Downloaded = {
  readonly held: readonly Readonly<
    Record<'name' | 'clause' | 'since' | 'until' | 'ground' | 'rule', string>
  >[]
  readonly disclosures: readonly object[]
}

async function downloaded(): Promise<Downloaded> {
  const answer = await fetch(`${link.href}.json`)
  return JSON.parse(await answer.text())
}
