/** Publishing a revision: an act, in the ledger, that cannot be undone, and that reaches back to nobody's data. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revision1a } from '../../policy/revision-1a.ts'
import { testDatabase } from '../../test/support/database.ts'
import { openKernel, sealedOrder } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { type Queries, sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import { show } from './gateway.ts'
import { openRevisions, publish } from './publication.ts'
import { storedRevisions } from './revision.ts'
import type { Flow, PolicyTable, Retention } from './table.ts'
import { sealInvoice } from './vault.ts'

const clock = systemClock
const by = newId(clock())
const first: PolicyTable = revision1a
const next: PolicyTable = { ...revision1a, revision: '1b', flows: revision1a.flows.slice(1) }

const revisions = async (on: Queries) =>
  (await storedRevisions(on)).map(({ table }) => table.revision)

test('C9 a new store publishes its first revision by itself, once, and the ledger says so', async (t) => {
  const database = await testDatabase(t)
  const opened = await Promise.all([
    openRevisions(database, clock),
    openRevisions(database, clock),
    openRevisions(database, clock),
  ])
  for (const found of opened) assert.equal(found.length, 1)
  assert.equal((await openRevisions(database, clock)).length, 1)
  const [stored, ...more] = await storedRevisions(database)
  assert.deepEqual(more, [])
  assert.deepEqual(stored?.table, JSON.parse(JSON.stringify(revision1a)))
  const leaves = await database.many<{ leaf: string }>(sql`select leaf from ledger_entry`)
  assert.equal(leaves.length, 1)
  const { at, id, reference, ...leaf } = JSON.parse(leaves[0]?.leaf ?? '')
  const kind = 'policy revision in force'
  assert.deepEqual(leaf, { kind, revision: '1a', clause: 'C9', version: 1 })
})

test('C9 a revision that was in force is never edited, neither here nor in the database', async (t) => {
  const database = await testDatabase(t)
  await openRevisions(database, clock)
  const edited = { name: 'Fault', code: 'conflict', message: /1a was edited .*C9/ }
  const other = { ...next, revision: '1a' }
  await assert.rejects(openRevisions(database, clock, other), edited)
  await assert.rejects(publish(database, clock, by, other), edited)
  await database.run(sql`update policy_revision set content = content || '{"cookies": {}}'`)
  await assert.rejects(openRevisions(database, clock), edited)
})

test('C9 a start with a revision that is not published is refused, with the remedy', async (t) => {
  const database = await testDatabase(t)
  await openRevisions(database, clock)
  await assert.rejects(openRevisions(database, clock, next), {
    ...{ name: 'Fault', code: 'conflict', message: /1b is not published; in force is 1a \(C9\)/ },
    remedy: /policy diff 1a 1b.*policy publish/,
  })
  assert.deepEqual(await revisions(database), ['1a'])
  const [one, other] = await Promise.all([
    publish(database, clock, by, next),
    publish(database, clock, by, next),
  ])
  assert.deepEqual([one, other].sort(), [false, true])
  const opened = await openRevisions(database, clock, next)
  assert.deepEqual(
    opened.map(({ table }) => table),
    JSON.parse(JSON.stringify([first, next])),
  )
  const { who } = await database.one<{ who: string }>(
    sql`select published_by as who from policy_revision where revision = '1b'`,
  )
  assert.equal(who, by)
})

test('C9 a program of an earlier revision does not start, and the revision does not come back', async (t) => {
  const database = await testDatabase(t)
  await openRevisions(database, clock)
  await publish(database, clock, by, next)
  const older = { name: 'Fault', message: /1b is in force, and this program runs on 1a/ }
  await assert.rejects(openRevisions(database, clock), older)
  await assert.rejects(publish(database, clock, by), { name: 'Fault', message: /1a was in force/ })
  assert.deepEqual(await revisions(database), ['1a', '1b'])
})

test('C9 a revision that contradicts a clause is not published', async (t) => {
  const database = await testDatabase(t)
  await openRevisions(database, clock)
  const sold = next.flows.map((row) => ({ ...row, channel: 'any' as const }))
  const published = publish(database, clock, by, { ...next, flows: sold })
  await assert.rejects(published, { name: 'Refusal', clause: 'C2.2' })
  assert.deepEqual(await revisions(database), ['1a'])
})

test('C9 what is held is never kept longer than the revision says under which it was given', async (t) => {
  const kernel = await openKernel(t)
  const { database } = kernel
  const keeping = (revision: string, change: Partial<Retention>): PolicyTable => ({
    ...revision1a,
    revision,
    retention: {
      ...revision1a.retention,
      'order-contact': { ...revision1a.retention['order-contact'], ...change },
    },
  })
  const short = keeping('0z', { atMost: 'P2Y', onErasure: 'at once' })
  await openRevisions(database, clock, short)
  await sealedOrder(kernel)
  await database.run(sql`update sealed_record set revision = '0z'`)
  for (const looser of [{ atMost: 'P3Y' }, { atMost: 'P2Y', onErasure: 'when nothing is open' }]) {
    const change = { onErasure: 'at once', ...looser } as Partial<Retention>
    const published = publish(database, clock, by, keeping('1b', change))
    await assert.rejects(published, { name: 'Refusal', clause: 'C9', message: /order-contact/ })
  }
  await publish(database, clock, by, keeping('1b', { atMost: 'P1Y', onErasure: 'at once' }))
  await database.run(sql`delete from sealed_record`)
  await publish(database, clock, by, keeping('1c', {}))
  await sealedOrder(kernel)
  await database.run(sql`update sealed_record set revision = '0z'`)
  await assert.rejects(openRevisions(database, clock, keeping('1c', {})), { clause: 'C9' })
})

test('C9 of the conditions and channels of two revisions the stricter holds, or both', async (t) => {
  const kernel = await openKernel(t)
  const subject = await sealedOrder(kernel)
  await kernel.database.run(sql`update sealed_record set revision = '0z'`)
  const ask = {
    company: 'x',
    subject,
    because: 'packing',
    to: 'staff: packing',
    for: 'packing',
  } as const
  const looked = (change: Partial<Flow>) => {
    const flows = first.flows.map((row) => (row.for === 'packing' ? { ...row, ...change } : row))
    const earlier = [{ ...first, revision: '0z', flows }]
    return show({ ...kernel.gateway, earlier }, ask)
  }
  kernel.ended.add('the return is open')
  await assert.rejects(looked({ while: 'the return is open' }), /only while the return is open/)
  kernel.ended.clear()
  kernel.ended.add('the order is open')
  await assert.rejects(looked({ while: 'the return is open' }), /only while the order is open/)
  await assert.rejects(looked({ while: 'always' }), /only while the order is open/)
  kernel.ended.clear()
  assert.ok('email' in (await looked({ while: 'the return is open' })))
  await assert.rejects(looked({ purpose: 'AccountManagement' }), { name: 'Refusal', clause: 'C9' })
})

test('C9 an invoice stays under the revision of its order, after the contact has ended too', async (t) => {
  const kernel = await openKernel(t)
  const { database, vault } = kernel
  const subject = await sealedOrder(kernel)
  await database.run(sql`update sealed_record set revision = '0z'`)
  await database.transaction((tx) => sealInvoice(vault, tx, subject, clock()))
  await database.run(sql`delete from sealed_record where kind = 'contact'`)
  const flows = first.flows.filter((row) => row.for !== 'accounting')
  const gateway = { ...kernel.gateway, earlier: [{ ...first, revision: '0z', flows }] }
  const ask = { company: 'x', subject, because: 'books' } as const
  const look = show(gateway, { ...ask, to: 'staff: accounts', for: 'accounting' })
  await assert.rejects(look, { name: 'Refusal', clause: 'C9' })
})
