/** A paper whose destruction was recorded after a backup: its record outlives the loss of the database (C4.4). */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { listStaff } from '../../src/staff/staff.ts'
import { clerkAt } from '../support/clerk.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { embeddedWords } from '../support/pdf.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { testStore } from '../support/store.ts'

test('C4.4 after a restore a destroyed paper has its record and its certificate', async (t) => {
  const store = await testStore(t)
  const service = await clerkAt(store, 'service')
  await service.post('/admin/papers/places', { name: 'Office', secured: 'a safe' })
  const { place } = await store.database.one<{ place: string }>(
    sql`select id as place from paper_place`,
  )
  const paper = { kind: 'letter', place, lastName: 'Lovelace' }
  const { url: page } = await service.post('/admin/papers', paper)
  await clerkAt(store, 'packing')
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  const witness = (await listStaff(store.gateway)).find(
    ({ login }) => login === 'packing-clerk',
  )?.id
  const how = { method: 'pulping', level: '5', witness: witness ?? assert.fail() }
  const done = await service.post(`${page.pathname}/destruction`, how)
  assert.match(done.text, /pulping, P-5/)

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  const again = await reopen(t, store, url)
  const owner = await clerkAt(again, 'owner')
  const { text } = await owner.get(page.pathname)
  const record = /put on record again.*: pulping, P-5, service-clerk; seen by packing-clerk/s
  assert.match(text, record)
  assert.doesNotMatch(text, /Record its destruction/)
  const words = embeddedWords(await owner.file(`${page.pathname}/certificate.pdf`))
  for (const word of ['P-5', 'pulping', 'service-clerk', 'packing-clerk']) {
    assert.ok(words.includes(word), word)
  }
  const day = /Destroyed: \w{3} \d+, \d{4} \(in UTC; put on record again after a restore/
  assert.match(words.replaceAll(/\s+/g, ' '), day)
  assert.equal((await tacet('doctor', store.folder, url)).complaint, '')
})
