/** What is published of each month: counted once, coarse, and never of fewer than five. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/support/database.ts'
import { sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import { append } from './ledger.ts'
import { policy } from './policy.ts'
import { openRevisions } from './publication.ts'
import { coarse, publishedMonths, publishMonths } from './transparency.ts'

const at = (time: string) => Temporal.Instant.from(time)
const BEGAN = at('2026-01-20T10:00Z')

/** A store that began in January 2026, in which `deliveries` parcels were told of in February. */
async function storeOf(t: TestContext, deliveries: number) {
  const database = await testDatabase(t)
  await database.script("call make_partitions('2024-11-01', 24)")
  await openRevisions(database, () => BEGAN)
  const disclose = (to: string, purpose: string, times: number, outcome: string | null) =>
    database.run(sql`
      insert into disclosure (id, subject, recipient, purpose, company, fields, channel, revision,
        clause, because, granted_at, outcome, outcome_at)
      select id, id, ${to}, ${purpose}, 'x', '{}', 'encrypted', '1a', 'C5', 'x', now(), ${outcome},
        case when ${outcome}::text is null then null else now() end
      from unnest(${Array.from({ length: times }, () => newId(at('2026-02-28T23:59:59Z')))}::uuid[]) as id`)
  await disclose('carrier', 'transport', deliveries, 'delivered')
  await disclose('carrier', 'transport', 4, 'refused')
  await disclose('carrier', 'transport', 3, null)
  await disclose('staff: packing', 'packing', 13, 'delivered')
  for (let erasure = 0; erasure < 6; erasure += 1) {
    const when = at('2026-02-10T08:00Z')
    const named = newId(at('2026-01-25T08:00Z'))
    await append(database, { kind: 'erased', reference: newId(when) }, when, named)
  }
  return database
}

test('C5 a number below five is not told, and others are rounded', () => {
  assert.deepEqual([0, 1, 4].map(coarse), [null, null, null])
  assert.deepEqual([5, 7, 8, 1001].map(coarse), [5, 5, 10, 1000])
  fc.assert(
    fc.property(fc.nat(), (count) => {
      const told = coarse(count)
      assert.ok(
        told === null ? count < 5 : told >= 5 && told % 5 === 0 && Math.abs(told - count) <= 2,
      )
    }),
  )
})

test('a month is published once it is over, on its third day after, and not again', async (t) => {
  const database = await storeOf(t, 12)
  const publishAt = (time: string) => publishMonths(database, () => at(time))
  const months = async () => (await publishedMonths(database)).map(({ month }) => month)
  assert.equal(await publishAt('2026-02-02T23:59Z'), 0)
  assert.equal(await publishAt('2026-02-03T00:00Z'), 1)
  assert.equal(await publishAt('2026-02-03T00:00Z'), 0)
  await Promise.all([publishAt('2026-04-05T00:00Z'), publishAt('2026-04-05T00:00Z')])
  assert.deepEqual(await months(), ['2026-03', '2026-02', '2026-01'])
  const before = await publishedMonths(database)
  await database.run(sql`delete from disclosure`)
  await publishAt('2026-04-05T00:00Z')
  assert.deepEqual(await publishedMonths(database), before)
})

test('C5 each row of the policy has its numbers, whether or not anything happened', async (t) => {
  const database = await storeOf(t, 12)
  await publishMonths(database, () => at('2026-03-05T00:00Z'))
  const [february, january] = (await publishedMonths(database)).map(({ counts }) => counts)
  assert.ok(february !== undefined && january !== undefined)
  const isOutside = (to: string) => !to.startsWith('staff: ') && to !== 'the person'
  assert.equal(february.disclosures.length, policy.flows.filter(({ to }) => isOutside(to)).length)
  const transport = february.disclosures.find(({ purpose }) => purpose === 'transport')
  const told = { recipient: 'carrier', purpose: 'transport' }
  assert.deepEqual(transport, { ...told, delivered: 10, notDelivered: 5 })
  const packing = february.looks.find(({ purpose }) => purpose === 'packing')
  assert.equal(packing?.count, 15)
  assert.deepEqual(february.events[0], { kind: 'erased', count: 5 })
  const numbers = (counts: typeof january) => JSON.stringify(counts).match(/:\d+/g)
  assert.equal(numbers(january), null)
  assert.deepEqual(Object.keys(february), Object.keys(january))
})

test('a store that has not begun publishes nothing', async (t) => {
  const database = await testDatabase(t)
  assert.equal(await publishMonths(database, () => BEGAN), 0)
})
