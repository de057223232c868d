/** The erasure of somebody with an account: what the preview shows of it, and what ends with it (C3.1). */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signedInAt } from '../../../test/support/account.ts'
import { newestOrder } from '../../../test/support/outside.ts'
import { dataLink } from '../../../test/support/own-data.ts'
import { ADA, buy } from '../../../test/support/purchase.ts'
import { shopperAt } from '../../../test/support/shopper.ts'
import { testStore } from '../../../test/support/store.ts'
import type { Id } from '../../base/ids.ts'
import { findSession } from '../../customers/session.ts'
import { openHeld } from '../../privacy/vault.ts'

const store = await testStore({ after })
const { database, gateway } = store
const email = ADA.email ?? ''
const visitor = shopperAt(store.url)
let order: Id
let path: string
let token: string
before(async () => {
  const person = await signedInAt(store, email)
  token = person.shopper.cookies.get('__Host-session') ?? ''
  await buy(store)
  await store.work()
  order = await newestOrder(store)
  path = `${(await dataLink(store, email)).pathname}/erasure`
})

test('C3.1 the preview shows account and orders, and asks which of them are meant', async () => {
  const { text } = await visitor.get(path)
  const [now = ''] = text.split('id="stays"')
  assert.match(
    now,
    /Your account:<\/strong> [^<]*e-mail, fingerprint of your password, account, session/,
  )
  assert.match(text, /name="what" value="all" checked/)
})

test('C3.1 an account that ends alone leaves its person’s orders as they are', async () => {
  const { status } = await visitor.post(path, { what: 'account', when: 'now' })
  assert.equal(status, 200)
  assert.equal(await findSession(gateway, token), undefined)
  assert.equal((await openHeld(gateway.vault, database, order, ['email'])).email, email)
  const { text } = await visitor.get(path)
  assert.doesNotMatch(text, /Your account|name="what"/)
})

test('C3.1 with an account and no order, the account can be seen and ended all the same', async () => {
  const alone = 'alone@account.example'
  const { account } = await signedInAt(store, alone)
  const link = (await dataLink(store, alone)).pathname
  assert.match((await visitor.get(link)).text, new RegExp(`id="account".*${alone}`, 's'))
  assert.match((await visitor.get(`${link}/erasure`)).text, /id="stays">[^<]*<\/h2><p>Nothing\./)
  await visitor.post(`${link}/erasure`, { when: 'now' })
  assert.deepEqual(await openHeld(gateway.vault, database, account, ['email']), {})
  assert.match((await visitor.get(link)).text, /We find nothing by this address/)
})
