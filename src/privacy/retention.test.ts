/** Retention: what is over ends, what is not stays, and no clock ends anything early. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { openOffice } from '../../test/support/backoffice.ts'
import { untilSomebodyWaits } from '../../test/support/database.ts'
import { sql } from '../base/database.ts'
import { type Id, lowestId, newId } from '../base/ids.ts'
import { setHold } from './legal-hold.ts'
import { emailLookUp, subjectsOfEmail } from './look-ups.ts'
import { Personal } from './personal.ts'
import { restrict } from './restriction.ts'
import {
  contactMonthsKept,
  contactsEndBefore,
  dueNow,
  forecast,
  lastMonthOver,
  logDaysKept,
  type Retaining,
  runRetention,
} from './retention.ts'
import { alone, lastRuns } from './retention-run.ts'
import { clockHold, doubt, trustClock } from './steady-time.ts'
import { openHeld, sealAccount } from './vault.ts'

const MONTHS = 36
const DAY = 24

/** A store that has kept its books for years. */
async function oldStore(t: TestContext) {
  const office = await openOffice(t)
  const { database, erasing } = office
  const retaining: Retaining = { erasing, contactMonths: MONTHS }
  assert.deepEqual(await runRetention(retaining), { contacts: 0, months: [] })
  /** An order that was placed so many days ago. */
  const orderOf = async (days: number, state: 'delivered' | 'open' = 'delivered') => {
    office.wait({ hours: -days * DAY })
    const day = erasing.clock().toString().slice(0, 10)
    await database.run(sql`call make_partitions(${day}::date, 1)`)
    const order = await office.paidOrder()
    if (state === 'delivered') await office.deliver(order)
    office.wait({ hours: days * DAY })
    return order.id
  }
  const run = () => runRetention(retaining)
  const ended = async () => {
    const found = await run()
    assert.ok(typeof found === 'object', String(found))
    return found
  }
  return { ...office, retaining, orderOf, run, ended }
}

type Store = Awaited<ReturnType<typeof oldStore>>

async function rowsOf({ database }: Store, id: Id) {
  return database.one<{
    key: number
    sealed: string
    orders: number
    records: number
    told: number
  }>(sql`
    select (select count(*) from data_key where id = ${id}) as key,
      (select coalesce(string_agg(kind, ' ' order by kind), '') from sealed_record
        where subject = ${id}) as sealed,
      (select count(*) from orders where id = ${id}) as orders,
      (select count(*) from accounting_record where order_id = ${id}) as records,
      (select count(*) from disclosure where subject = ${id}) as told`)
}

const whole = { key: 1, sealed: 'contact invoice', orders: 1, records: 1, told: 2 }
const books = { key: 0, sealed: 'invoice', orders: 1, records: 1, told: 0 }
const nothing = { key: 0, sealed: '', orders: 0, records: 0, told: 0 }

test('C3.2 contact and delivery end after the shop’s period, the books stay', async (t) => {
  const store = await oldStore(t)
  const [over, living] = [await store.orderOf(1100), await store.orderOf(1090)]
  assert.deepEqual(await rowsOf(store, over), whole)
  assert.deepEqual(await store.run(), { contacts: 1, months: [] })
  assert.deepEqual(await rowsOf(store, over), books)
  assert.deepEqual(await rowsOf(store, living), whole)
  const { leaf } = await store.database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where leaf like '%"kind":"contact ended"%'`,
  )
  assert.match(leaf, /its time was over/)
  assert.ok(!leaf.includes(over), 'The ledger does not name the order')
  assert.deepEqual(await store.run(), { contacts: 0, months: [] })
})

test('what is open, held or restricted waits, and five years end it all the same', async (t) => {
  const store = await oldStore(t)
  const { erasing, database } = store
  const open = await store.orderOf(1200, 'open')
  const held = await store.orderOf(1200)
  const restricted = await store.orderOf(1200)
  const until = erasing.clock().toString().slice(0, 10)
  const ground = 'a legal claim is open'
  await setHold(erasing, { subject: held, ground, until, by: 'owner' })
  await restrict(erasing, [restricted], 'customer')
  const old = await store.orderOf(365 * 5 + 40, 'open')
  const due = await dueNow({ ...erasing, contactMonths: MONTHS })
  assert.deepEqual([due.restricted, due.legallyHeld], [1, 1])
  const ended = await store.ended()
  assert.equal(ended.contacts, 0)
  assert.equal(ended.months.length, 1)
  for (const id of [open, held, restricted]) assert.deepEqual(await rowsOf(store, id), whole)
  assert.deepEqual(await rowsOf(store, old), nothing)
  await database.run(sql`delete from legal_hold`)
  assert.equal((await store.ended()).contacts, 1)
  assert.deepEqual(await rowsOf(store, held), books)
})

test('C3.2 a month of the books ends with its key and its partitions, and the ledger tells', async (t) => {
  const store = await oldStore(t)
  const { database } = store
  const gone = await store.orderOf(365 * 5 + 40)
  const kept = await store.orderOf(365 * 5 - 40)
  const month = store.erasing
    .clock()
    .subtract({ hours: (365 * 5 + 40) * DAY })
    .toString()
    .slice(0, 7)
  const due = await dueNow({ ...store.erasing, contactMonths: MONTHS })
  assert.ok(due.months.includes(month))
  const runs = await Promise.all([store.run(), store.run()])
  assert.ok(runs.some((ended) => typeof ended === 'object' && ended.months.includes(month)))
  assert.deepEqual(await rowsOf(store, gone), nothing)
  assert.deepEqual(await rowsOf(store, kept), books, 'its contact is over, its month is not')
  const left = await database.one<{ keys: number; tables: number; periods: number }>(sql`
    select (select count(*) from data_key where kind = 'period') as keys,
      (select count(*) from accounting_period where month = ${month}) as periods,
      (select count(*) from pg_class where relname like 'orders_' || replace(${month}, '-', '\_')) as tables`)
  assert.deepEqual(left, { keys: 1, tables: 0, periods: 0 })
  const entries = await database.many<{ leaf: string }>(
    sql`select leaf from ledger_entry where leaf like '%month ended%' and leaf like ${`%"${month}"%`}`,
  )
  assert.equal(entries.length, 1, 'Two runs at once end a month once')
  assert.match(entries[0]?.leaf ?? '', /"ended":\["accounting-record 1","key 1"\]/)
})

test('while somebody reads the books for long, nobody waits behind a month that ends', async (t) => {
  const store = await oldStore(t)
  const { database } = store
  const gone = await store.orderOf(365 * 5 + 40)
  const runs: ReturnType<typeof store.ended>[] = []
  await database.transaction(async (reader) => {
    await reader.run(sql`lock table shipment in access share mode`)
    runs.push(store.ended())
    await untilSomebodyWaits(database)
    await reader.one(sql`select count(*) from orders`)
  })
  assert.deepEqual(
    (await Promise.all(runs)).map(({ months }) => months.length),
    [1],
  )
  assert.deepEqual(await rowsOf(store, gone), nothing)
})

test('an account that was opened in that month lives on', async (t) => {
  const store = await oldStore(t)
  const { database, gateway, erasing } = store
  const order = await store.orderOf(365 * 5 + 40)
  store.wait({ hours: -(365 * 5 + 40) * DAY })
  const account = newId(erasing.clock())
  const email = Personal.of('email', 'ann@example.org')
  await database.transaction((tx) => sealAccount(gateway.vault, tx, account, email))
  store.wait({ hours: (365 * 5 + 40) * DAY })
  assert.equal((await store.ended()).months.length, 1)
  assert.deepEqual(await rowsOf(store, order), nothing)
  const held = await openHeld(gateway.vault, database, account, ['email'])
  assert.equal(held.email, 'ann@example.org')
  const found = await subjectsOfEmail(gateway.vault, database, emailLookUp(gateway.vault, email))
  assert.deepEqual(found, [account])
})

test('a run that ended something is remembered, in counts; one by a word of a person always', async (t) => {
  const store = await oldStore(t)
  const { database, retaining } = store
  await store.orderOf(1100)
  await store.orderOf(1200, 'open')
  await store.orderOf(365 * 5 + 40)
  const seen: string[] = []
  const ended = await runRetention(retaining, 'the clock', (done, of) => seen.push(`${done}/${of}`))
  assert.ok(typeof ended === 'object')
  assert.deepEqual([ended.contacts, ended.months.length], [2, 1])
  assert.equal(seen.at(-1), '4/4')
  await store.run()
  await runRetention(retaining, 'a person')
  const [byPerson, byClock, ...more] = await lastRuns(database, 9)
  assert.deepEqual(more, [], 'a run by the clock that ended nothing is no news')
  assert.deepEqual([byPerson?.by, byPerson?.contacts, byPerson?.months], ['a person', 0, []])
  assert.deepEqual(
    [byClock?.by, byClock?.contacts, byClock?.months],
    ['the clock', 2, ended.months],
  )
  assert.ok(byClock?.finishedAt && byPerson?.finishedAt)
})

test('a run that was cut off says what it had ended, and the next one goes on', async (t) => {
  const store = await oldStore(t)
  const { database, retaining } = store
  await store.orderOf(1100)
  await store.orderOf(365 * 5 + 40)
  const cut = () => {
    throw new Error('cut off')
  }
  await assert.rejects(runRetention(retaining, 'the clock', cut), /cut off/)
  assert.deepEqual(
    (await lastRuns(database, 9)).map(({ contacts, finishedAt }) => [contacts, finishedAt]),
    [[2, null]],
  )
  const ended = await store.ended()
  assert.deepEqual([ended.contacts, ended.months.length], [0, 1])
})

test('while one process runs it, another does nothing; after a restore it waits', async (t) => {
  const store = await oldStore(t)
  const { retaining } = store
  const begun = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const first = alone(store.database, false, () => {
    begun.resolve()
    return held.promise
  })
  await begun.promise
  const waiting = runRetention(retaining, 'a restore')
  assert.equal(await store.run(), 'busy')
  assert.equal(await runRetention(retaining, 'a person'), 'busy')
  held.resolve()
  await first
  assert.deepEqual(await waiting, { contacts: 0, months: [] })
  assert.deepEqual(await store.run(), { contacts: 0, months: [] })
})

test('a clock that jumps ends nothing, until somebody says that it is right', async (t) => {
  for (const hours of [6 * 365 * DAY, -DAY, -365 * DAY]) {
    const store = await oldStore(t)
    const { database, erasing } = store
    const ids = [await store.orderOf(10), await store.orderOf(400)]
    store.wait({ hours })
    for (let hour = 0; hour < 4; hour += 1) assert.equal(await store.run(), 'held')
    assert.ok(await clockHold(database))
    store.wait({ hours: -hours })
    assert.equal(await store.run(), 'held', 'A hold is not released by time')
    for (const id of ids) assert.deepEqual(await rowsOf(store, id), whole)
    assert.equal(await trustClock(database, erasing.clock), true)
    assert.deepEqual(await store.run(), { contacts: 0, months: [] })
  }
})

test('a clock that is wrong together with that of the database is found by the time before', () => {
  const now = Temporal.Instant.from('2026-03-01T12:00:00Z')
  const seen = (hours: number, minutes = 0) =>
    doubt(now, { seenAt: now.subtract({ hours }), databaseNow: now.add({ minutes }) })
  assert.equal(seen(1), undefined)
  assert.equal(seen(48), undefined)
  assert.match(seen(49) ?? '', /jumped ahead/)
  assert.match(seen(-1) ?? '', /went back/)
  assert.match(seen(1, 11) ?? '', /differs/)
  assert.match(seen(1, -11) ?? '', /differs/)
})

test('C3.2 nothing is kept longer than its time, and nothing but the rest of a month ends before it', () => {
  const instants = fc
    .integer({ min: Date.UTC(2020, 0), max: Date.UTC(2060, 0) })
    .map((at) => Temporal.Instant.fromEpochMilliseconds(at))
  fc.assert(
    fc.property(instants, instants, fc.integer({ min: 1, max: 60 }), (placed, now, months) => {
      const date = placed.toZonedDateTimeISO('UTC')
      const month = date.toPlainDate().toPlainYearMonth().toString()
      const today = now.toZonedDateTimeISO('UTC')
      const booksEnd = date.add({ years: 5 })
      const isOver = month <= lastMonthOver(now)
      if (Temporal.ZonedDateTime.compare(today, booksEnd) >= 0) assert.ok(isOver)
      const monthBegins = date.with({ day: 1 }).startOfDay().add({ years: 5 })
      if (Temporal.ZonedDateTime.compare(today, monthBegins) < 0) assert.ok(!isOver)
      const isContactOver = lowestId(placed) < lowestId(contactsEndBefore(now, months))
      const days = today.since(date, { largestUnit: 'days' }).days
      if (days > 31 * months) assert.ok(isContactOver)
      if (days < 28 * months) assert.ok(!isContactOver)
    }),
  )
})

test('the forecast counts what ends in each month to come', async (t) => {
  const store = await oldStore(t)
  await store.orderOf(1000)
  await store.orderOf(5)
  const months = await forecast({ ...store.erasing, contactMonths: MONTHS }, 61)
  assert.equal(months.length, 61)
  assert.equal(months[0]?.month, store.erasing.clock().toString().slice(0, 7))
  const sum = (what: 'contacts' | 'records') => months.reduce((all, one) => all + one[what], 0)
  assert.deepEqual([sum('contacts'), sum('records')], [2, 2])
  const placed = store.erasing
    .clock()
    .subtract({ hours: 5 * DAY })
    .toString()
    .slice(0, 7)
  const at = Temporal.PlainYearMonth.from(placed).add({ months: MONTHS }).toString()
  assert.equal(months.find(({ month }) => month === at)?.contacts, 1)
})

test('C3.2 a contact is kept as long as the shop has set, and no longer than the policy lets it', () => {
  assert.equal(contactMonthsKept(36), 36)
  assert.equal(contactMonthsKept(36, 'P2Y'), 24)
  assert.equal(contactMonthsKept(12, 'P2Y'), 12)
  assert.equal(contactMonthsKept(36, 'P100D'), 3)
})

test('C7 logs are kept as many days as the policy says', () => {
  assert.equal(logDaysKept(), 14)
  assert.equal(logDaysKept('P1W'), 7)
})
