/** The database: what is committed together, what comes back as what, and that it is listened to for good. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase, testDatabaseUrl } from '../../test/support/database.ts'
import { openDatabase, type Queries, Query, sql } from './database.ts'

const database = await testDatabase({ after })
await database.script('create table kept (value bigint primary key)')

const keep = (on: Queries, value: number) => on.run(sql`insert into kept values (${value})`)
const isKept = async (value: number) =>
  (await database.first(sql`select 1 from kept where value = ${value}`)) !== undefined

test('a list of bytes comes back as it went, in whichever way it is written', async () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
  for (const way of ['hex', 'escape']) {
    await database.transaction(async (tx) => {
      await tx.run(sql`select set_config('bytea_output', ${way}, true)`)
      await fc.assert(
        fc.asyncProperty(fc.array(bytes, { maxLength: 5 }), async (list) => {
          const { back } = await tx.one<{ back: Buffer[] }>(sql`select ${list}::bytea[] as back`)
          assert.deepEqual(back, list)
        }),
      )
    })
  }
  const { back } = await database.one<{ back: unknown }>(
    sql`select array['\\x01', null]::bytea[] as back`,
  )
  assert.deepEqual(back, [Buffer.of(1), null])
})

test('a transaction commits what it returns and rolls back what it throws', async () => {
  const given = await database.transaction(async (tx) => {
    await keep(tx, 1)
    return 'given'
  })
  assert.equal(given, 'given')
  const undone = new Error('undone')
  const failing = database.transaction(async (tx) => {
    await keep(tx, 2)
    throw undone
  })
  await assert.rejects(failing, undone)
  assert.deepEqual([await isKept(1), await isKept(2)], [true, false])
})

test('a transaction with queries under way that fails leaves nothing, and nothing hangs', async () => {
  for (let round = 0; round < 20; round += 1) {
    const failing = database.transaction(async (tx) => {
      const broken = tx.run(sql`select 1 / 0`)
      await Promise.all([keep(tx, 100), broken, keep(tx, 101), tx.many(sql`select 1`)])
    })
    await assert.rejects(failing, { code: '22012' })
    const left = database.transaction(async (tx) => {
      void keep(tx, 102).catch(() => undefined)
      throw new Error('left')
    })
    await assert.rejects(left, /left/)
  }
  for (const value of [100, 101, 102]) assert.equal(await isKept(value), false)
  const answers = Array.from({ length: 30 }, (_, at) =>
    database.transaction((tx) => tx.one<{ at: number }>(sql`select ${at}::int as at`)),
  )
  assert.deepEqual(
    (await Promise.all(answers)).map(({ at }) => at),
    [...answers.keys()],
  )
  assert.equal(database.pool.idleCount, database.pool.totalCount)
})

test('what goes on after its transaction or its turn has failed writes nothing any more', async () => {
  for (const run of [database.transaction, database.together]) {
    const gone = Promise.withResolvers<void>()
    let late: Promise<unknown> = Promise.resolve()
    const failing = run(async (on: Queries) => {
      late = gone.promise.then(() => keep(on, 103))
      await on.many(sql`select 1`)
      throw new Error('stopped')
    })
    await assert.rejects(failing, /stopped/)
    gone.resolve()
    await assert.rejects(late, /after the end/)
  }
  let second: Promise<unknown> = Promise.resolve()
  const both = database.transaction((tx) => {
    second = tx.many(sql`select 1`).then(() => keep(tx, 103))
    return Promise.all([Promise.reject(new Error('refused')), second])
  })
  await assert.rejects(both, /refused/)
  await assert.rejects(second, /after the end/)
  assert.equal(await isKept(103), false)
})

test('a transaction that goes on after a failed statement does not pass for committed', async () => {
  const going = database.transaction(async (tx) => {
    await keep(tx, 3)
    await tx.run(sql`select 1 / 0`).catch(() => undefined)
  })
  await assert.rejects(going, { name: 'Bug' })
  assert.equal(await isKept(3), false)
})

test('a transaction whose connection is cut fails, and the next one has another', async () => {
  const cut = database.transaction((tx) =>
    tx.run(sql`select pg_terminate_backend(pg_backend_pid())`),
  )
  await assert.rejects(cut)
  await database.transaction((tx) => keep(tx, 4))
  assert.ok(await isKept(4))
})

test('a place in the source is one prepared statement, whatever its values', () => {
  const ask = (value: number) => sql`select ${value}`
  assert.equal(ask(1).name, ask(2).name)
  assert.deepEqual([ask(1).text, ask(2).values], ['select $1', [2]])
  assert.notEqual(ask(1).name, sql`select ${1}`.name)
  assert.ok(ask(1) instanceof Query)
})

test('a value is a parameter, never a part of the query', async () => {
  const property = fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
    fc.pre(!text.includes('\0'))
    const { back } = await database.one<{ back: string }>(sql`select ${text}::text as back`)
    assert.equal(back, text)
  })
  await fc.assert(property, { numRuns: 50, examples: [["'; drop table kept; --"], ['$1']] })
})

test('a bigint is a safe integer, or a bug', async () => {
  const read = (text: string) =>
    database.one<{ value: number }>(sql`select ${text}::bigint as value`)
  assert.equal((await read('-9007199254740991')).value, Number.MIN_SAFE_INTEGER)
  for (const text of ['9007199254740992', '-9223372036854775808']) {
    await assert.rejects(read(text), { name: 'Bug' })
  }
  assert.equal((await read('7')).value, 7)
})

test('an instant survives with its microseconds, in any zone; a date is text', async () => {
  const at = Temporal.Instant.from('2026-11-23T23:59:59.999999Z')
  for (const zone of ['UTC', 'Asia/Kathmandu', 'America/St_Johns']) {
    await database.transaction(async (tx) => {
      await tx.run(sql`select set_config('timezone', ${zone}, true)`)
      const { back, list } = await tx.one<{ back: Temporal.Instant; list: boolean }>(sql`
        select ${at}::timestamptz as back, ${at}::timestamptz = any(${[at]}::timestamptz[]) as list`)
      assert.ok(back.equals(at), zone)
      assert.equal(list, true)
    })
  }
  const { day } = await database.one<{ day: string }>(sql`select date '2026-11-23' as day`)
  assert.equal(day, '2026-11-23')
})

test('one row is one row', async () => {
  const [none, two] = [sql`select 1 where false`, sql`select generate_series(1, 2)`]
  for (const query of [none, two]) await assert.rejects(database.one(query), { name: 'Bug' })
  assert.equal(await database.first(none), undefined)
  await assert.rejects(database.first(two), { name: 'Bug' })
  assert.equal((await database.many(two)).length, 2)
  assert.equal(await database.run(two), 2)
})

test('a database that is not there is a fault with a remedy', async (t) => {
  const url = 'postgres://nobody@127.0.0.1:1/none'
  const away = openDatabase({ url, connections: 1, onLost: () => {} })
  t.after(() => away.close())
  const fault = { name: 'Fault', code: 'storage' }
  await assert.rejects(
    away.transaction(() => Promise.resolve()),
    fault,
  )
})

test('a listener hears what is said, and after a lost connection that it may have missed some', async () => {
  const heard: string[] = []
  let wake = () => {}
  const next = () => new Promise<void>((resolve) => (wake = resolve))
  await database.listen('a "strange" channel', (payload) => {
    heard.push(payload)
    wake()
  })
  const say = (text: string) => database.run(sql`select pg_notify('a "strange" channel', ${text})`)
  for (const round of ['one', 'two']) {
    const spoken = next()
    await say(round)
    await spoken
    const lost = next()
    const killed = await database.run(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where query like 'listen %' and datname = current_database()`)
    assert.ok(killed >= 1)
    await lost
  }
  assert.deepEqual(heard, ['one', '', 'two', ''])
})

test('a database that is closed while a listener comes back leaves no connection', async (t) => {
  const url = await testDatabaseUrl(t)
  const lost = Promise.withResolvers<void>()
  const own = openDatabase({ url, connections: 2, onLost: () => lost.resolve() })
  const calls: string[] = []
  await own.listen('news', (payload) => calls.push(payload))
  await own.run(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where query like 'listen %' and datname = current_database()`)
  await lost.promise
  await own.close()
  const name = new URL(url.replace('postgres:', 'http://x')).pathname.slice(1)
  for (let open = 1; open > 0; ) {
    const found = await database.one<{ open: number }>(sql`
      select count(*) as open from pg_stat_activity where datname = ${name}`)
    open = found.open
  }
})
