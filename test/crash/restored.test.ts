/**
 * A program whose embedded database was lost: backed up while it ran, restored, started again.
 */

import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { BEGIN_RESTORE } from '../../src/backup/unfinished.ts'
import { openDatabase } from '../../src/base/database.ts'
import { openPostgres } from '../../src/base/postgres.ts'
import { place, postgresOf, run, runInVain } from '../support/program.ts'
import { ADA, buy } from '../support/purchase.ts'
import { startTacet } from '../support/restored.ts'

test('the embedded database is backed up while it runs, and a start opens what was restored', async (t) => {
  const where = await place(t)
  const folder = join(where.folder, 'data')
  const saved = join(where.folder, 'saved.backup')
  const first = await run(where)
  await buy(first, { slug: 'glass-teapot', contact: ADA })
  const made = startTacet(`backup ${saved} --json`, folder, '')
  assert.equal(await made.ended, 0, made.said())
  assert.ok(JSON.parse(made.said()).pictures > 0)
  assert.equal(await first.stop(), 0)
  await rm(postgresOf(where), { recursive: true })
  await rm(join(folder, 'pictures'), { recursive: true })

  const restoring = startTacet(`restore ${saved} --accept-loss`, folder, '')
  assert.equal(await restoring.ended, 0, restoring.said())
  const second = await run(where)
  const orders = startTacet('orders list --json', folder, '')
  assert.equal(await orders.ended, 0, orders.said())
  assert.equal(JSON.parse(orders.said()).length, 1)
  await buy(second, { slug: 'glass-teapot', contact: ADA })
  const doctor = startTacet('doctor', folder, '')
  await doctor.ended
  assert.match(doctor.said(), /No backup was made by `tacet backup`/)
  assert.equal(await second.stop(), 0)
})

test('a start does not open what was restored by half', async (t) => {
  const where = await place(t)
  const postgres = await openPostgres({ folder: postgresOf(where) })
  const database = openDatabase({ url: postgres.url, connections: 1, onLost: () => undefined })
  await database.script(BEGIN_RESTORE)
  await database.close()
  await postgres.stop()
  const { code, said } = await runInVain(where)
  assert.equal(code, 1)
  assert.match(said, /A restore into this database was interrupted.*restore FILE. again/)
})
