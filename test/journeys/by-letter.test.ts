/**
 * Somebody with an account writes a letter: staff send them the link to all of their data, then end all of it; and
 * nobody who works there has seen a value of theirs.
 *
 * C3.1: the account ends as it would by its person's own hand, and nothing readable of it is left anywhere. C5: whoever
 * was given something is told.
 */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signedInAt } from '../support/account.ts'
import { searchFiles, searchRows, settle } from '../support/attic.ts'
import { searchFor } from '../support/canary.ts'
import { type Clerk, clerkAt } from '../support/clerk.ts'
import { inbox, newestOrder } from '../support/outside.ts'
import { arrived, linkIn, linksOf, shipped } from '../support/own-data.ts'
import { ADA, buy } from '../support/purchase.ts'
import { type Shopper, shopperAt } from '../support/shopper.ts'
import { PASSWORD } from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

const email = 'vexilla.letter9k@plover-4t.example'
const firstName = 'Vexilla8brant'
const store = await testStore({ after }, { embedded: true })
const search = searchFor({ email, firstName, password: PASSWORD })
let clerk: Clerk
let shopper: Shopper

before(async () => {
  shopper = (await signedInAt(store, email)).shopper
  await buy(store, { contact: { ...ADA, email, firstName } })
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  clerk = await clerkAt(store, 'service')
})

/** The path of a request that was entered. */
async function entered(kind: string): Promise<string> {
  const received = store.gateway.clock().toString().slice(0, 10)
  const fields = {
    kind,
    channel: 'letter',
    proof: 'they answered a mail that we sent to the address',
  }
  const asked = { ...fields, received, who: email, all: 'yes', orders: '' }
  const { url, text } = await clerk.post('/admin/requests', asked)
  assert.match(text, /, and the account of the address/)
  assert.deepEqual(search(Buffer.from(text)), [])
  return url.pathname
}

test('access by letter opens to its person, by their mailbox, the account and the orders', async () => {
  const links = await linksOf(store)
  const { text } = await clerk.post(`${await entered('access')}/act`, {})
  assert.match(text, /the link was sent/)
  const { pathname } = await linkIn(store, email, links)
  const own = (await shopperAt(store.url).get(pathname)).text
  assert.match(own, /id="account"/)
  for (const value of [email, firstName]) assert.ok(own.includes(value), value)
})

test('C3.1 erasure by letter ends the account with its sessions, and leaves nothing of it', async () => {
  assert.equal((await shopper.get('/account')).url.pathname, '/account')
  const receipt = await clerk.post(`${await entered('erasure')}/act`, {})
  assert.match(receipt.text, /Receipt of a deletion/)
  assert.deepEqual(search(Buffer.from(receipt.text)), [])
  assert.equal((await shopper.get('/account')).url.pathname, '/account/sign-in')
  const again = await shopperAt(store.url).post('/account/sign-in', { email, password: PASSWORD })
  assert.equal(again.status, 401)
  await store.work()
  await settle(store)
  assert.deepEqual((await searchRows(store, search)).found, [])
  assert.deepEqual((await searchFiles(store, search)).found, [])
})

test('C5 each company that was given something is asked to erase it', async () => {
  for (const company of ['carrier', 'processor', 'relay']) {
    const mails = await inbox(store, `privacy@${company}.example`)
    assert.equal(mails.length, 1, company)
    assert.deepEqual(search(Buffer.from(JSON.stringify(mails))), [])
  }
})
