/** The sandbox's memory: what of it is written, and what a later run finds. */

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openState } from './state.ts'

test('a later run finds each thing as it was last, and none that is gone', async (t) => {
  const folder = await newFolder(t)
  const first = openState(folder)
  const parcels = first.collection<string>('parcel')
  parcels.put('a', 'packed')
  parcels.put('b', 'packed')
  parcels.put('a', 'sent')
  first.collection<string>('letter').put('a', 'written')
  await first.close()

  const second = openState(folder)
  second.collection<string>('parcel').delete('b')
  second.collection<string>('parcel').put('c', 'packed')
  await second.close()

  const third = openState(folder)
  assert.deepEqual([...third.collection('parcel').keys()], ['a', 'c'])
  assert.deepEqual([...third.collection('parcel').values()], ['sent', 'packed'])
  assert.equal(third.collection('letter').get('a'), 'written')
  await third.close()
})

test('a thing that changes often is written once', async (t) => {
  const folder = await newFolder(t)
  const state = openState(folder)
  const parcels = state.collection<number>('parcel')
  for (let change = 1; change <= 100; change += 1) parcels.put('a', change)
  await state.close()
  const text = await readFile(join(folder, 'state.ndjson'), 'utf8')
  assert.equal(text, '{"c":"parcel","id":"a","v":100}\n')
})

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
