/** Orders whose mailbox has ended, until their rows have followed: whatever comes in between finds nobody in them. */

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { signedInAt } from '../../test/support/account.ts'
import { untilSomebodyWaits } from '../../test/support/database.ts'
import { inbox } from '../../test/support/outside.ts'
import { deliver, regular, rowsOf, underMailbox } from '../../test/support/regular.ts'
import { testStore } from '../../test/support/store.ts'
import { sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { belongTo, orderIdsOf, ordersOf } from '../orders/belonging.ts'
import { announceWaiting } from '../orders/data-link.ts'
import { conclude } from './_disclosures.ts'
import { openEndings } from './endings.ts'
import { endOver, endRequested, erase } from './erasure.ts'
import { eraseDue, eraseLater, takeBack, waitingEntry, waitingOf } from './erasure-later.ts'
import { grant } from './gateway.ts'
import { showAll } from './holdings.ts'
import type { Entry } from './ledger.ts'
import { subjectsOfEmail } from './look-ups.ts'
import { gather } from './mailbox.ts'
import { enterRequest, PROOFS, requestOf } from './requests.ts'
import { restrict } from './restriction.ts'
import { openHeld } from './vault.ts'

const store = await testStore({ after })
const { database, erasing, gateway } = store
const { vault, clock } = gateway

const allOf = (digest: Buffer) => subjectsOfEmail(vault, database, digest)

async function entryOf(id: Id | undefined): Promise<Entry> {
  assert.ok(id !== undefined)
  const { leaf } = await database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where id = ${id}`,
  )
  return JSON.parse(leaf)
}

test('C3.1 retention leaves them to their mailbox: each company is told once, of all of them', async () => {
  const { closed, digest } = await regular(store, 'over@following.example')
  await erase(erasing, await allOf(digest))
  assert.equal(await endOver(erasing, closed, 'unless open'), 0)
  await Promise.all([endRequested(erasing), endOver(erasing, closed, 'unless open')])
  assert.equal(await rowsOf(store, closed), 0)
  await store.work()
  const notices = await inbox(store, 'privacy@processor.example')
  for (const order of closed) {
    assert.equal(notices.filter(({ text }) => text.includes(`pi_${order}`)).length, 1)
  }
})

test('C3.1 an erasure that waited for them can be taken back no more, and has no second entry', async () => {
  const { closed, open, digest } = await regular(store, 'waits@following.example')
  await deliver(store, open)
  await store.work()
  const all = await allOf(digest)
  const waiting = await eraseLater(erasing, all, (tx, one) => announceWaiting(gateway, tx, one))
  assert.ok(waiting !== undefined)
  assert.ok(await erase(erasing, all))
  assert.ok((await rowsOf(store, closed)) > 0)
  assert.equal(await waitingEntry(database, waiting), undefined)
  assert.deepEqual(await waitingOf(database, all), [])
  await assert.rejects(takeBack(erasing, waiting), { code: 'conflict' })
  await database.run(sql`update erasure_plan set due_at = asked_at where entry = ${waiting}`)
  await eraseDue(erasing)
  assert.equal(await database.first(sql`select from ledger_entry where id = ${waiting}`), undefined)
  await endRequested(erasing)
  assert.equal(await rowsOf(store, all), 0)
})

test('an account lists none of them, and of a mailbox only what is all its own', async () => {
  const { closed, digest } = await regular(store, 'joined@following.example')
  const { account } = await signedInAt(store, 'other@following.example')
  const joined = closed.slice(0, 2)
  for (const order of joined) {
    await database.transaction((tx) => belongTo(tx, order, account, clock()))
  }
  assert.equal((await orderIdsOf(database, account)).length, 2)
  const shown = await showAll(erasing.holdings, database, [account, ...joined])
  assert.ok(!shown.fields.some(({ name }) => name.startsWith('mailbox')))
  await erase(erasing, await allOf(digest))
  assert.deepEqual(await orderIdsOf(database, account), [])
  assert.deepEqual((await ordersOf(database, account, 1)).orders, [])
  await endRequested(erasing)
})

test('a request by letter leads to none of them', async () => {
  const { closed, digest } = await regular(store, 'letter@following.example')
  const asked = { kind: 'access', channel: 'letter', proof: PROOFS[0], by: 'sara' } as const
  const id = await enterRequest(gateway, { ...asked, subjects: closed, receivedAt: clock() })
  assert.equal((await requestOf(database, id))?.subjects.length, closed.length)
  await erase(erasing, await allOf(digest))
  assert.deepEqual((await requestOf(database, id))?.subjects, [])
  await endRequested(erasing)
})

test('C3.1 an order whose receipt was promised has it, though all is asked for before its turn', async () => {
  const { closed, open, digest } = await regular(store, 'promised@following.example')
  const [alone = ''] = closed
  const { later = [] } = await entryOf(await erase(erasing, [open, alone]))
  const [promised] = later
  await deliver(store, open)
  const all = [...closed, open]
  const { later: again } = await entryOf(await erase(erasing, all))
  assert.deepEqual(again, later)
  assert.equal((await entryOf(promised)).kind, 'erased')
  assert.equal(await rowsOf(store, [open]), 0)
  await endRequested(erasing)
  assert.deepEqual(await allOf(digest), [])
})

const grantTo = (company: string, subject: Id) =>
  database.transaction((tx) =>
    grant(gateway, tx, {
      ...{ to: 'mail relay', for: 'messages about a request', company },
      ...{ subject, because: 'data link asked for' },
    }),
  )

test('C3.1 a receipt names no company that was refused what it had been granted', async () => {
  const { closed, digest } = await regular(store, 'refused@following.example')
  const [first = '', second = ''] = closed
  await grantTo('Relay that got it', first)
  const disclosure = await grantTo('Relay that got nothing', second)
  await conclude(database, clock, disclosure, 'refused', 'encrypted')
  const { had } = await entryOf(await erase(erasing, await allOf(digest)))
  assert.ok(had?.includes('mail relay: Relay that got it'))
  assert.ok(!had?.includes('mail relay: Relay that got nothing'))
  await endRequested(erasing)
})

test('C3.1 a receipt names no company, and no day, of an order that had ended before', async () => {
  const { closed, digest } = await regular(store, 'left@following.example', 52)
  const [first = ''] = closed
  await grantTo('Former relay', first)
  const later = clock().add({ hours: 24 * 400 })
  await database.run(sql`
    update mailbox set newest_paid_at = ${later} where covered = any(${vault.keys.covers(digest)}::bytea[])`)
  await erase(erasing, [first])
  const { had, stays, notices } = await entryOf(await erase(erasing, await allOf(digest)))
  assert.ok(!had?.includes('mail relay: Former relay'))
  const year = clock().toZonedDateTimeISO('UTC').year + 5
  assert.ok(
    stays?.some((text) => text.startsWith(`accounting-record ${year}-`)),
    String(stays),
  )
  assert.ok((notices?.length ?? 0) > 0)
  await endRequested(erasing)
})

test('what orders have left is noted anew by the clock, before anybody asks', async () => {
  const { closed, digest } = await regular(store, 'noted@following.example', 52)
  const noted = async () =>
    (
      await database.one<{ is: boolean }>(
        sql`select is_noted as is from mailbox where covered = any(${vault.keys.covers(digest)}::bytea[])`,
      )
    ).is
  const before = await toldOf(digest)
  assert.ok(before.length > 0)
  await erase(erasing, closed.slice(0, 1))
  assert.equal(await noted(), false)
  await endRequested(erasing)
  assert.equal(await noted(), true)
  assert.deepEqual(await toldOf(digest), before)
})

const toldOf = (digest: Buffer) =>
  database.many(sql`
    select recipient, company from mailbox_told
    where mailbox =
      (select id from mailbox where covered = any(${vault.keys.covers(digest)}::bytea[]))
    order by 1, 2`)

test('an order is locked and told of while its mailbox is locked and waits for it: no deadlock', async () => {
  const { closed, digest } = await regular(store, 'locks@following.example')
  const [order = ''] = closed
  const { restricting } = await database.transaction(async (tx) => {
    await tx.run(sql`select from orders where id = ${order} for update`)
    // It has the mailbox, and waits for the order.
    const restricting = restrict(erasing, [order], 'customer')
    await untilSomebodyWaits(database)
    await grant(gateway, tx, {
      ...{ to: 'mail relay', for: 'messages about a request', company: 'Relay' },
      ...{ subject: order, because: 'data link asked for' },
    })
    return { restricting }
  })
  assert.equal(await restricting, 1)
  const { had } = await entryOf(await erase(erasing, await allOf(digest)))
  assert.ok(had?.includes('mail relay: Relay'))
  await endRequested(erasing)
})

test('C3.1 where it cannot be noted what ends, nothing does', async (t) => {
  const { closed, open, digest } = await regular(store, 'full@following.example')
  const folder = await mkdtemp(join(tmpdir(), 'tacet-endings-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'endings'), 'in the way')
  const endings = openEndings(folder, clock, 30)
  await deliver(store, open)
  await store.work()
  const all = await allOf(digest)
  await assert.rejects(erase({ ...erasing, endings }, all), { code: 'storage' })
  assert.equal(await underMailbox(store, closed), closed.length)
  assert.equal((await openHeld(vault, database, open, ['email'])).email, 'full@following.example')
  assert.deepEqual(await allOf(digest), all)
  assert.ok(await erase(erasing, all))
  await endRequested(erasing)
})

test('cut off between two steps, the rows go on from there, and companies are told once', async () => {
  const { closed, digest } = await regular(store, 'killed@following.example', 230)
  await erase(erasing, await allOf(digest))
  const stop = new Error('killed')
  let steps = 0
  const holdings = erasing.holdings.map((holding) => ({
    ...holding,
    async end(tx: Parameters<typeof holding.end>[0], subjects: readonly Id[]) {
      if (holding.tables.includes('data_key') && subjects.length > 0) steps += 1
      if (steps > 1) throw stop
      return holding.end(tx, subjects)
    },
  }))
  await assert.rejects(endRequested({ ...erasing, holdings }), stop)
  assert.equal(await underMailbox(store, closed), 30)
  await store.work()
  const before = (await inbox(store, 'privacy@processor.example')).length
  await Promise.all([endRequested(erasing), endRequested(erasing)])
  await store.work()
  const notices = await inbox(store, 'privacy@processor.example')
  assert.equal(notices.length, before + 1)
  for (const order of closed) assert.ok(notices[0]?.text.includes(`pi_${order}`))
})

test('a look-up asks for each key by itself, whatever the planner thinks of the tables', async () => {
  const plans = await database.transaction(async (tx) => {
    await tx.run(sql`set local enable_nestloop = off`)
    await tx.run(sql`set local plan_cache_mode = force_custom_plan`)
    return Promise.all([
      tx.many<{ 'QUERY PLAN': string }>(sql`
        explain select subject from living_look_up where covered = any(array['', 'x']::bytea[])
          and field = 'email'`),
      tx.many<{ 'QUERY PLAN': string }>(
        sql`explain select id from living_key where kind = 'order'`,
      ),
    ])
  })
  for (const plan of plans) {
    const text = plan.map((row) => row['QUERY PLAN']).join('\n')
    assert.doesNotMatch(text, /Join/)
  }
})

test('an order that is gathered while it is asked for is gathered once it is free', async () => {
  const { open, closed, digest } = await regular(store, 'gathered@following.example')
  await deliver(store, open)
  await Promise.all([
    gather(erasing, open),
    gather(erasing, open),
    gather(erasing, closed[0] ?? ''),
  ])
  assert.equal(await underMailbox(store, [...closed, open]), closed.length + 1)
  await erase(erasing, await allOf(digest))
  await endRequested(erasing)
  assert.equal(await rowsOf(store, [...closed, open]), 0)
})
