/** The loop that lets the ledger's tree grow. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { addEntries, keyFolder, testLedger } from '../../test/support/ledger.ts'
import { sql } from '../base/database.ts'
import { noLog } from '../base/log.ts'
import { latestNote } from '../privacy/sequencer.ts'
import { startSequencing } from './sequencing.ts'

test('entries are taken in as they come, and none after the stop', async (t) => {
  const tree = await testLedger(t, await keyFolder(t))
  const { database } = tree
  const sequencing = startSequencing(tree, noLog)
  for (const end of [3, 5]) {
    await addEntries(database, end - 2, end)
    while ((await waiting()) > 0) await pause(20)
  }
  await sequencing.stop()
  assert.equal((await latestNote(database)).size, 4)
  await addEntries(database, 5, 6)
  assert.equal(await waiting(), 1)

  async function waiting(): Promise<number> {
    const { count } = await database.one<{ count: number }>(
      sql`select count(*) from ledger_unsequenced`,
    )
    return count
  }
})

test('a turn that fails is logged by its kind, and the loop goes on', async (t) => {
  const tree = await testLedger(t, await keyFolder(t))
  const failed = Promise.withResolvers<object>()
  await tree.database.run(sql`alter table ledger_checkpoint add constraint stop check (size < 1)`)
  await addEntries(tree.database, 0, 1)
  const sequencing = startSequencing(tree, (_, fields) => failed.resolve(fields))
  const fields = await failed.promise
  assert.deepEqual(fields, { job: 'sequence ledger', error: 'error 23514', attempt: 1 })
  await tree.database.run(sql`alter table ledger_checkpoint drop constraint stop`)
  while ((await latestNote(tree.database)).size === 0) await pause(20)
  await sequencing.stop()
})
