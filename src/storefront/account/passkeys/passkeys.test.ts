/** The pages of passkeys, without a browser: what each refuses, and what each says. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedInAt } from '../../../../test/support/account.ts'
import { newAuthenticator } from '../../../../test/support/authenticator.ts'
import { inbox } from '../../../../test/support/outside.ts'
import { fieldsOf, type Shopper, shopperAt } from '../../../../test/support/shopper.ts'
import { handleOf, PASSWORD } from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'
import { systemClock } from '../../../base/clock.ts'
import { siteOf } from './site.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const site = { origin: store.url.origin, host: store.url.hostname }

/** What a page tells the browser. */
function optionsIn(html: string) {
  const written = /data-options="([^"]*)"/.exec(html)?.[1] ?? '{}'
  return JSON.parse(written.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
}

async function invited(shopper: Shopper, name = 'Phone') {
  const { text } = await shopper.post('/account/passkeys/invitation', { name, password: PASSWORD })
  return { text, options: optionsIn(text), fields: fieldsOf(text) }
}

async function withPasskey(email: string) {
  const person = await signedInAt(store, email)
  const { options, fields } = await invited(person.shopper)
  const key = newAuthenticator(site)
  const sent = { ...fields, ...key.register(options.challenge) }
  const { url, text } = await person.shopper.post('/account/passkeys', sent)
  assert.equal(url.pathname, '/account/passkeys')
  assert.match(text, /The passkey is added.*Phone/s)
  return { ...person, key, sent, handle: handleOf({ id: person.account }) }
}

async function asked(to = '/account') {
  const { text } = await shopperAt(store.url).post('/account/sign-in/passkey', { to })
  return { text, options: optionsIn(text), fields: fieldsOf(text) }
}

test('the page asks for a verified user, a key that needs no name, and nothing of its maker', async () => {
  const email = 'asks@account.example'
  const { shopper } = await signedInAt(store, email)
  const { options, text } = await invited(shopper)
  assert.equal(options.rp.id, 'localhost')
  assert.equal(options.user.name, email)
  assert.equal(options.attestation, 'none')
  assert.equal(options.authenticatorSelection.userVerification, 'required')
  assert.equal(options.authenticatorSelection.residentKey, 'required')
  assert.match(text, /<script src="\/assets\/passkey-[\w-]+\.js" defer/)
  const { options: get } = await asked()
  assert.deepEqual(Object.keys(get).sort(), ['challenge', 'rpId', 'timeout', 'userVerification'])
})

test('C6 the address is told of a passkey that was added, and of one that was removed', async () => {
  const email = 'told@account.example'
  const { shopper } = await withPasskey(email)
  await store.work()
  assert.match((await inbox(store, email))[0]?.text ?? '', /A passkey was added/)
  const { text } = await shopper.get('/account/passkeys')
  const [path = ''] = /\/account\/passkeys\/[0-9a-f-]{36}\/end/.exec(text) ?? []
  await shopper.post(path, {})
  await store.work()
  assert.match((await inbox(store, email))[0]?.text ?? '', /A passkey was removed/)
})

test('an invitation takes the password and a name, each told beside its field', async () => {
  const { shopper } = await signedInAt(store, 'fields@account.example')
  const invite = (name: string, password: string) =>
    shopper.post('/account/passkeys/invitation', { name, password })
  for (const [name, password, wrong] of [
    ['', '', /href="#name".*href="#password"/s],
    ['x'.repeat(41), PASSWORD, /at most 40 characters/],
    ['Phone', 'not it', /The password is wrong/],
  ] as const) {
    const { status, text } = await invite(name, password)
    assert.equal(status, 422)
    assert.match(text, wrong)
    assert.doesNotMatch(text, /data-passkey/)
  }
  for (let tries = 0; tries < 5; tries += 1) await invite('Phone', 'not it')
  const tooOften = await invite('Phone', PASSWORD)
  assert.equal(tooOften.status, 429)
  assert.equal(tooOften.headers.get('retry-after'), '900')
})

test('a name that is markup is text', async () => {
  const { shopper } = await signedInAt(store, 'markup@account.example')
  const name = '"><script>alert(1)</script>'
  const { options, fields } = await invited(shopper, name)
  const made = newAuthenticator(site).register(options.challenge)
  const { text } = await shopper.post('/account/passkeys', { ...fields, name, ...made })
  assert.match(text, /The passkey is added/)
  assert.doesNotMatch(text, /<script>alert/)
})

test('a passkey signs in without an address, and the browser’s old session ends', async () => {
  const { key, handle, email } = await withPasskey('enters@account.example')
  const planted = await signedInAt(store, 'planted@account.example')
  const old = planted.shopper.cookies.get('__Host-session')
  const { options, fields, text } = await asked('/account/passkeys')
  assert.ok(!text.includes(email))
  const sent = { ...fields, ...key.signIn(options.challenge, handle) }
  const { url } = await planted.shopper.post('/account/sign-in/passkey/answer', sent)
  assert.equal(url.pathname, '/account/passkeys')
  assert.notEqual(planted.shopper.cookies.get('__Host-session'), old)
  const theirs = shopperAt(store.url, { '__Host-session': old ?? '' })
  assert.equal((await theirs.get('/account')).url.pathname, '/account/sign-in')

  const again = await shopperAt(store.url).post('/account/sign-in/passkey/answer', sent)
  assert.equal(again.status, 401)
  assert.match(again.text, /opens no account here/)
  assert.doesNotMatch(again.text, /data-begin/, 'the browser asks no more by itself')
})

test('a passkey is proof of who it is, where the password would be asked for', async () => {
  const { shopper, key, handle } = await withPasskey('proves@account.example')
  ahead = Temporal.Duration.from({ minutes: 31 })
  const proof = await shopper.get('/account/email')
  assert.equal(proof.url.pathname, '/account/proof')
  assert.match(proof.text, /action="\/account\/sign-in\/passkey"/)
  const to = fieldsOf(proof.text).to ?? ''
  const { options, fields } = await asked(to)
  const sent = { ...fields, ...key.signIn(options.challenge, handle) }
  const { url, text } = await shopper.post('/account/sign-in/passkey/answer', sent)
  ahead = Temporal.Duration.from({ minutes: 0 })
  assert.equal(url.pathname, '/account/email')
  assert.match(text, /proves@account\.example/)
})

test('what is broken is refused, at the sign-in and on the page', async () => {
  const { shopper, sent, key, handle } = await withPasskey('broken@account.example')
  for (const broken of [
    {},
    { clientData: 'x' },
    { signature: '%%', clientData: 'A'.repeat(5000) },
  ]) {
    const { options } = await asked()
    const answer = { ...key.signIn(options.challenge, handle), ...broken }
    const fields = Object.keys(broken).length === 0 ? {} : answer
    const visitor = shopperAt(store.url)
    assert.equal((await visitor.post('/account/sign-in/passkey/answer', fields)).status, 401)
    assert.deepEqual(visitor.given, [])
  }
  const replayed = await shopper.post('/account/passkeys', sent)
  assert.equal(replayed.status, 422)
  assert.match(replayed.text, /This passkey was not added/)
  assert.equal((await shopper.post('/account/passkeys', {})).status, 400)
})

test('nobody removes the passkey of somebody else, nor adds one to their account', async () => {
  const [mine, theirs] = [
    await withPasskey('mine@account.example'),
    await withPasskey('theirs@account.example'),
  ]
  const page = (await theirs.shopper.get('/account/passkeys')).text
  const id = /passkeys\/([0-9a-f-]{36})\/end/.exec(page)?.[1] ?? ''
  await mine.shopper.post(`/account/passkeys/${id}/end`, {})
  assert.equal((await mine.shopper.post('/account/passkeys/x/end', {})).status, 404)
  assert.match((await theirs.shopper.get('/account/passkeys')).text, new RegExp(id))

  const { options, fields } = await invited(mine.shopper)
  const made = { ...fields, ...newAuthenticator(site).register(options.challenge) }
  assert.equal((await theirs.shopper.post('/account/passkeys', made)).status, 422)
  const stranger = await shopperAt(store.url).post('/account/passkeys', made)
  assert.equal(stranger.url.pathname, '/account/sign-in')
  await theirs.shopper.post(`/account/passkeys/${id}/end`, {})
  assert.match((await theirs.shopper.get('/account/passkeys')).text, /This account has none/)
})

test('a shop that is reached by a number has no passkeys, since they belong to a name', () => {
  const of = (url: string) => siteOf({ publicUrl: new URL(url) })
  for (const url of ['http://127.0.0.1:3000', 'http://[::1]:3000', 'https://192.0.2.7']) {
    assert.equal(of(url), undefined)
  }
  assert.deepEqual(of('https://shop.example/'), {
    origin: 'https://shop.example',
    host: 'shop.example',
  })
})
