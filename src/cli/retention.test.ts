/** `tacet retention`: the forecast, what would end, and the word that the clock is right. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLine } from '../../test/support/command-line.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { alone, lastRuns } from '../privacy/retention-run.ts'
import { steadyTime } from '../privacy/steady-time.ts'

test('the forecast and the dry run count, and name nobody', async (t) => {
  const { run } = await commandLine(t)
  const months = JSON.parse((await run('retention', 'forecast', '--months', '3', '--json')).said)
  assert.equal(months.length, 3)
  assert.deepEqual(Object.keys(months[0]), ['month', 'contacts', 'records'])
  assert.match(
    (await run('retention', 'forecast')).said,
    /^month +contacts +records of the books\n/,
  )
  const { code, said } = await run('retention', 'run', '--dry-run')
  assert.equal(code, 0)
  assert.match(
    said,
    /^Would end now, at the most: the contact of 0 orders, and no month of the books/,
  )
})

test('C3.2 a run ends what is over at once, beside the store, and is remembered', async (t) => {
  const { run, database } = await commandLine(t)
  assert.ok(await steadyTime(database, systemClock))
  await database.run(sql`call make_partitions('2019-03-01'::date, 1)`)
  assert.deepEqual(JSON.parse((await run('retention', 'run', '--json')).said), {
    contacts: 0,
    months: ['2019-03'],
  })
  const words = await run('retention', 'run')
  assert.equal(words.said, 'Ended: the contact of 0 orders, and no month of the books.\n')
  const runs = await lastRuns(database, 9)
  assert.deepEqual(
    runs.map(({ by, months }) => [by, months]),
    [
      ['a person', []],
      ['a person', ['2019-03']],
    ],
  )
})

test('while the clock is not trusted, or the store does it, a run says so and ends with 1', async (t) => {
  const { run, database } = await commandLine(t)
  assert.ok(await steadyTime(database, systemClock))
  await alone(database, false, async () => {
    const { code, said } = await run('retention', 'run')
    assert.equal(code, 1)
    assert.match(said, /The store is ending what is over at this moment/)
  })
  await database.run(sql`update retention_clock set seen_at = seen_at - interval '3 days'`)
  const { code, said } = await run('retention', 'run', '--json')
  assert.equal(code, 1)
  assert.match(JSON.parse(said).error, /Nothing ends by the clock: the clock jumped ahead.*resume/)
})

test('a hold is told, and released by a word', async (t) => {
  const { run, database } = await commandLine(t)
  assert.ok(await steadyTime(database, systemClock))
  await database.run(sql`update retention_clock set seen_at = seen_at - interval '3 days'`)
  assert.equal(await steadyTime(database, systemClock), undefined)
  assert.match((await run('retention', 'run', '--dry-run')).said, /But nothing ends by the clock/)
  assert.match((await run('retention', 'resume')).said, /^Retention goes on\. The time is taken/)
  assert.match((await run('retention', 'resume')).said, /^Retention was not on hold/)
  assert.ok(await steadyTime(database, systemClock))
})

test('what cannot be understood ends with 2', async (t) => {
  const { run } = await commandLine(t)
  for (const line of [
    'retention',
    'retention run now',
    'retention run --dry-run now',
    'retention forecast --months 0',
    'retention now',
  ]) {
    assert.equal((await run(...line.split(' '))).code, 2, line)
  }
})
