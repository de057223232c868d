/** The first page of an account, and its sessions: a person sees and ends their own, and nobody else's. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedInAt } from '../../../../test/support/account.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { PASSWORD } from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'
import { systemClock } from '../../../base/clock.ts'
import { newId } from '../../../base/ids.ts'
import { erase } from '../../../privacy/erasure.ts'

const store = await testStore({ after })

async function elsewhere(email: string) {
  const shopper = shopperAt(store.url)
  await shopper.post('/account/sign-in', { email, password: PASSWORD })
  return shopper
}

const isIn = async (shopper: { get: (path: string) => Promise<{ url: URL }> }) =>
  (await shopper.get('/account')).url.pathname === '/account'

test('it shows the address, since when, and each open session, the present one marked', async () => {
  const email = 'seen@account.example'
  const { shopper } = await signedInAt(store, email)
  await elsewhere(email)
  const { text } = await shopper.get('/account')
  assert.ok(text.includes(email))
  assert.equal([...text.matchAll(/\/sessions\/[0-9a-f-]{36}\/end/g)].length, 2)
  assert.equal([...text.matchAll(/this one/g)].length, 1)
  assert.match(text, /We keep neither place nor device/)
})

test('C7 what is just done is said in our own words, whatever the address says', async () => {
  const { shopper } = await signedInAt(store, 'words@account.example')
  assert.match((await shopper.get('/account?done=changed')).text, /Your password is changed/)
  for (const done of ['x', '<script>', 'constructor', '__proto__', 'toString']) {
    const { status, text } = await shopper.get(`/account?done=${encodeURIComponent(done)}`)
    assert.equal(status, 200)
    assert.doesNotMatch(text, /role="status"/, done)
  }
})

test('another session is ended, or all others; the present one leads to the sign-in', async () => {
  const email = 'ends@account.example'
  const { shopper, session } = await signedInAt(store, email)
  const [one, other, third] = [
    await elsewhere(email),
    await elsewhere(email),
    await elsewhere(email),
  ]
  const { text } = await shopper.get('/account')
  const ids = [...text.matchAll(/\/sessions\/([0-9a-f-]{36})\/end/g)].map(([, id]) => id)
  const [newest = ''] = ids
  const ended = await shopper.post(`/account/sessions/${newest}/end`, {})
  assert.match(ended.text, /The session has ended/)
  assert.deepEqual([await isIn(one), await isIn(other), await isIn(third)], [true, true, false])
  await shopper.post('/account/sessions/end', {})
  assert.deepEqual([await isIn(one), await isIn(other), await isIn(shopper)], [false, false, true])
  const left = await shopper.post(`/account/sessions/${session}/end`, {})
  assert.equal(left.url.pathname, '/account/sign-in')
  assert.equal(shopper.cookies.has('__Host-session'), false)
})

test('nobody ends the session of somebody else, nor one that never was', async () => {
  const [mine, theirs] = [
    await signedInAt(store, 'mine@account.example'),
    await signedInAt(store, 'theirs@account.example'),
  ]
  for (const id of [theirs.session, newId(systemClock())]) {
    assert.equal((await mine.shopper.post(`/account/sessions/${id}/end`, {})).status, 200)
  }
  for (const id of ['x', 'end', '..', `${theirs.session}0`]) {
    const { status } = await mine.shopper.post(
      `/account/sessions/${encodeURIComponent(id)}/end`,
      {},
    )
    assert.ok(status === 404 || status === 405, id)
  }
  assert.equal(await isIn(theirs.shopper), true)
  const stranger = await shopperAt(store.url).post(`/account/sessions/${theirs.session}/end`, {})
  assert.equal(stranger.url.pathname, '/account/sign-in')
  assert.equal(await isIn(theirs.shopper), true)
})

test('C3.1 an account that was erased elsewhere leads to the sign-in', async () => {
  const { shopper, account } = await signedInAt(store, 'erased@account.example')
  await erase(store.erasing, [account])
  assert.equal((await shopper.get('/account')).url.pathname, '/account/sign-in')
})
