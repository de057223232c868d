/** C4.2: each paper is in a secure place of the shop. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { newId } from '../../src/base/ids.ts'
import { addPlace, listPlaces } from '../../src/paper/places.ts'
import { movePaper } from '../../src/paper/register.ts'
import { paperEntries, paperIn } from '../support/clauses.ts'
import { openKernel } from '../support/kernel.ts'

test('C4.2 each paper lies in a place of the list, and each move is on record', async (t) => {
  const kernel = await openKernel(t)
  const { database, gateway } = kernel
  const { by, paper } = await paperIn(kernel)
  await addPlace(gateway, 'Vault', 'a locked room')
  const vault = (await listPlaces(database)).find(({ name }) => name === 'Vault')
  await movePaper(gateway, paper.id, vault?.id ?? assert.fail(), by)
  assert.deepEqual(await paperEntries(database, paper.id), ['paper registered', 'paper moved'])
  const lost = database.run(sql`update paper_document set place = ${newId(gateway.clock())}`)
  await assert.rejects(lost, { code: '23503' })
})
