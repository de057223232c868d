/** The retention engine: what ends when, and when nothing does. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/support/database.ts'
import { systemClock } from '../base/clock.ts'
import { type Database, sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { append } from './ledger.ts'
import { dueMonths, forecast, holdOf, resume, runRetention } from './retention.ts'

const OLD = '2019-02'

test('C3.2 a month ends on the day on which its first is five years old, and no day earlier', async (t) => {
  const database = await testDatabase(t)
  await database.run(sql`call make_partitions('2019-12-01'::date, 4)`)
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: -40, max: 40 }),
      async (at, days) => {
        const first = Temporal.PlainDate.from('2019-12-01').add({ months: at })
        const today = first.add({ years: 5 }).add({ days })
        const clock = () => today.toZonedDateTime('UTC').toInstant()
        const due = await dueMonths(database, clock)
        assert.equal(due.includes(first.toString().slice(0, 7)), days >= 0)
        const before = () => clock().subtract({ milliseconds: 1 })
        if (days === 0)
          assert.ok(!(await dueMonths(database, before)).includes(first.toString().slice(0, 7)))
      },
    ),
    { numRuns: 60 },
  )
})

test('C3.2 the keys of a month and then its rows end, and what is left says so in the ledger', async (t) => {
  const { database, order, run } = await oldStore(t)
  await resume(database, systemClock)
  assert.deepEqual(await run(), { ended: [OLD] })
  assert.equal(await count(database, order), 0)
  const { parts } = await database.one<{ parts: number }>(sql`
    select count(*) as parts from pg_class where relname ~ '(orders|data_key|shipment)_2019_02$'`)
  assert.equal(parts, 0)
  const entries = await database.many<{ leaf: string }>(sql`
    select leaf from ledger_entry where leaf like '%retention ended%' order by id`)
  const ended = entries.map(({ leaf }) => JSON.parse(leaf).ended[0]).sort()
  assert.deepEqual(ended, ['accounting-record 1 keys', 'accounting-record 2 rows'])
  const linked = await database.one<{ n: number }>(sql`
    select count(*) as n from disclosure where subject = ${order}`)
  assert.equal(linked.n, 0)
  assert.deepEqual(await run(), { ended: [] })
})

test('C3.2 two runs at once end a month once', async (t) => {
  const { database, order, run } = await oldStore(t)
  await resume(database, systemClock)
  await Promise.all([run(), run()])
  assert.equal(await count(database, order), 0)
  const { n } = await database.one<{ n: number }>(
    sql`select count(*) as n from ledger_entry where leaf like '%retention ended%'`,
  )
  assert.equal(n, 2)
})

test('C3.2 a run that was killed after the keys is finished by the next', async (t) => {
  const { database, order, run } = await oldStore(t)
  await resume(database, systemClock)
  await database.run(sql`select end_month(array['data_key'], '2019-02-01'::date, array[]::uuid[])`)
  assert.equal(await count(database, order), 1)
  assert.deepEqual(await run(), { ended: [OLD] })
  assert.equal(await count(database, order), 0)
})

test('what is restricted or under a legal hold stays with its key; the rest of its month ends', async (t) => {
  for (const table of ['legal_hold', 'restriction']) {
    const { database, order, run } = await oldStore(t)
    const other = await addOrder(database)
    const [at, id] = [systemClock(), newId(systemClock())]
    if (table === 'restriction') {
      await database.run(sql`
        insert into restriction (subject, id, by, set_at) values (${order}, ${id}, 'customer', ${at})`)
    } else {
      await database.run(sql`
        insert into legal_hold (subject, id, ground, until, by, set_at)
        values (${order}, ${id}, 'claim', '2099-01-01', 'staff', ${at})`)
    }
    await resume(database, systemClock)
    await run()
    assert.deepEqual([await count(database, order), await count(database, other)], [1, 0], table)
    assert.equal((await database.many(sql`select from data_key where id = ${order}`)).length, 1)
    assert.equal((await database.many(sql`select from data_key where id = ${other}`)).length, 0)
    await database.script(`delete from ${table}`)
    await run()
    assert.equal(await count(database, order), 0)
  }
})

test('C3.2 a first run that would end something waits for a person', async (t) => {
  const { database, order, run } = await oldStore(t)
  assert.match((await run()).hold?.reason ?? '', /first run/)
  assert.equal(await count(database, order), 1)
})

for (const [name, ahead] of [
  ['six years ahead', { hours: 24 * 365 * 6 }],
  ['a year back', { hours: -24 * 365 }],
  ['three days back', { hours: -72 }],
  ['49 hours ahead', { hours: 49 }],
] as const) {
  test(`C3.2 a clock ${name} holds retention, also when it is right again`, async (t) => {
    const { database, order, run, alarms } = await oldStore(t)
    await resume(database, systemClock)
    assert.ok((await run(() => systemClock().add(ahead))).hold)
    assert.equal(alarms.length, 1)
    assert.ok((await run()).hold)
    assert.equal(await count(database, order), 1)
    await resume(database, systemClock)
    assert.equal(await holdOf(database), undefined)
    assert.deepEqual((await run()).ended, [OLD])
  })
}

test('C3.2 a clock that the database shares is held against the last run and the ledger', async (t) => {
  const { database, order, run } = await oldStore(t)
  await database.run(sql`
    insert into retention_run (at, state) values (${systemClock().subtract({ hours: 24 * 21 })}, 'begun')`)
  assert.match((await run()).hold?.reason ?? '', /last run/)
  await resume(database, systemClock)
  const later = systemClock().add({ hours: 72 })
  await append(database, { kind: 'erased', reference: newId(later) }, later)
  assert.match((await run()).hold?.reason ?? '', /ledger has an entry/)
  await resume(database, systemClock)
  assert.deepEqual((await run()).ended, [OLD])
  assert.equal(await count(database, order), 0)
})

test('a day back, or two nights apart, is no reason to hold', async (t) => {
  const { database, run } = await oldStore(t)
  await resume(database, systemClock)
  assert.equal((await run(() => systemClock().subtract({ hours: 24 }))).hold, undefined)
  assert.equal((await run(() => systemClock().add({ hours: 23 }))).hold, undefined)
})

test('the forecast names each month that is held, with its end', async (t) => {
  const { database } = await oldStore(t)
  const [first] = await forecast(database)
  assert.deepEqual(first, { month: OLD, endsOn: '2024-02-01' })
})

async function oldStore(t: TestContext) {
  const database = await testDatabase(t)
  await database.run(sql`call make_partitions('2019-02-01'::date, 1)`)
  const order = await addOrder(database)
  const alarms: unknown[] = []
  const alarm = (hold: unknown) => alarms.push(hold)
  const run = (clock = systemClock) => runRetention({ database, clock, alarm })
  return { database, order, run, alarms }
}

/** Of the last moment of the month. */
async function addOrder(database: Database): Promise<Id> {
  const id = newId(Temporal.Instant.from('2019-02-28T23:59:59.999Z'))
  await database.run(sql`
    insert into orders (id, state, placed_at, country, currency, items_minor, shipping_minor, tax_minor,
      total_minor, taxes, prices_include_tax, shipping_method, weight_grams, language, revision)
    values (${id}, 'delivered', now(), 'DK', 'EUR', 1, 0, 0, 1, '[]', true, 'x', 1, 'en', '1a')`)
  await database.run(sql`
    insert into blind_index (subject, field, digest) values (${id}, 'email', '\\x01'::bytea)`)
  await database.run(sql`
    insert into data_key (id, kind, generation, wrapped) values (${id}, 'order', 1, '\\x00'::bytea)`)
  await database.run(sql`
    insert into disclosure (id, subject, recipient, purpose, company, fields, channel, revision, clause,
      because, granted_at)
    values (${newId(systemClock())}, ${id}, 'carrier', 'transport', 'x', '{}', 'encrypted', '1a', 'C2',
      'x', now())`)
  return id
}

async function count(database: Database, order: Id): Promise<number> {
  const { n } = await database.one<{ n: number }>(
    sql`select count(*) as n from orders where id = ${order}`,
  )
  return n
}
