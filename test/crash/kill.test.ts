/**
 * `kill -9` of the store, again and again, while customers buy and mails are on their way. Whoever was told that their
 * order is paid has a paid order; stock, orders and money agree; and every message comes in the end.
 */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Database, sql } from '../../src/base/database.ts'
import { en } from '../../src/web/words/en.ts'
import { control, inbox } from '../support/outside.ts'
import { booksAt, type Place, type Program, place, postgresOf, run } from '../support/program.ts'
import { ADA, order, pay, paymentUrlOf } from '../support/purchase.ts'

const SLUG = 'glass-teapot'
const PIECES = 1000
/** How many more customers are told that they have paid before each kill: others are at every step just then. */
const ROUNDS = [1, 4, 9, 16]
const BUYERS = 6
const PAID = en.checkout.order.notices.paid

type Promised = { readonly path: string; readonly email: string }
type Told = { readonly promised: Promised[]; readonly paymentUrls: URL[]; count: number }

/** Buys until the store is gone, and notes what it was told. */
async function keepBuying(store: Program, told: Told): Promise<void> {
  for (;;) {
    told.count += 1
    const email = `crash-${told.count}@example.com`
    try {
      const { shopper, answer } = await order(store, { slug: SLUG, contact: { ...ADA, email } })
      if (answer.status !== 200) continue
      const paymentUrl = paymentUrlOf(answer)
      told.paymentUrls.push(paymentUrl)
      const { url, text } = await pay(shopper, paymentUrl)
      if (text.includes(PAID)) told.promised.push({ path: url.pathname, email })
    } catch {
      return
    }
  }
}

async function surviveRounds(where: Place, told: Told): Promise<Program> {
  let store = await run(where)
  const books = await booksAt(where)
  await books.run(sql`update stock set available = ${PIECES}`)
  for (const more of ROUNDS) {
    const enough = told.promised.length + more
    const buyers = Array.from({ length: BUYERS }, () => keepBuying(store, told))
    await eventually('paid orders', async () => told.promised.length >= enough, 5)
    await store.kill()
    await Promise.all(buyers)
    store = await run(where)
  }
  return store
}

/** Looks until it is so, for twenty seconds. */
async function eventually(
  what: string,
  isSo: () => Promise<boolean>,
  everyMilliseconds = 50,
): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += everyMilliseconds) {
    if (await isSo()) return
    await pause(everyMilliseconds)
  }
  assert.fail(`${what} must come in the end`)
}

async function count(books: Database, query: Parameters<Database['one']>[0]): Promise<number> {
  return (await books.one<{ n: number }>(query)).n
}

async function checkStock(books: Database): Promise<void> {
  const wrong = await books.many(sql`
    select v.sku, s.available, coalesce(sum(l.quantity), 0) as ordered
    from stock s join variant v on v.id = s.variant_id left join order_line l on l.variant_id = v.id
    group by v.sku, s.available
    having s.available + coalesce(sum(l.quantity), 0) <> ${PIECES}`)
  assert.deepEqual(wrong, [], 'stock = initial − paid − reserved')
}

test('kill -9 while customers buy: nothing that was promised is lost, and the books agree', async (t) => {
  const where = await place(t)
  const told: Told = { promised: [], paymentUrls: [], count: 0 }
  const store = await surviveRounds(where, told)
  const books = await booksAt(where)

  for (const { path } of told.promised) {
    const page = await (await fetch(new URL(path, store.url))).text()
    assert.ok(page.includes(PAID), path)
  }
  const completed = await countCompleted(told.paymentUrls)
  await eventually('what was paid at the processor', async () => {
    const paid = await count(books, sql`select count(*) as n from orders where state = 'paid'`)
    return paid === completed
  })
  await checkStock(books)
  const doubled = await books.many(sql`
    select order_id from order_event where kind = 'paid' group by order_id having count(*) <> 1`)
  assert.deepEqual(doubled, [])
  await eventually('every confirmation', async () => {
    const open = sql`select count(*) as n from disclosure where because = 'order paid' and outcome is null`
    return (await count(books, open)) === 0
  })
  for (const { email } of told.promised) {
    assert.ok((await inbox(store, email)).length >= 1, email)
  }
  assert.equal(await store.stop(), 0)
  assert.equal(existsSync(join(postgresOf(where), 'cluster', 'postmaster.pid')), false)
  for (const url of [store.url, store.sandbox]) await assert.rejects(fetch(url), url.href)
})

/** How many of the processor's pages say that they were paid. */
async function countCompleted(paymentUrls: readonly URL[]): Promise<number> {
  const pages = await Promise.all(paymentUrls.map(async (url) => (await fetch(url)).text()))
  return pages.filter((page) => page.includes('This payment is complete')).length
}

test('kill -9 in the midst of a job and of a placing: the job is done, the stock comes back', async (t) => {
  const where = await place(t)
  const first = await run(where)
  const before = await count(
    await booksAt(where),
    sql`select sum(available)::bigint as n from stock`,
  )
  await control(first, 'outage', { service: 'mail', mode: 'hang' })
  const email = 'in-the-midst@example.com'
  const { shopper, answer } = await order(first, { slug: SLUG, contact: { ...ADA, email } })
  await pay(shopper, paymentUrlOf(answer))
  await control(first, 'outage', { service: 'processor', mode: 'hang' })
  const placing = order(first, { slug: SLUG }).catch(() => undefined)
  const early = await booksAt(where)
  await eventually('a job and a placing under way', async () => {
    const busy = sql`select count(*) as n from graphile_worker._private_jobs where locked_by is not null`
    const open = sql`select count(*) as n from payment where session_id is null`
    return (await count(early, busy)) > 0 && (await count(early, open)) > 0
  })
  await first.kill()
  await placing

  const second = await run(where)
  const books = await booksAt(where)
  await eventually('the mail', async () => (await inbox(second, email)).length > 0)
  await books.run(sql`
    update payment set lapses_at = now() - interval '1 minute' where state = 'started'`)
  await books.run(sql`select graphile_worker.add_job('lapse payments', '{}')`)
  await eventually('the stock of the order that was not placed', async () => {
    const now = await count(books, sql`select sum(available)::bigint as n from stock`)
    return now === before - 1
  })
  assert.equal((await inbox(second, email)).length, 1)
  assert.equal(await count(books, sql`select count(*) as n from orders`), 1)
  assert.equal(await second.stop(), 0)
})
