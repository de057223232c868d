/** The second step's page: a session begins after it, in one browser, for the account whose password was typed. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { accountLink } from '../../../../test/support/account.ts'
import { fieldsOf, shopperAt } from '../../../../test/support/shopper.ts'
import {
  OTHER_PASSWORD,
  openAccount,
  PASSWORD,
  withFactor,
} from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'

const store = await testStore({ after })

async function opened(email: string) {
  const account = await openAccount(store.gateway, email)
  return { ...account, ...(await withFactor(store.gateway, account)) }
}

const firstStep = (email: string, shopper = shopperAt(store.url), to = '/account/factor') =>
  shopper.post('/account/sign-in', { email, password: PASSWORD, to })

test('a password leads to the second step, and that to where the sign-in was to lead', async () => {
  const email = 'steps@account.example'
  const { codeAt } = await opened(email)
  const shopper = shopperAt(store.url)
  const { status, text } = await firstStep(email, shopper)
  assert.equal(status, 200)
  assert.match(text, /Enter your code.*name="code"[^>]*autocomplete="one-time-code"/s)
  assert.deepEqual(shopper.given, [], 'no cookie before the second step')
  assert.ok(!text.includes(email))
  assert.equal((await shopper.get('/account')).url.pathname, '/account/sign-in')
  const fields = fieldsOf(text)
  for (const [code, told] of [
    ['', 422],
    ['123', 401],
  ] as const) {
    const again = await shopper.post('/account/sign-in/code', { ...fields, code })
    assert.equal(again.status, told)
    assert.match(again.text, /href="#code"/)
    assert.deepEqual(fieldsOf(again.text).step, fields.step)
  }
  const sent = { ...fields, code: codeAt(0) }
  assert.equal((await shopper.post('/account/sign-in/code', sent)).url.pathname, '/account/factor')
  const replayed = await shopperAt(store.url).post('/account/sign-in/code', sent)
  assert.equal(replayed.status, 401)
})

test('the session that a browser had before ends, and the new one has another token', async () => {
  const email = 'fixed@account.example'
  const { codeAt } = await opened(email)
  const planted = await openAccount(store.gateway, 'planted@account.example')
  const shopper = shopperAt(store.url, { '__Host-session': planted.session })
  const { text } = await firstStep(email, shopper)
  assert.equal(shopper.cookies.get('__Host-session'), planted.session)
  const code = codeAt(0)
  const { text: page } = await shopper.post('/account/sign-in/code', { ...fieldsOf(text), code })
  assert.match(page, /Switched on since/)
  assert.notEqual(shopper.cookies.get('__Host-session'), planted.session)
  const theirs = shopperAt(store.url, { '__Host-session': planted.session })
  assert.equal((await theirs.get('/account')).url.pathname, '/account/sign-in')
})

test('a step of one account takes no code of another, nor leads anywhere else', async () => {
  const [one, other] = [await opened('one@account.example'), await opened('other@account.example')]
  const { text } = await firstStep(one.email)
  const swapped = { ...fieldsOf(text), code: other.codeAt(0) }
  assert.equal((await shopperAt(store.url).post('/account/sign-in/code', swapped)).status, 401)
  const away = { ...fieldsOf(text), code: one.codeAt(0), to: 'https://evil.example' }
  const { url } = await shopperAt(store.url).post('/account/sign-in/code', away)
  assert.equal(url.href, new URL('/account', store.url).href)
})

test('a password that is reset by link leads to the second step as well', async () => {
  const email = 'reset@account.example'
  const { codeAt } = await opened(email)
  const shopper = shopperAt(store.url)
  const link = await accountLink(store, email)
  const { text } = await shopper.post(link, { password: OTHER_PASSWORD })
  assert.match(text, /Enter your code/)
  assert.equal(shopper.cookies.size, 0)
  const sent = { ...fieldsOf(text), code: codeAt(0) }
  assert.equal((await shopper.post('/account/sign-in/code', sent)).url.pathname, '/account')
})

test('what was made up opens nothing, and a form from elsewhere neither', async () => {
  for (const step of ['', 'x', '%00', 'A'.repeat(9000)]) {
    const answer = await shopperAt(store.url).post('/account/sign-in/code', {
      step,
      code: '123456',
    })
    assert.ok(answer.status === 401 || answer.status === 400, String(answer.status))
  }
  const answer = await fetch(new URL('/account/sign-in/code', store.url), {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ step: 'x', code: '1' }),
  })
  assert.equal(answer.status, 403)
})
