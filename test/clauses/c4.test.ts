/**
 * C4: paper. Each paper is in the register, in a secure place of the shop, given to nobody, until a record says how its
 * content was destroyed. The one paper that the store makes itself, a parcel's label, is opened by packing alone.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { type Id, newId } from '../../src/base/ids.ts'
import { destroyPaper } from '../../src/paper/destruction.ts'
import { paperHolding } from '../../src/paper/holding.ts'
import { addPlace, listPlaces } from '../../src/paper/places.ts'
import { findPaper, listPapers, movePaper, registerPaper } from '../../src/paper/register.ts'
import { show } from '../../src/privacy/gateway.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { load, policy } from '../../src/privacy/policy.ts'
import type { Flow, Recipient } from '../../src/privacy/table.ts'
import { sealUnderOwn } from '../../src/privacy/vault.ts'
import { openKernel, sealedOrder } from '../support/kernel.ts'

const LABEL = Buffer.from('%PDF a label').toString('base64')

test('C4.3 no third party is given a paper: the label goes to packing, and to whom it is about', () => {
  const given = policy.flows.filter(({ fields }) => fields.includes('label')).map(({ to }) => to)
  assert.deepEqual(given, ['staff: packing', 'the person'])
})

for (const to of ['manufacturer', 'distributor', 'partner', 'mail relay'] as const) {
  test(`C4.3 a policy that gives a parcel label to a ${to} does not load`, () => {
    const flows = policy.flows.map((row: Flow) =>
      row.to === (to satisfies Recipient)
        ? { ...row, fields: [...row.fields, 'label' as const] }
        : row,
    )
    const message = /C4\.3: .*gives a paper that bears customer data/
    assert.throws(() => load({ ...policy, flows }), { name: 'Refusal', message })
  })
}

test('C4.3 a label is opened by packing alone, while the order is open, on record', async (t) => {
  const kernel = await openKernel(t)
  const { database, vault, gateway, ended } = kernel
  const subject = await sealedOrder(kernel)
  const label = Personal.of('label', LABEL)
  await database.transaction((tx) => sealUnderOwn(vault, tx, subject, 'shipment', [label]))
  const ask = { company: 'x', subject, because: 'packing' } as const
  const packing = () => show(gateway, { ...ask, to: 'staff: packing', for: 'packing' })
  assert.equal((await packing()).label, LABEL)
  const service = await show(gateway, { ...ask, to: 'staff: service', for: 'service' })
  assert.ok(!('label' in service))
  ended.add('the order is open')
  await assert.rejects(packing(), { name: 'Refusal' })
  const { looks } = await database.one<{ looks: number }>(sql`
    select count(*) as looks from ledger_entry where leaf like '%"label"%"kind":"looked at"%'`)
  assert.equal(looks, 1)
})

async function paperIn(kernel: Awaited<ReturnType<typeof openKernel>>) {
  const { database, gateway } = kernel
  await addPlace(gateway, 'Office', 'a safe')
  const [office] = await listPlaces(database)
  const order = await sealedOrder(kernel)
  const by = newId(gateway.clock())
  const place = office?.id ?? assert.fail()
  const number = await registerPaper(gateway, { kind: 'invoice', place, owner: { order }, by })
  const paper = (await findPaper(database, number)) ?? assert.fail()
  return { order, by, paper }
}

async function entriesOf(database: Kernel['database'], paper: Id): Promise<readonly string[]> {
  const rows = await database.many<{ kind: string }>(sql`
    select leaf::json ->> 'kind' as kind from ledger_entry
    where leaf like ${`%"reference":"${paper}"%`} order by id`)
  return rows.map(({ kind }) => kind)
}

type Kernel = Awaited<ReturnType<typeof openKernel>>

test('C4.1 a paper stays without a limit: no rule ends it, and no erasure', async (t) => {
  const kernel = await openKernel(t)
  const { database } = kernel
  const { order, paper } = await paperIn(kernel)
  const { atMost, onErasure } = policy.retention['paper-register'] ?? assert.fail()
  assert.deepEqual([atMost, onErasure], [null, 'stays'])
  await database.transaction((tx) => paperHolding(kernel.vault).end(tx, [order]))
  const [kept] = await listPapers(database)
  assert.deepEqual([kept?.id, kept?.destruction], [paper.id, null])
  assert.ok(kept?.dataEndedAt, 'staff are told that its person is gone from here')
})

test('C4.2 each paper lies in a place of the list, and each move is on record', async (t) => {
  const kernel = await openKernel(t)
  const { database, gateway } = kernel
  const { by, paper } = await paperIn(kernel)
  await addPlace(gateway, 'Vault', 'a locked room')
  const vault = (await listPlaces(database)).find(({ name }) => name === 'Vault')
  await movePaper(gateway, paper.id, vault?.id ?? assert.fail(), by)
  assert.deepEqual(await entriesOf(database, paper.id), ['paper registered', 'paper moved'])
  const lost = database.run(sql`update paper_document set place = ${newId(gateway.clock())}`)
  await assert.rejects(lost, { code: '23503' })
})

test('C4.3 there is no move of a paper to anybody: it is refused by name', async (t) => {
  const kernel = await openKernel(t)
  const { by, paper } = await paperIn(kernel)
  const away = movePaper(kernel.gateway, paper.id, newId(kernel.gateway.clock()), by)
  await assert.rejects(away, { name: 'Refusal', message: /goes to nobody/ })
  assert.ok(policy.flows.every(({ fields }) => !fields.some((field) => /paper/i.test(field))))
})

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
  assert.deepEqual(await entriesOf(database, paper.id), ['paper registered', 'paper destroyed'])
  const { keys } = await database.one<{ keys: number }>(
    sql`select count(*) as keys from data_key where id = ${paper.id}`,
  )
  assert.equal(keys, 0)
})
