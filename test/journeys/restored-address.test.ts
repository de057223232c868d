/**
 * An order whose e-mail address staff corrected after a backup: the former one, which may be a stranger's, does not
 * come back with the store that comes of it (art. 16 GDPR, C5).
 */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { askForCorrectionsAgain, recordCorrection } from '../../src/orders/correction.ts'
import { sendDataLink, sendLinkAbout } from '../../src/orders/data-link.ts'
import { currentLink } from '../../src/orders/link.ts'
import { erase } from '../../src/privacy/erasure.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { rectifyEmail } from '../../src/privacy/rectification.ts'
import { listRequests, requestOf } from '../../src/privacy/requests.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { openHeld } from '../../src/privacy/vault.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { inbox, newestOrder } from '../support/outside.ts'
import { shipped } from '../support/own-data.ts'
import { ADA, buy } from '../support/purchase.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { shopperAt } from '../support/shopper.ts'
import { type TestStore, testStore } from '../support/store.ts'

async function bought(store: TestStore, email: string): Promise<Id> {
  await buy(store, { contact: { ...ADA, email } })
  await store.work()
  return newestOrder(store)
}

const silent = async () => {}

const correct = ({ erasing, gateway }: TestStore, order: Id, email: string) =>
  rectifyEmail(erasing, gateway.vault, [order], Personal.of('email', email), {
    ...{ record: recordCorrection('store'), former: silent, present: silent },
  })

const held = ({ gateway }: TestStore, order: Id) =>
  openHeld(gateway.vault, gateway.database, order, ['email', 'lastName'])

const statusOf = async ({ url, gateway }: TestStore, order: Id, link?: string) => {
  const token = link ?? (await currentLink(gateway.vault.keys, gateway.database, order))
  return (await shopperAt(url).get(`/orders/${token}`)).status
}

test('C5 an address that was corrected since a backup gets no mail and opens nothing', async (t) => {
  const store = await testStore(t)
  const { vault } = store.gateway
  const [stranger, present] = ['stranger@example.com', 'ada@example.org']
  const astray = await bought(store, stranger)
  const ending = await bought(store, 'asked@example.com')
  const before = await bought(store, 'before@example.com')
  // Taken back; the one after it is in the backup.
  await vault.endings.note('readdressed', [before], '0b7c1a52-6c1e-4a0f-9d3e-2f0a1b2c3d4e')
  await correct(store, before, 'corrected@example.com')
  const link = await currentLink(vault.keys, store.database, astray)
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  await correct(store, astray, present)
  await correct(store, ending, 'asked@example.org')
  await erase(store.erasing, [ending])

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  const again = await reopen(t, store, url)
  await askForCorrectionsAgain(again.gateway, await vault.endings.all())
  await checkNobodyTold(again, { astray, stranger, link })
  assert.deepEqual(await held(again, ending), { lastName: ADA.lastName })
  assert.equal((await held(again, before)).email, 'corrected@example.com')
  await checkAsked(again, [astray, before])

  assert.equal(await correct(again, astray, present), 1)
  assert.equal((await held(again, astray)).email, present)
  assert.equal(await statusOf(again, astray), 200)
  assert.ok(await sendLinkAbout(again.gateway, [astray]))
  assert.equal((await tacet('doctor', store.folder, url)).complaint, '')
})

type Astray = { readonly astray: Id; readonly stranger: string; readonly link: string }

/** Neither by what happens to the order, nor when a link is asked for, and the links of before are void. */
async function checkNobodyTold(
  store: TestStore,
  { astray, stranger, link }: Astray,
): Promise<void> {
  const { gateway } = store
  assert.deepEqual(await held(store, astray), { lastName: ADA.lastName })
  const mails = (await inbox(store, stranger)).length
  await sendDataLink(gateway, Personal.of('email', stranger))
  assert.equal(await sendLinkAbout(gateway, [astray]), false)
  await shipped(store, astray)
  await store.work()
  assert.equal((await inbox(store, stranger)).length, mails)
  assert.equal(await statusOf(store, astray, link), 404)
  const { open } = await store.database.one<{ open: number }>(sql`
    select count(*) as open from disclosure where subject = ${astray} and outcome is null`)
  assert.equal(open, 0)
}

/** Each once, though it was asked twice; not of the order that is going to be deleted. */
async function checkAsked({ database }: TestStore, orders: readonly Id[]): Promise<void> {
  const open = (await listRequests(database, 99)).filter(({ done }) => done === null)
  const about = await Promise.all(open.map(({ id }) => requestOf(database, id)))
  assert.deepEqual(about.flatMap((one) => one?.subjects ?? []).toSorted(), orders.toSorted())
}
