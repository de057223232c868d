/** A mailbox with many orders: one key ends them all, and each by itself as before. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { paidOrder } from '../../test/support/backoffice.ts'
import { inbox } from '../../test/support/outside.ts'
import * as customers from '../../test/support/regular.ts'
import { testStore } from '../../test/support/store.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { addPlace, listPlaces } from '../paper/places.ts'
import { registerPaper } from '../paper/register.ts'
import { requestRefund } from '../payments/refund.ts'
import { endAgain, endRequested, erase, preview } from './erasure.ts'
import { noticesOf } from './erasure-notice.ts'
import { grant, showOwner } from './gateway.ts'
import { coverAnew, turn } from './generations.ts'
import { showAll } from './holdings.ts'
import type { Entry } from './ledger.ts'
import { endHold, setHold } from './legal-hold.ts'
import { emailLookUp, findSubjects, subjectsOfEmail } from './look-ups.ts'
import { gather, MANY } from './mailbox.ts'
import { Personal } from './personal.ts'
import { restrict } from './restriction.ts'
import { openHeld, resealContact } from './vault.ts'

const store = await testStore({ after })
const { database, erasing, payments } = store
const { gateway } = payments
const { vault, clock } = gateway

const digestOf = (email: string) => emailLookUp(vault, Personal.of('email', email))

const regular = (email: string, count = MANY) => customers.regular(store, email, count)
const deliver = (order: Id) => customers.deliver(store, order)
const underMailbox = (orders: readonly Id[]) => customers.underMailbox(store, orders)
const rowsOf = (orders: readonly Id[]) => customers.rowsOf(store, orders)

const mailboxes = async () =>
  (await database.one<{ n: number }>(sql`select count(*) as n from mailbox`)).n

async function entryOf(id: Id | undefined): Promise<Entry> {
  assert.ok(id !== undefined)
  const { leaf } = await database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where id = ${id}`,
  )
  return JSON.parse(leaf)
}

async function emailHeld(order: Id): Promise<string | undefined> {
  return (await openHeld(vault, database, order, ['email'])).email
}

test('C3.1 many orders end with one key: at once nothing opens and nobody is found', async () => {
  const email = 'many@mailbox.example'
  const { closed, open, digest } = await regular(email)
  assert.equal(await underMailbox(closed), MANY)
  assert.equal(await underMailbox([open]), 0)
  assert.equal(await emailHeld(closed[0] ?? ''), email)
  const all = await subjectsOfEmail(vault, database, digest)
  assert.equal(all.length, MANY + 1)
  const shown = await showAll(erasing.holdings, database, all)
  assert.equal(shown.fields.filter(({ name }) => name === 'email').length, MANY + 1)
  assert.equal(shown.fields.filter(({ name }) => name === 'mailbox.covered').length, 1)
  const foreseen = await preview(erasing, all)

  const erased = await entryOf(await erase(erasing, all))
  assert.ok((await rowsOf(closed)) > MANY, 'the rows follow later')
  assert.deepEqual(await subjectsOfEmail(vault, database, digest), [])
  for (const [field, value] of [
    ['email', email],
    ['lastName', 'Quillfeather'],
  ] as const) {
    const found = await findSubjects(vault, database, field, value, 1000)
    assert.ok(!found.some((id) => closed.includes(id)), field)
  }
  // The books stay, under their month's key (C3.2).
  for (const order of closed) {
    const left = Object.keys(await showOwner(gateway, order))
    assert.deepEqual(left.sort(), ['invoiceAddress', 'invoiceName'])
  }
  assert.ok(erased.ended?.some((text) => text === `order-contact ${MANY}`))
  assert.deepEqual(erased.had, foreseen.had)
  assert.deepEqual(
    erased.stays,
    [...foreseen.stays].map(([rule, until]) => `${rule} ${until}`),
  )
  assert.equal(erased.later?.length, 1, 'what is open is promised a receipt of its own')
  assert.equal(await emailHeld(open), email)

  assert.ok((erased.notices?.length ?? 0) > 0)
  await store.work()
  assert.deepEqual(await inbox(store, 'privacy@processor.example'), [])
  await endRequested(erasing)
  assert.equal(await rowsOf(closed), 0)
  assert.equal(await mailboxes(), 0)
  await store.work()
  const [notice] = await inbox(store, 'privacy@processor.example')
  for (const order of closed) assert.ok(notice?.text.includes(`pi_${order}`))
  assert.ok(!notice?.text.includes(`pi_${open}`))
  const outcomes = await noticesOf(database, erased.notices ?? [])
  assert.ok(outcomes.every(({ outcome }) => outcome === 'delivered'))
})

test('C3.1 fewer orders have no key of their mailbox, and end in one transaction', async () => {
  const { closed, digest } = await regular('few@mailbox.example', 3)
  assert.equal(await underMailbox(closed), 0)
  await erase(erasing, await subjectsOfEmail(vault, database, digest))
  assert.equal(await rowsOf(closed), 0)
})

test('C3.1 what is open, held or has a paper ends by itself, and the rest with the key', async () => {
  const { closed, digest } = await regular('aside@mailbox.example')
  const [refunded = '', held = '', papered = '', ...rest] = closed
  await requestRefund(payments, {
    ...{ orderId: refunded, of: 100, seenRefundedMinor: 0, by: 'service' },
  })
  const until = clock().toZonedDateTimeISO('UTC').toPlainDate().add({ days: 5 }).toString()
  const hold = { subject: held, ground: 'a legal claim is open', until, by: 'service' } as const
  await setHold(erasing, hold)
  await addPlace(gateway, 'Archive', 'a safe')
  const [place] = await listPlaces(database)
  const owner = { order: papered }
  const by = newId(clock())
  await registerPaper(gateway, { kind: 'invoice', place: place?.id ?? '', owner, by })
  const all = await subjectsOfEmail(vault, database, digest)
  const erased = await entryOf(await erase(erasing, all))
  assert.equal(await underMailbox([refunded, held, papered]), 0)
  assert.equal(await underMailbox(rest), MANY - 3)
  assert.equal(await emailHeld(held), 'aside@mailbox.example')
  assert.equal(await emailHeld(refunded), 'aside@mailbox.example')
  assert.equal(await rowsOf([papered]), 0)
  assert.ok(erased.stays?.some((text) => text.startsWith('paper-register')))
  assert.equal(erased.later?.length, 3)
  await endRequested(erasing)
  assert.equal(await rowsOf(rest), 0)
  await endHold(erasing, held)
  await endRequested(erasing)
  assert.equal(await rowsOf([held]), 0)
})

test('C3.1 an order ends alone, and the mailbox with the last of its orders', async () => {
  const { closed, digest } = await regular('alone@mailbox.example')
  const before = await mailboxes()
  const [first = '', ...others] = closed
  await erase(erasing, [first])
  assert.equal(await emailHeld(first), undefined)
  assert.equal(await underMailbox(closed), MANY - 1)
  assert.equal(await emailHeld(others[0] ?? ''), 'alone@mailbox.example')
  await erase(erasing, others)
  assert.equal(await mailboxes(), before - 1)
  const key = await database.first(sql`
    select from mailbox join data_key k using (id)
    where covered = any(${vault.keys.covers(digest)}::bytea[])`)
  assert.equal(key, undefined)
})

test('what is closed later goes under the key as well; what has another address does not', async () => {
  const { open, closed } = await regular('later@mailbox.example')
  await deliver(open)
  await store.work()
  assert.equal(await underMailbox([open]), 1)
  const [moved = ''] = closed
  await database.transaction((tx) =>
    resealContact(vault, tx, moved, [Personal.of('email', 'moved@mailbox.example')]),
  )
  assert.equal(await underMailbox([moved]), 0)
  assert.equal(await emailHeld(moved), 'moved@mailbox.example')
  const digest = digestOf('later@mailbox.example')
  await erase(erasing, await subjectsOfEmail(vault, database, digest))
  assert.equal(await emailHeld(moved), 'moved@mailbox.example')
})

test('an address has one mailbox, though keys turn while many gather its orders', async () => {
  const email = 'covered@mailbox.example'
  const { closed, open } = await regular(email, MANY - 2)
  const { id: last } = await paidOrder(payments, { email })
  const before = await mailboxes()
  for (const order of [open, last]) await deliver(order)
  const others = closed.slice(0, 3)
  await turn(store.generations)
  await Promise.all([open, last, ...others].map((order) => gather(erasing, order)))
  assert.equal(await mailboxes(), before + 1)
  await turn(store.generations)
  await coverAnew(store.generations)
  const { open: newest } = await regular(email, 1)
  await deliver(newest)
  await store.work()
  assert.equal(await mailboxes(), before + 1)
  assert.equal(await underMailbox([...closed, open, last, newest]), MANY + 1)
})

test('C3.1 both layers are needed: keys turn, and an old copy opens by neither of them alone', async () => {
  const { closed } = await regular('turn@mailbox.example')
  const [order = ''] = closed
  const copied = await database.one<{ wrapped: Buffer; generation: number }>(
    sql`select wrapped, generation from data_key where id = ${order}`,
  )
  await turn(store.generations)
  assert.equal(await emailHeld(order), 'turn@mailbox.example')
  const digest = digestOf('turn@mailbox.example')
  await erase(erasing, await subjectsOfEmail(vault, database, digest))
  const outer = vault.keys.unwrap({ ...copied, id: order, kind: 'order' })
  assert.notEqual(outer.length, 32, 'what the generation opens is wrapped once more')
})

test('C3.1 a restored database ends them again, whatever its mailbox was', async () => {
  const { closed, open, digest } = await regular('restored@mailbox.example')
  const orders = [...closed, open]
  const kept = await database.many(sql`
    select to_jsonb(k) as row from data_key k
    where id = any(${closed}::uuid[]) or id =
      (select id from mailbox where covered = any(${vault.keys.covers(digest)}::bytea[]))`)
  assert.equal(kept.length, MANY + 1)
  const since = (await erasing.endings.all()).length
  await erase(erasing, await subjectsOfEmail(vault, database, digest))
  const noted = (await erasing.endings.all()).slice(since)
  assert.deepEqual(
    noted
      .filter(({ what }) => what === 'order')
      .map(({ id }) => id)
      .sort(),
    closed.toSorted(),
  )
  assert.deepEqual(
    noted.filter(({ what }) => what === 'asked').map(({ id }) => id),
    [open],
  )
  // As in a backup from before they were gathered: rows and all.
  await database.run(sql`
    update data_key set mailbox = null where id = any(${closed}::uuid[])`)
  assert.equal(await endAgain(erasing, noted), orders.length)
  assert.equal(await rowsOf(closed), 0)
})

test('two who erase at once, and orders that are gathered meanwhile: one entry, nothing left', async () => {
  const { closed, open, digest } = await regular('twice@mailbox.example')
  await deliver(open)
  const all = await subjectsOfEmail(vault, database, digest)
  const ended = await Promise.all([
    erase(erasing, all),
    gather(erasing, open),
    erase(erasing, all),
    restrict(erasing, closed.slice(0, 3), 'customer'),
  ])
  const entries = [ended[0], ended[2]].filter((id) => id !== undefined)
  assert.equal(entries.length, 1)
  await Promise.all([endRequested(erasing), endRequested(erasing)])
  assert.equal(await rowsOf([...closed, open]), 0)
  assert.deepEqual(await subjectsOfEmail(vault, database, digest), [])
})

test('C5 a company that is told of a gathered order is on the receipt', async () => {
  const { closed, digest } = await regular('told@mailbox.example')
  const [order = ''] = closed
  await database.transaction((tx) =>
    grant(gateway, tx, {
      ...{ to: 'mail relay', for: 'messages about a request', company: 'New relay' },
      ...{ subject: order, because: 'data link asked for' },
    }),
  )
  const all = await subjectsOfEmail(vault, database, digest)
  const { had } = await entryOf(await erase(erasing, all))
  assert.ok(had?.includes('mail relay: New relay'))
})
