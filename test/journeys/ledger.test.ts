/**
 * Purchases in a whole store, and the proof of each thing that the ledger says about them, by its public face alone.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { auditLedger } from '../../src/privacy/audit.ts'
import { inclusionReceipt } from '../../src/privacy/receipt.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { verifyReceipt } from '../../verify/verify.mjs'
import { watchOnce } from '../../verify/watch.mjs'
import { keyFolder } from '../support/ledger.ts'
import { ADA, buy } from '../support/purchase.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
/** A short one, like a postal code, stands in some hash by chance. */
const LONG = Object.values(ADA).filter((value) => value !== undefined && value.length > 5)

test('what a purchase told anybody is in the tree, with a receipt, and no word of the buyer', async (t) => {
  const { database, ledger, url, work } = store
  const folder = await keyFolder(t)
  const witness = () => watchOnce({ url: url.href, folder })
  assert.match(await witness(), /first look, 0 entries/)
  for (let round = 0; round < 2; round += 1) {
    await Promise.all([buy(store), buy(store)])
    await work()
    assert.ok((await sequence(ledger)) > 0)
    assert.match(await witness(), /the ledger only grew/)
  }
  const key = await (await fetch(new URL('/.well-known/tacet/key', url))).text()
  const entries = await database.many<{ id: string }>(sql`select id from ledger_entry`)
  assert.ok(entries.length >= 16)
  for (const { id } of entries) {
    const text = JSON.stringify(await inclusionReceipt(database, id))
    const { entry, size } = await verifyReceipt(text, key)
    assert.equal(entry.id, id)
    assert.equal(size, entries.length)
    for (const value of LONG) assert.ok(!text.includes(value), value)
  }
  const audit = await auditLedger(database, ledger.signer)
  assert.deepEqual({ ...audit, checkpoints: 3 }, { ...audit, findings: [], waiting: 0 })
})
