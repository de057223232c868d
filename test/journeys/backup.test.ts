/**
 * A backup, the loss of the database, and what comes back: the shop does, and who was erased since does not (C3.1).
 */

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openDatabase, sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { auditLedger } from '../../src/privacy/audit.ts'
import { endRequested, erase } from '../../src/privacy/erasure.ts'
import { emailLookUp, subjectsOfEmail } from '../../src/privacy/look-ups.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { inclusionReceipt } from '../../src/privacy/receipt.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { openHeld } from '../../src/privacy/vault.ts'
import { verifyReceipt } from '../../verify/verify.mjs'
import { searchFor } from '../support/canary.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { newestOrder } from '../support/outside.ts'
import { arrived } from '../support/own-data.ts'
import { ADA, buy } from '../support/purchase.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { type TestStore, testStore } from '../support/store.ts'

const NOT_FINISHED = /is not finished\. Start the store, which finishes it\./
const PEOPLE = 100
const AT_ONCE = 10

const emailOf = (number: number) => `person-${number}@example.com`

async function buyers(store: TestStore): Promise<void> {
  for (let number = 0; number < PEOPLE; number += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) =>
        buy(store, { contact: { ...ADA, email: emailOf(number + at) } }),
      ),
    )
  }
}

/** As the customer's link to their data finds them. */
async function ordersOf({ gateway, database }: TestStore, email: string): Promise<readonly Id[]> {
  return subjectsOfEmail(
    gateway.vault,
    database,
    emailLookUp(gateway.vault, Personal.of('email', email)),
  )
}

async function delivered(store: TestStore, order: Id): Promise<void> {
  await store.database.run(sql`update orders set state = 'shipped' where id = ${order}`)
  await arrived(store, order)
}

test('C3.1 100 people erased after a backup stay erased, and the store opens only after that', async (t) => {
  const store = await testStore(t)
  await store.database.run(sql`update stock set available = 1000`)
  await buyers(store)
  const spared = 'spared@example.com'
  const asking = 'asking@example.com'
  for (const email of [spared, asking]) await buy(store, { contact: { ...ADA, email } })
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file} --json`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)

  const people = Array.from({ length: PEOPLE }, (_, number) => emailOf(number))
  const erased: Id[] = []
  for (const email of people) {
    for (const order of await ordersOf(store, email)) {
      await delivered(store, order)
      erased.push(order)
    }
  }
  assert.equal(erased.length, PEOPLE)
  for (const order of erased) await erase(store.erasing, [order])
  // This one is still open: it is to be found by nobody at once, and to end when it closes.
  const [asked] = await ordersOf(store, asking)
  assert.ok(asked !== undefined)
  await erase(store.erasing, [asked])
  await sequence(store.ledger)
  const former = store.ledger.signer.text

  const url = await emptyDatabaseUrl(t)
  const refused = await tacet(`restore ${file}`, store.folder, url)
  assert.equal(refused.code, 1)
  assert.match(refused.complaint, /\d+ entries of the ledger were signed after this backup/)
  const restored = await tacet(`restore ${file} --accept-loss --json`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  assert.ok(JSON.parse(restored.out).entriesLost >= PEOPLE)

  // Shut for every command, and for a start that cannot read the list.
  assert.match((await tacet('orders list', store.folder, url)).complaint, NOT_FINISHED)
  const day = new Date().toISOString().slice(0, 10)
  const list = join(store.folder, 'keys', 'endings', day)
  const whole = await readFile(list)
  await writeFile(list, Buffer.concat([Buffer.from('#'), whole]))
  await assert.rejects(reopen(t, store, url), { code: 'storage', message: /was changed/ })
  await assert.rejects(fetch(store.url))
  await writeFile(list, whole)

  const again = await reopen(t, store, url)
  for (const email of [...people, asking]) assert.deepEqual(await ordersOf(again, email), [])
  const { vault } = again.gateway
  for (const order of erased) {
    assert.deepEqual(await openHeld(vault, again.database, order, ['email', 'lastName']), {})
  }
  const [kept] = await ordersOf(again, spared)
  assert.ok(kept !== undefined)
  assert.equal((await openHeld(vault, again.database, kept, ['email'])).email, spared)
  await delivered(again, asked)
  assert.equal(await endRequested(again.erasing), 1)
  assert.deepEqual(await openHeld(vault, again.database, asked, ['email']), {})

  await checkLedger(again, former)
  await buy(again, { contact: ADA })
  await again.work()
  const { number } = await again.database.one<{ number: number }>(
    sql`select number from orders where id = ${await newestOrder(again)}`,
  )
  assert.ok(number > 100_001 + PEOPLE + 1 + 1000, 'no number is given twice')
})

/** It goes on under another name, is whole, and says that entries were lost. */
async function checkLedger({ database, ledger }: TestStore, former: string): Promise<void> {
  assert.notEqual(ledger.signer.text, former)
  assert.ok((await sequence(ledger)) > 0)
  assert.deepEqual((await auditLedger(database, ledger.signer)).findings, [])
  const { id } = await database.one<{ id: Id }>(
    sql`select id from ledger_entry where leaf like '%"kind":"restored"%'`,
  )
  const receipt = JSON.stringify(await inclusionReceipt(database, id))
  await verifyReceipt(receipt, ledger.signer.text)
  await assert.rejects(verifyReceipt(receipt, former))
}

test('C2.1 no value about a person is in a backup, and a purchase works after its restore', async (t) => {
  const store = await testStore(t, { embedded: true })
  const person = {
    email: 'quixandra.7q4x@zebrafinch-9k2.example',
    firstName: 'Quixandra7vole',
    lastName: 'Wolkensturmer9zep',
    line1: '77q Krummgasse Umbra',
    city: 'Ballycanarry5x',
    phone: '+45 86 44 77 99',
    orderNote: 'Behind the turquoise heron 88q',
  }
  await buy(store, { contact: { ...ADA, ...person } })
  await store.work()
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  assert.match(made.out, /The keys are not in it/)
  assert.deepEqual(searchFor(person)(await readFile(file)), [])

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file}`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  const again = await reopen(t, store, url)
  const [order] = await ordersOf(again, person.email)
  assert.ok(order !== undefined)
  const held = await openHeld(again.gateway.vault, again.database, order, ['lastName', 'phone'])
  assert.deepEqual({ ...held }, { lastName: person.lastName, phone: person.phone })
  assert.equal(again.ledger.signer.text, store.ledger.signer.text)
  await buy(again, { contact: ADA })
  await again.work()
  await sequence(again.ledger)
  assert.deepEqual((await auditLedger(again.database, again.ledger.signer)).findings, [])
})

test('a database that was put back by other means is not opened, until its loss is accepted', async (t) => {
  const store = await testStore(t)
  await buy(store, { contact: ADA })
  await sequence(store.ledger)
  const [order] = await ordersOf(store, ADA.email ?? '')
  assert.ok(order !== undefined)
  const url = await snapshotOf(t, store)
  await delivered(store, order)
  await erase(store.erasing, [order])
  await sequence(store.ledger)

  await assert.rejects(reopen(t, store, url), { code: 'storage', message: /an older one/ })
  const refused = await tacet('restore --in-place', store.folder, url)
  assert.equal(refused.code, 1)
  assert.match(refused.complaint, /\d+ entries of the ledger were signed after/)
  const accepted = await tacet('restore --in-place --accept-loss', store.folder, url)
  assert.equal(accepted.code, 0, accepted.complaint)
  const again = await reopen(t, store, url)
  assert.deepEqual(await ordersOf(again, ADA.email ?? ''), [])
  await checkLedger(again, store.ledger.signer.text)
})

/** The database as it is now, as a snapshot of the disk would have it: nothing says that it is one. */
async function snapshotOf(t: TestContext, store: TestStore): Promise<string> {
  const file = join(store.folder, 'snapshot.backup')
  const url = await emptyDatabaseUrl(t)
  assert.equal((await tacet(`backup ${file}`, store.folder, urlOf(store.database))).code, 0)
  assert.equal((await tacet(`restore ${file}`, store.folder, url)).code, 0)
  const database = openDatabase({ url, connections: 1, onLost: () => undefined })
  await database.run(sql`drop table unfinished_restore`)
  await database.close()
  return url
}
