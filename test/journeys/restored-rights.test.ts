/**
 * What people have asked for after a backup outlives the loss of the database: restrictions, holds, deletions that
 * wait; and of a correction it is said that it is lost (C3.1, art. 16 and 18 GDPR).
 */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { askForCorrectionsAgain, recordCorrection } from '../../src/orders/correction.ts'
import { announceWaiting } from '../../src/orders/data-link.ts'
import { endAgain, endRequested, erase } from '../../src/privacy/erasure.ts'
import {
  eraseDue,
  eraseLater,
  restoreWaiting,
  takeBack,
  waitingOf,
} from '../../src/privacy/erasure-later.ts'
import { endHold, holdsOf, restoreHolds, setHold } from '../../src/privacy/legal-hold.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { rectify } from '../../src/privacy/rectification.ts'
import { listRequests, requestOf } from '../../src/privacy/requests.ts'
import {
  isRestricted,
  liftRestriction,
  restoreRestrictions,
  restrict,
} from '../../src/privacy/restriction.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { openHeld } from '../../src/privacy/vault.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { inbox, newestOrder } from '../support/outside.ts'
import { arrived } from '../support/own-data.ts'
import { ADA, buy } from '../support/purchase.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { type TestStore, testStore } from '../support/store.ts'

const BUYERS = [
  ...['restricted', 'lifted', 'held', 'released', 'moved', 'held-and-asked'],
  ...['waits', 'kept', 'done', 'corrected', 'corrected-before', 'corrected-and-erased'],
] as const
type Buyer = (typeof BUYERS)[number]

const emailOf = (buyer: string) => `${buyer}@example.com`
const ground = 'a legal claim is open'
const by = 'owner'

/** An order each, delivered; of `waits` two, by one person. */
async function orders(store: TestStore): Promise<Readonly<Record<Buyer | 'waits too', Id>>> {
  const made: [string, Id][] = []
  for (const buyer of [...BUYERS, 'waits'] as const) {
    await buy(store, { contact: { ...ADA, email: emailOf(buyer) } })
    const order = await newestOrder(store)
    await store.database.run(sql`update orders set state = 'shipped' where id = ${order}`)
    await arrived(store, order)
    await store.work()
    made.push([made.some(([name]) => name === buyer) ? 'waits too' : buyer, order])
  }
  return Object.fromEntries(made) as Record<Buyer | 'waits too', Id>
}

const day = (store: TestStore, days: number) =>
  store.gateway.clock().toZonedDateTimeISO('UTC').toPlainDate().add({ days }).toString()

const later = (store: TestStore, subjects: readonly Id[]) =>
  eraseLater(store.erasing, subjects, (tx, subject) => announceWaiting(store.gateway, tx, subject))

const correct = ({ erasing, gateway }: TestStore, order: Id, name: string) =>
  rectify(
    ...([erasing, gateway.vault, order] as const),
    [Personal.of('lastName', name)],
    recordCorrection('customer'),
  )

type Orders = Awaited<ReturnType<typeof orders>>

async function beforeBackup(store: TestStore, of: Orders): Promise<Id> {
  const { erasing } = store
  await restrict(erasing, [of.lifted], 'customer')
  for (const subject of [of.released, of.moved]) {
    await setHold(erasing, { subject, ground, until: day(store, 9), by })
  }
  await correct(store, of['corrected-before'], 'Byron')
  const kept = await later(store, [of.kept])
  assert.ok(kept !== undefined)
  return kept
}

async function afterBackup(store: TestStore, of: Orders, kept: Id): Promise<void> {
  const { erasing } = store
  await restrict(erasing, [of.restricted], 'customer')
  await liftRestriction(erasing, [of.lifted])
  await endHold(erasing, of.released)
  await endHold(erasing, of.moved)
  for (const [subject, days] of [
    [of.held, 5],
    [of.moved, 30],
    [of['held-and-asked'], 5],
  ] as const) {
    await setHold(erasing, { subject, ground, until: day(store, days), by })
  }
  await erase(erasing, [of['held-and-asked']])
  assert.ok(await later(store, [of.waits, of['waits too']]))
  await takeBack(erasing, kept)
  await later(store, [of.done])
  await store.database.run(sql`
    update erasure_plan set due_at = asked_at where subject = ${of.done}`)
  assert.equal(await eraseDue(erasing), 1)
  await correct(store, of.corrected, 'Byron')
  await correct(store, of['corrected-and-erased'], 'Byron')
  await erase(erasing, [of['corrected-and-erased']])
}

test('C3.1 rights that were used after a backup hold in the store that comes of it', async (t) => {
  const store = await testStore(t)
  const of = await orders(store)
  const kept = await beforeBackup(store, of)
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  await afterBackup(store, of, kept)
  await store.work()
  await sequence(store.ledger)
  const today = day(store, 0)
  const list = await readFile(join(store.folder, 'keys', 'endings', today), 'utf8')
  assert.match(list, /^([a-z]+ [0-9a-f-]{36}( \d [\d-]{10}| [0-9a-f-]{36})?\n)+$/)

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss --json`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  const { number } = await store.database.one<{ number: number }>(
    sql`select number from orders where id = ${of.corrected}`,
  )
  assert.deepEqual(JSON.parse(restored.out).correctionsLost, [number])

  const again = await reopen(t, store, url)
  const { database, erasing } = again
  const mailed = (await inbox(again, emailOf('waits'))).length
  await finishOnceMore(again)
  await again.work()
  assert.ok(await isRestricted(database, of.restricted))
  assert.equal(await isRestricted(database, of.lifted), false)
  const holds = await holdsOf(database, Object.values(of))
  assert.deepEqual(
    new Map([...holds].map(([order, { until }]) => [order, until])),
    new Map([
      [of.held, day(store, 5)],
      [of.moved, day(store, 30)],
      [of['held-and-asked'], day(store, 5)],
    ]),
  )
  await checkAsked(again, of)
  await checkWaiting(again, of, mailed)
  await checkCorrections(again, of)
  assert.equal((await tacet('doctor', store.folder, url)).complaint, '')
  assert.deepEqual(await openHeld(again.gateway.vault, database, of.done, ['email']), {})
  assert.equal((await waitingOf(database, [of.kept])).length, 0)
  assert.equal(await eraseDue(erasing), 0)
})

/** As a start does that was cut off before it was through. */
async function finishOnceMore({ erasing, gateway }: TestStore): Promise<void> {
  const endings = await erasing.endings.all()
  await restoreHolds(erasing, endings)
  await endAgain(erasing, endings)
  await restoreRestrictions(erasing, endings)
  await restoreWaiting(erasing, endings, (tx, subject) => announceWaiting(gateway, tx, subject))
  await askForCorrectionsAgain(gateway, endings)
}

/** What was held when it was asked for did not end with the restore either, and ends with the hold. */
async function checkAsked({ database, erasing, gateway }: TestStore, of: Orders): Promise<void> {
  const order = of['held-and-asked']
  const name = () => openHeld(gateway.vault, database, order, ['lastName'])
  assert.equal(await endRequested(erasing), 0)
  assert.equal((await name()).lastName, ADA.lastName)
  await endHold(erasing, order)
  assert.equal(await endRequested(erasing), 1)
  assert.deepEqual(await name(), {})
}

/** Both orders of one person wait together, with one mail that has the way back. */
async function checkWaiting(store: TestStore, of: Orders, mailed: number): Promise<void> {
  const { database, gateway, erasing } = store
  const [waiting, ...others] = await waitingOf(database, [of.waits, of['waits too']])
  assert.ok(waiting !== undefined)
  assert.deepEqual(others, [])
  const hours = waiting.dueAt.since(gateway.clock()).total('hours')
  assert.ok(hours > 71 && hours <= 72, `${hours}`)
  const mails = await inbox(store, emailOf('waits'))
  assert.equal(mails.length, mailed + 1)
  const link = /http\S+\/privacy\/deletions\/[\w-]+/.exec(mails[0]?.text ?? '')?.[0] ?? ''
  assert.match(await (await fetch(link)).text(), /waits|will be deleted/i)
  const after = { ...erasing, clock: () => gateway.clock().add({ hours: 73 }) }
  assert.equal(await eraseDue(after), 1)
  for (const order of [of.waits, of['waits too']]) {
    assert.deepEqual(await openHeld(gateway.vault, database, order, ['email']), {})
  }
}

/** The one that is lost is a request that is open; those in the backup and of who was erased are none. */
async function checkCorrections({ database, gateway }: TestStore, of: Orders): Promise<void> {
  const { vault } = gateway
  assert.equal(
    (await openHeld(vault, database, of['corrected-before'], ['lastName'])).lastName,
    'Byron',
  )
  assert.equal((await openHeld(vault, database, of.corrected, ['lastName'])).lastName, ADA.lastName)
  const open = (await listRequests(database, 99)).filter(({ done }) => done === null)
  assert.deepEqual(
    open.map(({ kind, channel, found }) => [kind, channel, found]),
    [['rectification', 'restore', 1]],
  )
  assert.deepEqual((await requestOf(database, open[0]?.id ?? ''))?.subjects, [of.corrected])
}
