/** The register of papers: places, moves, ends, and what of it a person sees. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { paperEntries } from '../../test/support/clauses.ts'
import { newestOrder } from '../../test/support/outside.ts'
import { arrived, shipped } from '../../test/support/own-data.ts'
import { ADA, buy } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { erase } from '../privacy/erasure.ts'
import { show } from '../privacy/gateway.ts'
import { showAll } from '../privacy/holdings.ts'
import { Personal } from '../privacy/personal.ts'
import { openHeld } from '../privacy/vault.ts'
import { destroyAgain, destroyPaper } from './destruction.ts'
import { addPlace, closePlace, listPlaces } from './places.ts'
import { findPaper, listPapers, movePaper, movesOf, registerPaper } from './register.ts'

const store = await testStore({ after })
const { database, gateway, erasing } = store
const [olga, sam] = [newId(gateway.clock()), newId(gateway.clock())]

async function placeNamed(name: string): Promise<Id> {
  const known = (await listPlaces(database)).find((place) => place.name === name)
  if (known !== undefined) return known.id
  await addPlace(gateway, name, 'a safe')
  return placeNamed(name)
}

async function delivered(): Promise<Id> {
  await buy(store)
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  return order
}

async function paperOf(order: Id) {
  const place = await placeNamed('Office')
  const owner = { order }
  const number = await registerPaper(gateway, { kind: 'invoice', place, owner, by: olga })
  return (await findPaper(database, number)) ?? assert.fail()
}

const asked = { to: 'staff: service', for: 'service', company: olga } as const
const because = 'a request about personal data'
const ownerOf = (subject: Id) => show(gateway, { ...asked, subject, because })

test('whose a paper is, is the order’s own person, sealed; service opens it, on record', async () => {
  const order = await delivered()
  const paper = await paperOf(order)
  assert.equal(paper.placeName, 'Office')
  assert.deepEqual(await ownerOf(paper.id), {
    ...{ email: ADA.email, firstName: ADA.firstName, lastName: ADA.lastName },
  })
  const { looks } = await database.one<{ looks: number }>(
    sql`select count(*) as looks from disclosure where subject = ${paper.id}`,
  )
  assert.equal(looks, 1)
})

test('C4.1 a person sees which papers there are about their orders, and since when', async () => {
  const order = await delivered()
  const { number } = await paperOf(order)
  const { fields } = await showAll(erasing.holdings, database, [order])
  const papers = fields.filter(({ rule }) => rule === 'paper-register')
  const shown = (name: string) => papers.find((one) => one.name === name)?.value
  assert.equal(shown('paper_document.number'), number)
  assert.equal(shown('paper_document.kind'), 'invoice')
  assert.equal(shown('paper_document.secured_by'), 'a safe')
  // What lies sealed of whose it is, which lives as long as the paper.
  assert.equal(shown('lastName'), ADA.lastName)
  assert.equal(shown('email'), ADA.email)
})

test('a person sees who of us looked at whose a paper about their order is', async () => {
  const order = await delivered()
  const { id } = await paperOf(order)
  await ownerOf(id)
  const { told } = await showAll(erasing.holdings, database, [order])
  const [last] = told.slice(-1)
  assert.deepEqual([last?.recipient, last?.because], ['staff: service', because])
  assert.equal(last?.subject, order)
  await erase(erasing, [order])
  assert.deepEqual((await showAll(erasing.holdings, database, [order])).told, [])
})

test('C4.1 an erasure ends what leads to a paper; the paper stays, and staff see it first', async () => {
  const order = await delivered()
  const { id } = await paperOf(order)
  const entry = (await erase(erasing, [order])) ?? assert.fail()
  const { leaf } = await database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where id = ${entry}`,
  )
  assert.ok(JSON.parse(leaf).stays.includes('paper-register'))
  assert.deepEqual(
    (await showAll(erasing.holdings, database, [order])).fields.filter(
      ({ rule }) => rule === 'paper-register',
    ),
    [],
  )
  const [first] = await listPapers(database)
  assert.equal(first?.id, id)
  assert.ok(first?.dataEndedAt)
  assert.equal((await ownerOf(id)).lastName, ADA.lastName)
})

test('a paper of somebody without an order has the name that stands on it', async () => {
  const place = await placeNamed('Office')
  const owner = { values: [Personal.of('lastName', 'Lovelace')] }
  const number = await registerPaper(gateway, { kind: 'letter', place, owner, by: olga })
  const { id } = (await findPaper(database, number)) ?? assert.fail()
  assert.deepEqual(await ownerOf(id), { lastName: 'Lovelace' })
})

test('a paper about an order whose contact has ended wants the name from the paper', async () => {
  const order = await delivered()
  await erase(erasing, [order])
  await assert.rejects(paperOf(order), { code: 'not_found', remedy: /name that stands on/ })
})

test('C4.2 each move is recorded; there is none to a place that is closed or not of the shop', async () => {
  const { id, place } = await paperOf(await delivered())
  const cellar = await placeNamed('Cellar')
  await movePaper(gateway, id, cellar, sam)
  await movePaper(gateway, id, cellar, sam)
  const moves = await movesOf(database, id)
  assert.deepEqual(
    moves.map(({ from, to, by }) => ({ from, to, by })),
    [{ from: 'Office', to: 'Cellar', by: sam }],
  )
  const empty = await placeNamed('Empty')
  await closePlace(gateway, empty)
  for (const other of [empty, newId(gateway.clock())]) {
    const moving = movePaper(gateway, id, other, sam)
    await assert.rejects(moving, { name: 'Refusal', clause: 'C4.2' })
  }
  await assert.rejects(closePlace(gateway, cellar), { code: 'conflict', remedy: /Move its papers/ })
  await movePaper(gateway, id, place, sam)
  await closePlace(gateway, cellar)
})

test('C4.4 a paper ends once, by two people; with it ends whose it was, in every copy', async () => {
  const { id, number } = await paperOf(await delivered())
  await database.script('create table copy as select * from sealed_record')
  const how = { method: 'cross-cut shredder', level: 4, by: olga } as const
  const alone = destroyPaper(gateway, id, { ...how, witness: olga })
  await assert.rejects(alone, { code: 'invalid', remedy: /who witnessed/ })
  const [one, other] = await Promise.allSettled([
    destroyPaper(gateway, id, { ...how, witness: sam }),
    destroyPaper(gateway, id, { ...how, witness: sam }),
  ])
  assert.deepEqual([one.status, other.status].sort(), ['fulfilled', 'rejected'])
  const { destruction } = (await findPaper(database, number)) ?? assert.fail()
  assert.deepEqual([destruction?.method, destruction?.level], ['cross-cut shredder', 4])
  const left = sql`select count(*) as n from sealed_record where subject = ${id}`
  assert.deepEqual(await database.one(left), { n: 0 })
  await database.script('insert into sealed_record select * from copy on conflict do nothing')
  await database.script('drop table copy')
  assert.deepEqual(await openHeld(gateway.vault, database, id, ['lastName', 'email']), {})
  await assert.rejects(movePaper(gateway, id, await placeNamed('Vault'), sam), { code: 'conflict' })
})

const TABLES = ['data_key', 'sealed_record', 'paper_document']

/** The tables as they were before `since`, with the list of endings as it is. */
async function putBack(since: () => Promise<unknown>): Promise<void> {
  for (const table of TABLES) await database.script(`create table was_${table} as table ${table}`)
  await since()
  for (const table of TABLES) {
    await database.script(`
      set session_replication_role = replica; delete from ${table};
      insert into ${table} overriding system value table was_${table}; drop table was_${table};
      set session_replication_role = origin`)
  }
}

test('C4.4 a paper that was destroyed after a backup is so again, with who, how and the day', async () => {
  const [gone, kept] = [await paperOf(await delivered()), await paperOf(await delivered())]
  const how = { method: 'pulping', level: 5, by: olga, witness: sam } as const
  await putBack(() => destroyPaper(gateway, gone.id, how))
  assert.equal((await findPaper(database, gone.number))?.destruction, null)
  const all = await gateway.vault.endings.all()
  const today = gateway.clock().toString().slice(0, 10)
  const line = all.find(({ what, id }) => what === 'destroyed' && id === gone.id)
  assert.equal(line?.about, `2 5 ${olga} ${sam} ${today}`)
  await Promise.all([destroyAgain(gateway, all), destroyAgain(gateway, all)])
  await destroyAgain(gateway, all)
  const { destruction } = (await findPaper(database, gone.number)) ?? assert.fail()
  const at = Temporal.Instant.from(`${today}T00:00Z`)
  assert.deepEqual(destruction, { ...how, at, isTimeLost: true })
  assert.deepEqual(await openHeld(gateway.vault, database, gone.id, ['lastName', 'email']), {})
  assert.deepEqual(await paperEntries(database, gone.id), [
    ...['paper registered', 'paper destroyed', 'paper destroyed'],
  ])
  assert.equal((await findPaper(database, kept.number))?.destruction, null)
  assert.equal((await ownerOf(kept.id)).lastName, ADA.lastName)
})

test('C4.4 of a record that was entered twice the last one counts, and takes no other’s place', async () => {
  const { id, number } = await paperOf(await delivered())
  const how = { method: 'burning', level: 3, by: olga, witness: sam } as const
  const today = gateway.clock().toString().slice(0, 10)
  const { endings } = gateway.vault
  await endings.note('destroyed', [id], `0 4 ${sam} ${olga} ${today}`)
  await putBack(() => destroyPaper(gateway, id, how))
  await destroyAgain(gateway, await endings.all())
  const found = async () => (await findPaper(database, number))?.destruction
  const { at, ...rest } = (await found()) ?? assert.fail()
  assert.deepEqual(rest, { ...how, isTimeLost: true })
  await endings.note('destroyed', [id], `0 4 ${sam} ${olga} ${today}`)
  await destroyAgain(gateway, await endings.all())
  assert.deepEqual(await found(), { ...how, at, isTimeLost: true })
})

test('C4.1 a paper outlives the month of the books in which it was registered', async () => {
  const { id } = await paperOf(await delivered())
  const month = gateway.clock().toString().slice(0, 7)
  const tx = database.transaction(async (on) => {
    await on.run(sql`select drop_month(${month})`)
    assert.equal((await openHeld(gateway.vault, on, id, ['lastName'])).lastName, ADA.lastName)
    throw new Error('taken back')
  })
  await assert.rejects(tx, { message: 'taken back' })
})
