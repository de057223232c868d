/** The second factor's pages: set up by password and code, recovery codes once, switched off by both. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedInAt } from '../../../../test/support/account.ts'
import { inbox } from '../../../../test/support/outside.ts'
import { fieldsOf, type Shopper, shopperAt } from '../../../../test/support/shopper.ts'
import { PASSWORD } from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'
import { systemClock } from '../../../base/clock.ts'
import { codeOf, fromBase32, stepAt } from '../../../credentials/one-time-code.ts'

const store = await testStore({ after })
const secretIn = (html: string) =>
  fromBase32(/class="secret">([A-Z2-7 ]+)</.exec(html)?.[1]?.replaceAll(' ', '') ?? '')
const codeAt = (secret: Buffer, ahead = 0) => codeOf(secret, stepAt(systemClock()) + ahead)

async function switchedOn(shopper: Shopper) {
  const setup = await shopper.post('/account/factor/setup', { password: PASSWORD })
  const secret = secretIn(setup.text)
  const sent = { ...fieldsOf(setup.text), code: codeAt(secret, -1) }
  const answer = await shopper.post('/account/factor', sent)
  return { secret, sent, answer }
}

test('it is set up by the password, and switched on by a code of what the page shows', async () => {
  const { shopper } = await signedInAt(store, 'sets-up@account.example')
  assert.match((await shopper.get('/account/factor')).text, /It is switched off/)
  for (const password of ['', 'not it']) {
    const { status, text } = await shopper.post('/account/factor/setup', { password })
    assert.equal(status, 422)
    assert.match(text, /href="#password"/)
  }
  const setup = await shopper.post('/account/factor/setup', { password: PASSWORD })
  assert.match(setup.text, /<svg class="qr"/)
  const secret = secretIn(setup.text)
  assert.equal(secret.length, 20)
  const fields = fieldsOf(setup.text)
  for (const code of ['', '12', 'abcdef']) {
    const again = await shopper.post('/account/factor', { ...fields, code })
    assert.equal(again.status, 422)
    assert.deepEqual(secretIn(again.text), secret, 'the same secret, for the same scan')
  }
  const { text } = await shopper.post('/account/factor', { ...fields, code: codeAt(secret) })
  assert.equal([...text.matchAll(/<code>[a-z2-9]{5}-[a-z2-9]{5}<\/code>/g)].length, 10)
})

test('recovery codes are shown once, and the secret never again', async () => {
  const { shopper } = await signedInAt(store, 'once@account.example')
  const { sent, answer } = await switchedOn(shopper)
  const codes = [...answer.text.matchAll(/<code>([a-z2-9-]{11})<\/code>/g)].map(([, code]) => code)
  const again = await shopper.post('/account/factor', sent)
  assert.notEqual(again.status, 200)
  const pages = [again, await shopper.get('/account/factor'), await shopper.get('/account')]
  for (const { text } of pages) {
    for (const code of codes) assert.ok(!text.includes(code ?? ''))
    assert.doesNotMatch(text, /class="(?:secret|card codes|qr)"/)
  }
  assert.match(pages[1]?.text ?? '', /10 recovery codes are left/)
})

test('a setup that was begun in another session, or made up, switches nothing on', async () => {
  const [mine, theirs] = [
    await signedInAt(store, 'mine@account.example'),
    await signedInAt(store, 'theirs@account.example'),
  ]
  const setup = await theirs.shopper.post('/account/factor/setup', { password: PASSWORD })
  const code = codeAt(secretIn(setup.text))
  for (const token of [fieldsOf(setup.text).setup ?? '', '', 'x', 'A'.repeat(90)]) {
    const { status, text } = await mine.shopper.post('/account/factor', { setup: token, code })
    assert.equal(status, 422)
    assert.match(text, /open for too long.*It is switched off/s)
  }
  const stranger = await shopperAt(store.url).post('/account/factor', { code })
  assert.equal(stranger.url.pathname, '/account/sign-in')
})

test('it is switched off by password and code, and each that is wrong is told beside its field', async () => {
  const { shopper } = await signedInAt(store, 'off@account.example')
  const { secret } = await switchedOn(shopper)
  const end = (password: string, code: string) =>
    shopper.post('/account/factor/end', { password, code })
  assert.match((await end('', '')).text, /href="#password".*href="#code"/s)
  assert.match((await end('not it', codeAt(secret))).text, /The password is wrong/)
  assert.match((await end(PASSWORD, codeAt(secret, -2))).text, /This code is wrong, or was used/)
  const { url, text } = await end(PASSWORD, codeAt(secret))
  assert.equal(url.pathname, '/account/factor')
  assert.match(text, /The second factor is switched off/)
})

test('new recovery codes are shown once, after password and code', async () => {
  const { shopper } = await signedInAt(store, 'renews@account.example')
  const CODES = '/account/factor/codes'
  assert.equal((await shopper.get(CODES)).url.pathname, '/account/factor', 'there are none yet')
  const { secret, answer } = await switchedOn(shopper)
  assert.match((await shopper.get('/account/factor')).text, /href="\/account\/factor\/codes"/)
  assert.match((await shopper.get(CODES)).text, /take the place of those that you have/)
  const renew = (password: string, code: string) => shopper.post(CODES, { password, code })
  assert.match((await renew('', '')).text, /href="#password".*href="#code"/s)
  assert.match((await renew('not it', codeAt(secret))).text, /The password is wrong/)
  assert.match((await renew(PASSWORD, codeAt(secret, -2))).text, /This code is wrong, or was used/)
  const made = await renew(PASSWORD, codeAt(secret))
  const codesIn = (text: string) =>
    [...text.matchAll(/<code>([a-z2-9]{5}-[a-z2-9]{5})<\/code>/g)].map(([, code]) => code ?? '')
  assert.equal(new Set([...codesIn(made.text), ...codesIn(answer.text)]).size, 20)
  assert.match(made.text, /The ones before let nobody in any more/)
  for (const { text } of [await shopper.get(CODES), await shopper.get('/account/factor')]) {
    assert.deepEqual(codesIn(text), [])
  }
  const email = 'renews@account.example'
  const entered = await shopperAt(store.url).post('/account/sign-in', { email, password: PASSWORD })
  const step = fieldsOf(entered.text)
  const use = (code = '') => shopperAt(store.url).post('/account/sign-in/code', { ...step, code })
  assert.equal((await use(codesIn(answer.text)[0])).status, 401)
  assert.equal((await use(codesIn(made.text)[0])).url.pathname, '/account')
  await store.work()
  const subjects = (await inbox(store, email)).map(({ text }) => text)
  assert.match(subjects[0] ?? '', /Your account has new recovery codes/)
})

test('after five codes that were guessed the page says how long to wait', async () => {
  const { shopper } = await signedInAt(store, 'guesses@account.example')
  const setup = await shopper.post('/account/factor/setup', { password: PASSWORD })
  const fields = fieldsOf(setup.text)
  for (let tries = 0; tries < 5; tries += 1) {
    await shopper.post('/account/factor', { ...fields, code: '000000' })
  }
  const last = await shopper.post('/account/factor', { ...fields, code: '000000' })
  const { status, headers, text } = last
  assert.equal(status, 429)
  assert.equal(headers.get('retry-after'), '900')
  assert.match(text, /Wait 15 minutes/)
})
