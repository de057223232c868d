/**
 * What a receipt promises about backups: on the day it names, a copy of the database from before the erasure opens
 * nothing any more, with all that is left of the store's keys and the root key, and nothing can be tried on it (C3.1).
 */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { type Database, openDatabase, sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import type { WrappedKey } from '../../src/privacy/keys.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { openHeld, openVault } from '../../src/privacy/vault.ts'
import { verifyReceipt } from '../../verify/verify.mjs'
import { searchRows } from '../support/attic.ts'
import { searchFor } from '../support/canary.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { passDay } from '../support/days.ts'
import { newestOrder } from '../support/outside.ts'
import { arrived, dataLink, shipped } from '../support/own-data.ts'
import { ADA, buy } from '../support/purchase.ts'
import { tacet, urlOf } from '../support/restored.ts'
import { shopperAt } from '../support/shopper.ts'
import { type TestStore, testStore } from '../support/store.ts'
import { keysLeft, packedIn, type Tried, toldBy, unpacked, valuesIn } from '../support/thief.ts'

const POSTAL_CODE = ADA.postalCode ?? ''
const PERSON = {
  email: 'quixandra.7q4x@zebrafinch-9k2.example',
  firstName: 'Quixandra7vole',
  lastName: 'Wolkensturmer9zep',
  line1: '77q Krummgasse Umbra',
  city: 'Ballycanarry5x',
  phone: '+45 86 44 77 99',
  orderNote: 'Behind the turquoise heron 88q',
}

const LAST_NAME = PERSON.lastName.toLowerCase()
const HERS: Tried = [
  ['email', PERSON.email],
  ['phone', PERSON.phone.replaceAll(' ', '')],
  ['lastName', LAST_NAME],
]
/** What somebody may guess of her, and all postal codes of the country. */
const ALL_THERE_ARE: Tried = [
  ...HERS,
  ...Array.from({ length: 10_000 }, (_, code) => {
    return ['postalCode', String(code).padStart(4, '0')] as const
  }),
]

test('C3.1 on the day that the receipt names, a backup from before the erasure opens nothing', async (t) => {
  const store = await testStore(t)
  const search = searchFor(PERSON)
  const orders = [await delivered(store), await delivered(store)]
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  // They live in one place, and have one name: of the one who stays nothing may tell of the other.
  await buy(store, { contact: { ...ADA, lastName: PERSON.lastName } })
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  const stolen = await copyOf(t, store, file)
  const copied = await lookUpsOf(stolen)
  const packed = await packedIn(store, file)
  const alike = Map.groupBy(valuesIn(packed), (value) => value.toString('hex'))
  assert.deepEqual([alike.size, valuesIn(packed).length], [copied.length, copied.length])
  assert.deepEqual((await searchRows(store, search)).found, [])

  const copiesEnd = await erased(store)
  assert.deepEqual((await searchRows(store, search)).found, [])
  // Within the horizon the copy still opens: what follows ends it, and nothing else does.
  for (const order of orders) assert.equal(await emailIn(stolen, store, order), PERSON.email)
  for (const values of [copied, valuesIn(await unpacked(store, packed))])
    assert.deepEqual(await toldBy(store, values, ALL_THERE_ARE), [
      ...HERS.map(([, value]) => value),
      POSTAL_CODE,
    ])
  const today = systemClock().toZonedDateTimeISO('UTC').toPlainDate()
  const { days } = today.until(Temporal.PlainDate.from(copiesEnd))
  for (let day = 0; day < days; day += 1) await passDay(store)

  for (const order of orders)
    await assert.rejects(emailIn(stolen, store, order), { name: 'Fault', code: 'storage' })
  const keys = await keysLeft(store)
  const wrapped = await stolen.many<WrappedKey>(
    sql`select id, kind, generation, wrapped from data_key`,
  )
  assert.ok(wrapped.length >= orders.length)
  for (const one of wrapped) assert.throws(() => keys.unwrap(one), { code: 'storage' })
  assert.deepEqual(await toldBy(store, [...copied, ...valuesIn(packed)], ALL_THERE_ARE), [])
  await assert.rejects(unpacked(store, packed), { name: 'Fault', code: 'storage' })
  const living = await toldBy(store, await lookUpsOf(store.database), ALL_THERE_ARE)
  assert.deepEqual(living, [LAST_NAME, POSTAL_CODE], 'who stays is found')
  const empty = await emptyDatabaseUrl(t)
  const refused = await tacet(`restore ${file} --accept-loss`, store.folder, empty)
  assert.equal(refused.code, 1)
  assert.match(refused.complaint, /generation 1 is not in the keys folder/)
})

async function delivered(store: TestStore): Promise<Id> {
  await buy(store, { contact: { ...ADA, ...PERSON } })
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  return order
}

/** The database as whoever got hold of the backup and its key would have it. */
async function copyOf(t: TestContext, store: TestStore, file: string): Promise<Database> {
  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file}`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  const database = openDatabase({ url, connections: 1, onLost: () => undefined })
  t.after(() => database.close())
  return database
}

/** Every look-up value of a database, as it lies there. */
async function lookUpsOf(database: Database): Promise<readonly Buffer[]> {
  const rows = await database.many<{ covered: Buffer }>(sql`select covered from blind_index`)
  return rows.map(({ covered }) => covered)
}

/** By the page of the person's own data. Returns the day on which the last copy ends, as the proven receipt has it. */
async function erased(store: TestStore): Promise<string> {
  const { pathname } = await dataLink(store, PERSON.email)
  const visitor = shopperAt(store.url)
  const taken = await visitor.get(`${pathname}.json`)
  for (const value of Object.values(PERSON)) assert.ok(taken.text.includes(value), value)
  const receipt = await visitor.post(`${pathname}/erasure`, { when: 'now' })
  await sequence(store.ledger)
  const proof = await visitor.get(`${receipt.url.pathname}.json`)
  const { entry } = await verifyReceipt(proof.text, store.ledger.signer.text)
  assert.equal(entry.kind, 'erased')
  return String(entry.copiesEnd)
}

async function emailIn(copy: Database, store: TestStore, order: Id): Promise<string | undefined> {
  const vault = openVault(await keysLeft(store), store.erasing.endings)
  return (await openHeld(vault, copy, order, ['email'])).email
}
