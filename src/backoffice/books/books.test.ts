/** The books of a month: what staff see summed, and the file that they give their accountant. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { clerkAt } from '../../../test/support/clerk.ts'
import { control, newestOrder } from '../../../test/support/outside.ts'
import { ADA, buy } from '../../../test/support/purchase.ts'
import { madeRefunds } from '../../../test/support/refunds.ts'
import { testStore } from '../../../test/support/store.ts'
import { monthOf, systemClock } from '../../base/clock.ts'
import { type Queries, sql } from '../../base/database.ts'
import { type Id, newId } from '../../base/ids.ts'
import { entriesOf, monthsInBooks, sumsOf } from '../../payments/books.ts'
import { requestRefund } from '../../payments/refund.ts'
import { erase } from '../../privacy/erasure.ts'
import { asCsv } from './file.ts'

let ahead = Temporal.Duration.from({ seconds: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, payments } = store
const by = newId(systemClock())
const accounts = await clerkAt(store, 'accounts')
const service = await clerkAt(store, 'service')
const month = monthOf(systemClock())
const today = systemClock().toString().slice(0, 10)
const rowsOf = async (of: string) => {
  const file = String(await accounts.file(`/admin/books/${of}.csv`))
  return file.split('\r\n').slice(1, -1)
}

async function refunded(orderId: Id, amountMinor: number): Promise<void> {
  await requestRefund(payments, { orderId, of: amountMinor, by, seenRefundedMinor: 0 })
  await store.work()
}

async function bought(country = 'DK'): Promise<{ order: Id; number: number }> {
  await buy(store, {
    country,
    contact: { ...ADA, postalCode: country === 'DE' ? '10115' : '1050' },
  })
  await store.work()
  const order = await newestOrder(store)
  const { number } = await database.one<{ number: number }>(
    sql`select number from orders where id = ${order}`,
  )
  return { order, number }
}

const danish = await bought()
const german = await bought('DE')

test('C3.2 a month has its sales and refunds with the tax of each rate, and nobody’s name', async () => {
  assert.match((await accounts.get('/admin/books')).text, /Denmark \(DK\)<\/th>.*25 %.*€0\.00 net/)
  await refunded(danish.order, 1000)
  const rows = await rowsOf(month)
  assert.deepEqual(rows.slice(0, 1), [`${today},sale,${danish.number},DK,EUR,25,37.92,9.48,47.40`])
  assert.match(rows[1] ?? '', new RegExp(`^${today},sale,${german.number},DE,EUR,19,`))
  assert.deepEqual(rows.slice(2), [`${today},refund,${danish.number},DK,EUR,25,-8.00,-2.00,-10.00`])
  const { text } = await accounts.get(`/admin/books?month=${month}`)
  const row = /<tr><th scope="row">Denmark \(DK\)<\/th>.*?<\/tr>/.exec(text)?.[0] ?? ''
  assert.match(row, />€37\.92 net, €9\.48 tax<.*>-€8\.00 net, -€2\.00 tax<.*>€29\.92<.*>€7\.48</)
  for (const value of Object.values(ADA)) assert.ok(!`${text}${rows}`.includes(String(value)))
})

test('a refund that comes back in another month stands in both, and the first does not change', async () => {
  await control(store, 'webhooks', { webhooks: 'hold' })
  await refunded(german.order, 1190)
  const before = await rowsOf(month)
  const id = (await madeRefunds(store, german.order)).at(-1)?.id
  await control(store, 'bounce', { refund: id })
  ahead = Temporal.Duration.from({ hours: 24 * 31 })
  await control(store, 'release', {})
  const now = systemClock().add(ahead)
  // Sessions of staff do not last that long.
  ahead = Temporal.Duration.from({ seconds: 0 })
  const later = monthOf(now)
  const entries = await Array.fromAsync(asCsv(entriesOf(database, later)))
  assert.deepEqual(entries.slice(1), [
    `${now.toString().slice(0, 10)},refund came back,${german.number},DE,EUR,19,10.00,1.90,11.90\r\n`,
  ])
  assert.deepEqual(await rowsOf(month), before, 'a month that was declared does not change')
  assert.match(before.join(), /,refund,\d+,DE,EUR,19,-10\.00,-1\.90,-11\.90/)
  const months = await monthsInBooks(database, now)
  assert.deepEqual([months[0], months.at(-1)], [later, month])
})

test('C3.1 C3.2 once somebody is erased the books say what they said', async () => {
  const before = await rowsOf(month)
  await database.run(sql`update orders set state = 'delivered' where id = ${danish.order}`)
  assert.ok(await erase(store.erasing, [danish.order]))
  assert.deepEqual(await rowsOf(month), before)
})

test('the sums of a month are those of its entries', async () => {
  await bought()
  const entries = await Array.fromAsync(entriesOf(database, month))
  const sums = await sumsOf(database, month)
  for (const [side, kinds] of [
    ['sold', ['sale']],
    ['refunded', ['refund', 'refund came back']],
  ] as const) {
    const of = entries.filter(({ kind }) => kinds.some((one) => one === kind))
    for (const amount of ['netMinor', 'taxMinor'] as const) {
      const sum = sums.reduce((all, one) => all + one[side][amount], 0)
      assert.equal(
        sum,
        of.reduce((all, one) => all + one[amount], 0),
        `${side} ${amount}`,
      )
    }
  }
  assert.deepEqual(
    sums.map(({ country, ratePpm }) => [country, ratePpm]),
    [
      ['DE', 190_000],
      ['DK', 250_000],
    ],
  )
})

/** How many rows of a table are read meanwhile. The planner must not think that there are few of them. */
async function readOf(table: string, look: (on: Queries) => Promise<unknown>): Promise<number> {
  const count = async (on: Queries) => {
    const { rows } = await on.one<{ rows: number }>(sql`
      select sum(seq_tup_read + idx_tup_fetch)::bigint as rows from pg_stat_xact_user_tables
      where relname like ${`${table}_%`}`)
    return rows
  }
  return database.transaction(async (tx) => {
    await tx.run(sql`set local enable_seqscan = off`)
    await tx.run(sql`set local enable_hashjoin = off`)
    await tx.run(sql`set local enable_mergejoin = off`)
    const before = await count(tx)
    await look(tx)
    return (await count(tx)) - before
  })
}

test('a month is summed and written out without reading what is of others, or anything twice', async () => {
  const { refunds, records } = await database.one<{ refunds: number; records: number }>(sql`
    select (select count(*) from refund) as refunds,
      (select count(*) from accounting_record) as records`)
  assert.ok(refunds > 0 && records > 2)
  assert.equal(await readOf('refund', (on) => sumsOf(on, '2020-01')), 0)
  const written = (on: Queries) => Array.fromAsync(entriesOf(on, month))
  assert.equal(await readOf('accounting_record', written), records)
})

test('owners and accounts see the books, of months that there are', async () => {
  for (const path of ['/admin/books', `/admin/books/${month}.csv`]) {
    assert.equal((await service.get(path)).status, 403, path)
  }
  assert.doesNotMatch((await service.get('/admin/orders')).text, /href="\/admin\/books"/)
  assert.match((await accounts.get('/admin/orders')).text, /href="\/admin\/books"/)
  for (const wrong of ['1999-01', 'x', '2999-12']) {
    assert.equal((await accounts.get(`/admin/books?month=${wrong}`)).status, 404, wrong)
    assert.equal((await accounts.get(`/admin/books/${wrong}.csv`)).status, 404, wrong)
  }
})
