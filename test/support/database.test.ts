/** What the tests' own database promises to them. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { testDatabase, testDatabaseUrl } from './database.ts'

test('a test has a migrated database to itself', async (t) => {
  const one = await testDatabase(t)
  const other = await testDatabase({ after })
  await one.script('create table own (id int)')
  const find = sql`select to_regclass('own') is not null as own,
    to_regclass('migration') is not null as migrated,
    to_regclass('graphile_worker.jobs') is not null as jobs`
  assert.deepEqual({ ...(await one.one<object>(find)) }, { own: true, migrated: true, jobs: true })
  assert.deepEqual(
    { ...(await other.one<object>(find)) },
    { own: false, migrated: true, jobs: true },
  )
  assert.match(await testDatabaseUrl(t), /^postgres:\/\/\/test_/)
})
