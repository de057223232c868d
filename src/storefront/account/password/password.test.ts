/** Another password: by whoever knows the one of now, with a limit to guessing; every other session ends. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedInAt } from '../../../../test/support/account.ts'
import { inbox } from '../../../../test/support/outside.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { OTHER_PASSWORD, PASSWORD } from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'

const store = await testStore({ after })

test('a changed password signs in, the old one does not, and other sessions have ended', async () => {
  const email = 'changes@account.example'
  const { shopper } = await signedInAt(store, email)
  const other = shopperAt(store.url)
  const enter = (password: string) => other.post('/account/sign-in', { email, password })
  await enter(PASSWORD)
  const before = shopper.cookies.get('__Host-session')
  const sent = { old: PASSWORD, password: OTHER_PASSWORD }
  const { url, text } = await shopper.post('/account/password', sent)
  assert.equal(url.pathname, '/account')
  assert.match(text, /Your password is changed/)
  assert.notEqual(shopper.cookies.get('__Host-session'), before)
  assert.equal((await other.get('/account')).url.pathname, '/account/sign-in')
  assert.equal((await enter(PASSWORD)).status, 401)
  assert.equal((await enter(OTHER_PASSWORD)).status, 200)
})

test('C6 the address is told of a change, and not of one that failed', async () => {
  const email = 'told@account.example'
  const { shopper } = await signedInAt(store, email)
  const change = (old: string) =>
    shopper.post('/account/password', { old, password: OTHER_PASSWORD })
  await change('not it')
  await store.work()
  assert.deepEqual(await inbox(store, email), [])
  await change(PASSWORD)
  await store.work()
  const [mail, ...others] = await inbox(store, email)
  assert.deepEqual(others, [])
  assert.match(mail?.subject ?? '', /how you sign in has changed/)
  assert.match(mail?.text ?? '', /The password of your account was changed/)
  assert.ok(mail?.text.includes(new URL('/account/sign-up', store.url).href))
})

test('what is wrong comes back beside its field, and no password is shown again', async () => {
  const { shopper } = await signedInAt(store, 'wrong@account.example')
  const tried = [
    [{ old: '', password: 'short' }, /href="#old".*href="#password"/s],
    [{ old: PASSWORD, password: 'short' }, /Choose 12 to 256 characters/],
    [{ old: OTHER_PASSWORD, password: OTHER_PASSWORD }, /The current password is wrong/],
  ] as const
  for (const [fields, wrong] of tried) {
    const { status, text } = await shopper.post('/account/password', fields)
    assert.equal(status, 422)
    assert.match(text, wrong)
    assert.ok(!text.includes(OTHER_PASSWORD) && !text.includes(PASSWORD))
  }
  assert.equal((await shopper.get('/account')).url.pathname, '/account')
})

test('after five guesses the page says how long to wait, also for the right one', async () => {
  const { shopper } = await signedInAt(store, 'guessed@account.example')
  const guess = (old: string) =>
    shopper.post('/account/password', { old, password: OTHER_PASSWORD })
  for (let tries = 0; tries < 5; tries += 1) await guess('not it')
  const { status, headers, text } = await guess(PASSWORD)
  assert.equal(status, 429)
  assert.equal(headers.get('retry-after'), '900')
  assert.match(text, /Wait 15 minutes/)
})
