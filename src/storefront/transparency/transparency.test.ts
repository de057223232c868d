/** The page of the published months, and the same as JSON: what is stored, and nothing counted for it. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buy } from '../../../test/support/purchase.ts'
import { testStore } from '../../../test/support/store.ts'
import { systemClock } from '../../base/clock.ts'
import { publishMonths } from '../../privacy/transparency.ts'

const store = await testStore({ after })
const read = (path: string) => fetch(new URL(path, store.url))

test('C5 the months that are over are shown in coarse numbers, as page and as JSON', async () => {
  const empty = await (await read('/privacy/transparency')).text()
  assert.match(empty, /No month is over yet/)
  assert.match(await (await read('/privacy')).text(), /href="\/privacy\/transparency"/)
  for (let bought = 0; bought < 5; bought += 1) await buy(store)
  await store.work()
  await publishMonths(store.database, () => systemClock().add({ hours: 24 * 40 }))
  const answer = await read('/privacy/transparency')
  assert.match(answer.headers.get('cache-control') ?? '', /^public/)
  const html = await answer.text()
  const text = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  assert.match(text, /Given to third parties Who .* payment processor payment 5 fewer than 5/)
  assert.match(text, /Fewer than 5 times each: payment processor: refund; carrier: transport;/)
  assert.match(text, /Fewer than 5 times each: staff: packing: packing;/)
  const { version, months } = JSON.parse(await (await read('/privacy/transparency.json')).text())
  assert.equal(version, 1)
  assert.ok(months.length > 0)
  assert.deepEqual(months[0].counts.events[0], { kind: 'erased', count: null })
})
