/** What a person changed about their account after a backup does not come back with the store that comes of it. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { accountOf } from '../../src/customers/account.ts'
import { renewCodes, switchOff } from '../../src/customers/factor.ts'
import { accountOfOrder } from '../../src/orders/belonging.ts'
import { sendDataLink } from '../../src/orders/data-link.ts'
import { emailLookUp } from '../../src/privacy/look-ups.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { accountLink, addressAsked, signedInAt } from '../support/account.ts'
import { emptyDatabaseUrl } from '../support/database.ts'
import { inbox, newestOrder } from '../support/outside.ts'
import { buy } from '../support/purchase.ts'
import { reopen, tacet, urlOf } from '../support/restored.ts'
import { fieldsOf, type Shopper, shopperAt } from '../support/shopper.ts'
import { OTHER_PASSWORD, openAccount, PASSWORD, withFactor } from '../support/sign-in.ts'
import { type TestStore, testStore } from '../support/store.ts'

test('C3.1 after a restore an old password opens nothing, and a link to the address does', async (t) => {
  const store = await testStore(t)
  const [changed, same] = ['changed@account.example', 'same@account.example']
  const { shopper } = await signedInAt(store, changed)
  const kept = await signedInAt(store, same)
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  await shopper.post('/account/password', { old: PASSWORD, password: OTHER_PASSWORD })

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  const again = await reopen(t, store, url)
  const enter = async (email: string, password: string) =>
    (await shopperAt(again.url).post('/account/sign-in', { email, password })).status
  assert.equal((await kept.shopper.get('/account')).url.pathname, '/account/sign-in')
  assert.equal(await enter(same, PASSWORD), 200)
  for (const password of [PASSWORD, OTHER_PASSWORD]) {
    assert.equal(await enter(changed, password), 401)
  }
  const link = await accountLink(again, changed)
  await shopperAt(again.url).post(link, { password: OTHER_PASSWORD })
  assert.equal(await enter(changed, OTHER_PASSWORD), 200)
})

test('C3.1 after a restore a former address opens nothing without the password', async (t) => {
  const store = await testStore(t)
  const [former, present] = ['former@account.example', 'present@account.example']
  const { shopper, account } = await signedInAt(store, former)
  const cookies = { '__Host-session': shopper.cookies.get('__Host-session') ?? '' }
  const { page } = await buy(store, { cookies })
  const order = await newestOrder(store)
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  await changeAddress(store, shopper, present)
  const { text: own } = await shopper.get(page.url.pathname)
  await shopper.post(/\/account\/orders\/\d+\/removal/.exec(own)?.[0] ?? '', {})
  assert.equal(await accountOfOrder(store.database, order), undefined)

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  assert.match(restored.out, /Accounts with a former e-mail address again: 1\./)
  const again = await reopen(t, store, url)
  assert.equal(await accountOfOrder(again.database, order), undefined, 'it stays taken out')
  const enter = async (email: string) => {
    const visitor = shopperAt(again.url)
    return { visitor, ...(await visitor.post('/account/sign-in', { email, password: PASSWORD })) }
  }
  assert.equal((await enter(present)).status, 401)
  const { visitor, text } = await enter(former)
  assert.match(text, /Enter your e-mail address anew.*former@account\.example/s)
  assert.match((await visitor.get('/account/data')).text, /e-mail before/)
  const mails = (await inbox(again, former)).length
  await sendDataLink(again.gateway, Personal.of('email', former))
  await changeAddress(again, visitor, present)
  assert.equal((await inbox(again, former)).length, mails, 'nothing is sent to it any more')
  const { text: mended } = await enter(present)
  assert.match(mended, /present@account\.example/)
  assert.doesNotMatch(mended, /anew/)
  const digest = emailLookUp(again.gateway.vault, Personal.of('email', present))
  assert.equal((await accountOf(again.gateway.vault, again.database, digest))?.id, account)
})

test('C3.1 after a restore a second factor is as it was left, or a link alone lets in', async (t) => {
  const store = await testStore(t)
  const [on, off, renewed] = ['on@account.example', 'off@account.example', 'new@account.example']
  const switchesOn = await openAccount(store.gateway, on)
  const switchesOff = await openAccount(store.gateway, off)
  const renews = await openAccount(store.gateway, renewed)
  const given = await withFactor(store.gateway, switchesOff)
  const kept = await withFactor(store.gateway, renews)
  await sequence(store.ledger)
  const file = join(store.folder, 'tacet.backup')
  const made = await tacet(`backup ${file}`, store.folder, urlOf(store.database))
  assert.equal(made.code, 0, made.complaint)
  await withFactor(store.gateway, switchesOn)
  const proof = (code: string) => ({ password: PASSWORD, code })
  assert.equal(await switchOff(store.gateway, switchesOff.id, proof(given.codeAt(0))), 'off')
  const codes = await renewCodes(store.gateway, renews.id, proof(kept.codeAt(0)))
  assert.equal(codes.length, 10)

  const url = await emptyDatabaseUrl(t)
  const restored = await tacet(`restore ${file} --accept-loss`, store.folder, url)
  assert.equal(restored.code, 0, restored.complaint)
  assert.match(restored.out, /Accounts whose second factor is lost: 1\./)
  const again = await reopen(t, store, url)
  await again.work()
  const enter = async (email: string) => {
    const visitor = shopperAt(again.url)
    return { visitor, ...(await visitor.post('/account/sign-in', { email, password: PASSWORD })) }
  }
  assert.equal((await enter(off)).url.pathname, '/account')
  assert.equal((await enter(on)).status, 401)
  const mails = await Promise.all([on, off, renewed].map((email) => inbox(again, email)))
  for (const [at, words] of [
    [0, /the password lets nobody in any more/],
    [1, /It is off again/],
    [2, /Make new recovery codes on this page/],
  ] as const) {
    assert.equal(mails[at]?.length, 1)
    assert.match(mails[at]?.[0]?.text ?? '', words)
  }
  const { visitor, text } = await enter(renewed)
  const step = { ...fieldsOf(text), code: kept.codeAt(1) }
  assert.equal((await visitor.post('/account/sign-in/code', step)).url.pathname, '/account')
  assert.match((await visitor.get('/account/factor')).text, /No recovery codes? (is|are) left/)
  const opened = await shopperAt(again.url).post(await accountLink(again, on), {
    password: OTHER_PASSWORD,
  })
  assert.equal(opened.url.pathname, '/account')
})

/** By the link that comes to the new mailbox. */
async function changeAddress(store: TestStore, shopper: Shopper, email: string): Promise<void> {
  const link = await addressAsked(store, { shopper }, email)
  const { text } = await shopper.post(link, {})
  assert.match(text, /Your e-mail address is changed/)
  await store.work()
}
