/**
 * `kill -9` of the store after the processor has made a refund and before the store knows: it is made once.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/base/clock.ts'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { addStaff } from '../../src/staff/staff.ts'
import { control, journal } from '../support/outside.ts'
import { booksAt, type Program, place, run } from '../support/program.ts'
import { buy } from '../support/purchase.ts'
import { shopperAt } from '../support/shopper.ts'

type Refund = { readonly state: string; readonly tries: number }

test('kill -9 between the processor’s answer and our commit: the refund is made once', async (t) => {
  const where = await place(t)
  const first = await run(where)
  await buy(first, { slug: 'glass-teapot' })
  const books = await booksAt(where)
  const roster = { database: books, clock: systemClock }
  const { login, password } = await addStaff(roster, 'accounts-clerk', ['accounts'])
  const clerk = shopperAt(first.url)
  assert.equal((await clerk.post('/admin/session', { login, password })).status, 200)
  const { number, order } = await books.one<{ number: number; order: Id }>(
    sql`select number, id as order from orders`,
  )
  await control(first, 'outage', { service: 'processor', mode: 'lost' })
  const url = `/admin/orders/${number}/refunds`
  assert.equal((await clerk.post(url, { amount: '7.00', refunded: '0' })).status, 200)
  await until(async () => (await posted(first)) > 0)
  const before = await books.one<Refund>(sql`select state, tries from refund`)
  assert.deepEqual(before, { state: 'requested', tries: 1 })
  await first.kill()

  const second = await run(where)
  const after = await booksAt(where)
  // A day later the processor has forgotten the key by which it would know the request again.
  await control(second, 'forget', {})
  await after.run(sql`
    update graphile_worker._private_jobs set run_at = now() where key like 'refund %'`)
  await until(async () => (await after.one<Refund>(sql`select state from refund`)).state === 'done')
  const payments = await (await fetch(new URL('/payments', second.sandbox))).text()
  assert.deepEqual(
    payments.match(/€[\d.]+ succeeded/g),
    ['€7.00 succeeded'],
    'it was made, and once',
  )
  const booked = await after.one(sql`
    select refunded_minor as reserved, paid_back_minor as "paidBack" from orders
    where id = ${order}`)
  assert.deepEqual(booked, { reserved: 700, paidBack: 700 })
  assert.equal(await second.stop(), 0)
})

async function posted(store: Program): Promise<number> {
  const entries = await journal(store, 'processor')
  return entries.filter(({ method, path }) => method === 'POST' && path === '/v1/refunds').length
}

/** Looks until it is so, for twenty seconds. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (await isSo()) return
    await pause(50)
  }
  assert.fail('it must come in the end')
}
