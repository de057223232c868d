/** C4.3: papers are given to nobody. A label, the one paper that the store makes, is opened by packing alone. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { newId } from '../../src/base/ids.ts'
import { movePaper } from '../../src/paper/register.ts'
import { show } from '../../src/privacy/gateway.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { load, policy } from '../../src/privacy/policy.ts'
import type { Flow, Recipient } from '../../src/privacy/table.ts'
import { sealUnderOwn } from '../../src/privacy/vault.ts'
import { paperIn } from '../support/clauses.ts'
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

test('C4.3 there is no move of a paper to anybody: it is refused by name', async (t) => {
  const kernel = await openKernel(t)
  const { by, paper } = await paperIn(kernel)
  const away = movePaper(kernel.gateway, paper.id, newId(kernel.gateway.clock()), by)
  await assert.rejects(away, { name: 'Refusal', message: /goes to nobody/ })
  assert.ok(policy.flows.every(({ fields }) => !fields.some((field) => /paper/i.test(field))))
})
