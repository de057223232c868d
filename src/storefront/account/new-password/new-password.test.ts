/** Choosing a password by a link: once, within its time, by whoever sends the form. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { accountLink, signedInAt } from '../../../../test/support/account.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { PASSWORD } from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'
import { systemClock } from '../../../base/clock.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const visitor = shopperAt(store.url)

test('looking at the link does not use it up; the form does, and signs in', async () => {
  const link = await accountLink(store, 'once@account.example')
  for (let looks = 0; looks < 2; looks += 1) assert.equal((await visitor.get(link)).status, 200)
  const person = shopperAt(store.url)
  const { url, text } = await person.post(link, { password: PASSWORD })
  assert.equal(url.pathname, '/account')
  assert.match(text, /Your password is chosen, and you are signed in/)
  for (const { status, text } of [
    await visitor.get(link),
    await visitor.post(link, { password: PASSWORD }),
  ]) {
    assert.equal(status, 404)
    assert.match(text, /was used, or its 30 minutes are over.*\/account\/sign-up/s)
  }
})

test('a password that is too short or too long comes back, and is not shown again', async () => {
  const link = await accountLink(store, 'short@account.example')
  for (const password of ['', 'elevenchars', 'x'.repeat(257)]) {
    const { status, text } = await visitor.post(link, { password })
    assert.equal(status, 422)
    assert.match(text, /Choose 12 to 256 characters/)
    assert.ok(password === '' || !text.includes(password))
  }
  assert.equal((await visitor.post(link, { password: PASSWORD })).status, 200)
})

test('a link opens for 30 minutes, and nothing when it is changed; no address is in it', async () => {
  const link = await accountLink(store, 'late@account.example')
  const token = link.split('/').at(-1) ?? ''
  assert.doesNotMatch(Buffer.from(token, 'base64url').toString('latin1'), /late|account\.example/)
  for (const wrong of [token.slice(1), `${token}A`, 'x', token.toLowerCase()]) {
    assert.equal((await visitor.get(`/account/password/${wrong}`)).status, 404)
    const sent = await visitor.post(`/account/password/${wrong}`, { password: PASSWORD })
    assert.equal(sent.status, 404)
  }
  ahead = Temporal.Duration.from({ minutes: 31 })
  assert.equal((await visitor.get(link)).status, 404)
  ahead = Temporal.Duration.from({ minutes: 0 })
})

test('a forgotten password is replaced, and ends every session of before', async () => {
  const email = 'forgot@account.example'
  const { shopper: before } = await signedInAt(store, email)
  const after = shopperAt(store.url)
  await after.post(await accountLink(store, email), { password: 'another good one' })
  assert.equal((await before.get('/account')).url.pathname, '/account/sign-in')
  assert.equal((await after.get('/account')).url.pathname, '/account')
  const old = await visitor.post('/account/sign-in', { email, password: PASSWORD })
  assert.equal(old.status, 401)
})
