/** C9: the policy says its revision and its date; what was given under a revision stays under it. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { show } from '../../src/privacy/gateway.ts'
import { load, policy } from '../../src/privacy/policy.ts'
import { openRevisions } from '../../src/privacy/publication.ts'
import type { PolicyTable } from '../../src/privacy/table.ts'
import { openKernel, sealedOrder } from '../support/kernel.ts'
import { buy } from '../support/purchase.ts'
import { shopperAt } from '../support/shopper.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const { database } = store
const { clock } = store.payments.gateway

test('C9 the policy page says its revision and the month of its last update', async () => {
  const { text } = await shopperAt(store.url).get('/privacy')
  assert.match(text, /<strong>Revision 1a<\/strong>, last updated January 2024/)
})

test('C9 the checkout says which revision the data is given under, with a link to it', async () => {
  const { shopper } = await buy(store)
  const variant = /name="variant" value="([^"]+)"/.exec(
    (await shopper.get('/products/teapot')).text,
  )
  await shopper.post('/cart/lines', { variant: variant?.[1] ?? '', quantity: '1' })
  assert.match((await shopper.get('/checkout')).text, /href="\/privacy">[^<]*<\/a> \(revision 1a\)/)
})

test('C9 each order, disclosure and ledger entry of a disclosure names the revision', async () => {
  await store.work()
  const revisions = await database.many<{ revision: string | null }>(sql`
    select revision from orders union select revision from disclosure
    union select leaf::json ->> 'revision' from ledger_entry where leaf like '%disclosure granted%'`)
  assert.deepEqual(revisions, [{ revision: policy.revision }])
})

test('C9 the revision in force is stored word for word, once', async () => {
  assert.equal((await openRevisions(database, clock)).length, 1)
  const stored = await database.one<{ content: unknown }>(sql`select content from policy_revision`)
  assert.deepEqual(stored.content, JSON.parse(JSON.stringify(policy)))
})

test('C9 a revision that was edited after it had been in force stops the start', async () => {
  await database.run(sql`update policy_revision set digest = repeat('0', 64)`)
  await assert.rejects(openRevisions(database, clock), {
    ...{ name: 'Fault', code: 'conflict', message: /was edited .*C9/ },
  })
})

test('C9 a policy without a revision or a date does not load', () => {
  assert.throws(() => load({ ...policy, revision: '' }), { name: 'Refusal', clause: 'C9' })
  assert.throws(() => load({ ...policy, lastUpdate: 'January' }), { name: 'Refusal', clause: 'C9' })
})

test('C9 a later, looser revision does not reach data that was given under an earlier one', async () => {
  const kernel = await openKernel({ after })
  const subject = await sealedOrder(kernel)
  await kernel.database.run(
    sql`update sealed_record set revision = '0z' where subject = ${subject}`,
  )
  const stricter = {
    ...policy,
    revision: '0z',
    flows: policy.flows.filter((row) => row.for !== 'packing'),
  }
  const narrower = {
    ...stricter,
    flows: policy.flows.map((row) =>
      row.for === 'service' ? { ...row, fields: ['firstName', 'email'] as const } : row,
    ),
  }
  const look = (earlier: readonly PolicyTable[], to: 'packing' | 'service') => {
    const ask = { company: 'x', subject, because: 'a question by the customer' }
    const gateway = { ...kernel.gateway, earlier }
    return to === 'packing'
      ? show(gateway, { ...ask, to: 'staff: packing', for: 'packing' })
      : show(gateway, { ...ask, to: 'staff: service', for: 'service' })
  }
  await assert.rejects(look([stricter], 'packing'), { name: 'Refusal', clause: 'C9' })
  assert.deepEqual(Object.keys(await look([narrower], 'service')), ['firstName', 'email'])
  await assert.rejects(look([{ ...policy, revision: '0y' }], 'service'), { clause: 'C9' })
})
