/**
 * C3.2: the real program (store, database, command line) by a clock that is wrong. Whatever the clock says, nothing is
 * deleted early; log, doctor and command line say why; and when it is right again, a person's word is enough.
 */

import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/base/clock.ts'
import { type Database, sql } from '../../src/base/database.ts'
import {
  type Clock,
  clocks,
  otherClock,
  prepareDatabaseClock,
  setDatabaseClock,
} from '../support/other-clock.ts'
import { booksAt, type Program, place, run } from '../support/program.ts'
import { ADA, buy, goToPay } from '../support/purchase.ts'
import { startTacet } from '../support/restored.ts'

const YEAR = 24 * 365.25
const WORKS = [
  'lapse payments',
  'end what was asked for',
  'forget logs',
  'end unconfirmed accounts',
  'end stale carts',
  'publish months',
  'retention',
]
const AHEAD = 'the clock jumped ahead, or the store stood still for over 48 hours'
const BACK = 'the clock went back'
const APART = 'the clock differs from that of the database'

const where = await place({ after })
const data = join(where.folder, 'data')
let store: Program
let books: Database
let there: Held

type Held = Awaited<ReturnType<typeof held>>

before(async () => {
  store = await run(where)
  books = await booksAt(where)
  await prepareDatabaseClock(books)
  await buy(store, { slug: 'glass-teapot', contact: { ...ADA, email: 'kept@example.com' } })
  await buy(store, { slug: 'glass-teapot', contact: { ...ADA, email: 'waits@example.com' } })
  await goToPay(store, { slug: 'glass-teapot', contact: { ...ADA, email: 'pays@example.com' } })
  await writeFile(join(data, 'logs', `${dayAt(-24 * 10)}.log`), 'a line\n')
  await books.run(sql`
    insert into erasure_plan (subject, entry, due_at, asked_at)
    select id, gen_random_uuid(), now() + interval '72 hours', now() from orders where state = 'paid'
    order by id desc limit 1`)
  await work()
  there = await held()
})

const CLOCKS = [
  ['6 years ahead', 6 * YEAR, 6 * YEAR, AHEAD],
  ['a day back', -24, -24, BACK],
  ['a year back', -YEAR, -YEAR, BACK],
  ['a day ahead of the database', 24, 0, APART],
] as const
const CASES = clocks.flatMap((set) => CLOCKS.map((clock) => [...clock, set] as const))

for (const [name, hours, databaseHours, because, { by, clock }] of CASES) {
  test(`C3.2 the clock set ${name} ${by}: nothing is deleted early, and it is said why`, async () => {
    await startAt(clock(hours), databaseHours)
    await work()
    assert.deepEqual(await held(), there)
    const line = `"event":"retention held".*"because":"${because}"`
    assert.ok(await isLogged(hours, new RegExp(line)))
    const [ran, doctor] = await Promise.all([
      tacetAt('retention run', clock(hours)),
      tacetAt('doctor', clock(hours)),
    ])
    assert.equal(ran.code, 1, ran.words)
    for (const { words } of [ran, doctor]) assert.ok(words.includes(because), words)
    assert.deepEqual(await held(), there)
  })
}

test('C3.2 once the clock is right again a person says so, and the store goes on', async () => {
  await startAt(otherClock(6 * YEAR), 6 * YEAR)
  await work()
  await setDatabaseClock(books, 0)
  await store.kill()
  store = await run(where)
  await work()
  const stillHeld = await isLogged(0, /"event":"retention held"/)
  assert.ok(stillHeld, 'A hold is released by a person alone')
  assert.equal((await tacetAt('retention resume')).code, 0)
  await work()
  assert.equal((await tacetAt('retention run')).code, 0)
  assert.deepEqual(await held(), there)
})

/** The store by another clock, as if it had looked at the right one just before. */
async function startAt(clock: Clock, databaseHours: number): Promise<void> {
  await setDatabaseClock(books, databaseHours)
  await store.kill()
  await books.run(sql`
    update retention_clock set seen_at = pg_catalog.now(), held_at = null, held_because = null`)
  store = await run(where, clock)
}

/** All that the store does by the clock, at once, by the running process. */
async function work(): Promise<void> {
  for (const name of WORKS)
    await books.run(sql`
      select graphile_worker.add_job(${name}, '{}', max_attempts => 1, run_at => '2000-01-01')`)
  for (let waited = 0; waited < 30_000; waited += 50) {
    const { left } = await books.one<{ left: number }>(sql`
      select count(*) as left from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = any(${WORKS}) and attempts < max_attempts`)
    if (left === 0) return
    await pause(50)
  }
  assert.fail('The work by the clock must be done')
}

/** Everything that a clock could end. */
async function held() {
  const rows = await books.one(sql`
    select (select count(*) from orders) as orders, (select count(*) from data_key) as keys,
      (select count(*) from blind_index) as "lookUps",
      (select count(*) from payment where state = 'started') as payments,
      (select count(*) from cart) as carts, (select count(*) from accounting_record) as records,
      (select count(*) from erasure_plan) as waiting,
      (select count(*) from published_month) as months,
      (select count(*) from generation where destroyed_at is null) as generations,
      (select count(*) from graphile_worker._private_jobs where last_error is not null) as failed`)
  const keys = (await readdir(join(data, 'keys'))).filter((name) => name.endsWith('.key')).sort()
  const old = (await readdir(join(data, 'logs'))).includes(`${dayAt(-24 * 10)}.log`)
  return { rows, keys, old }
}

function dayAt(hours: number): string {
  return systemClock().add({ hours }).toString().slice(0, 10)
}

/** Lines come to the disk a moment later. */
async function isLogged(hours: number, line: RegExp): Promise<boolean> {
  const file = join(data, 'logs', `${dayAt(hours)}.log`)
  for (let waited = 0; waited < 5_000; waited += 50) {
    if (line.test(await readFile(file, 'utf8'))) return true
    await pause(50)
  }
  return false
}

async function tacetAt(line: string, clock: Clock = {}) {
  const settings = Object.entries(clock).map(([name, value]) => `export ${name}=${value};`)
  const started = startTacet(line, data, '', settings.join(' '))
  return { code: await started.ended, words: started.said() }
}
