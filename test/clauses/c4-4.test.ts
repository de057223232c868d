/** C4.4: a paper ends when its content is destroyed, by a record that says how. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { newId } from '../../src/base/ids.ts'
import { destroyPaper } from '../../src/paper/destruction.ts'
import { paperEntries, paperIn } from '../support/clauses.ts'
import { openKernel } from '../support/kernel.ts'

test('C4.4 a paper ends by a record of its destruction alone, and with it what it was about', async (t) => {
  const kernel = await openKernel(t)
  const { database, gateway } = kernel
  const { by, paper } = await paperIn(kernel)
  const half = database.run(sql`update paper_document set destroyed_at = now()`)
  await assert.rejects(half, { code: '23514' })
  const witness = newId(gateway.clock())
  const low = { method: 'strip shredder', level: 2, by, witness } as const
  await assert.rejects(destroyPaper(gateway, paper.id, low), { code: '23514' })
  await destroyPaper(gateway, paper.id, { ...low, method: 'cross-cut shredder', level: 4 })
  assert.deepEqual(await paperEntries(database, paper.id), ['paper registered', 'paper destroyed'])
  const { keys } = await database.one<{ keys: number }>(
    sql`select count(*) as keys from data_key where id = ${paper.id}`,
  )
  assert.equal(keys, 0)
})
