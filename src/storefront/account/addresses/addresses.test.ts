/** The pages of the addresses that an account keeps: the checkout's rules, and nobody else's addresses. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Person, signedInAt } from '../../../../test/support/account.ts'
import { ADA } from '../../../../test/support/purchase.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { testStore } from '../../../../test/support/store.ts'
import { addressesOf } from '../../../customers/addresses.ts'
import { en } from '../../../web/words/en.ts'

const store = await testStore({ after })
const { gateway } = store
const PATH = '/account/addresses'
const HOME = { ...ADA, country: 'DK' }
let person: Person
before(async () => {
  person = await signedInAt(store, 'keeper@addresses.example')
})

const kept = ({ account }: Person) => addressesOf(gateway, account)

test('an address is added, changed, made the default and taken out, each told in words', async () => {
  const { shopper } = person
  const { done } = en.addresses
  assert.match((await shopper.get(PATH)).text, /Your account keeps no address/)
  const added = await shopper.post(PATH, HOME)
  assert.ok(added.text.includes(done.kept ?? ''))
  assert.match(added.text, /Ada Lovelace<br\/>12 Analytical Row<br\/>1050 Copenhagen<br\/>Denmark/)
  await shopper.post(PATH, { ...HOME, line1: '2 Engine Street' })
  const [first, second] = await kept(person)
  assert.ok(first && second)
  const changed = await shopper.post(`${PATH}/${second.id}`, { ...HOME, line1: '3 Engine Street' })
  assert.ok(changed.text.includes(done.changed ?? ''))
  const chosen = await shopper.post(`${PATH}/${second.id}/default`, {})
  assert.ok(chosen.text.includes(done.default ?? ''))
  assert.equal((await kept(person))[0]?.postalAddress.line1, '3 Engine Street')
  const removed = await shopper.post(`${PATH}/${first.id}/removal`, {})
  assert.ok(removed.text.includes(done.removed ?? ''))
  assert.equal((await kept(person)).length, 1)
})

test('the form has the checkout’s rules: what is wrong comes back with what was typed', async () => {
  const { shopper } = person
  const before = (await kept(person)).length
  const { problems } = en.checkout.place
  for (const [country, wrong, says] of [
    ['DK', { postalCode: '105' }, problems.postalCode.malformed],
    ['DK', { lastName: ' ' }, problems.lastName.missing],
    ['US', { postalCode: '10001' }, problems.region.missing],
    ['DK', { phone: 'call me' }, problems.phone.malformed],
  ] as const) {
    const { status, text } = await shopper.post(PATH, { ...HOME, country, ...wrong })
    assert.equal(status, 422)
    assert.match(text, /<title>Error: /)
    assert.ok(text.includes(says), says)
    assert.match(text, /value="12 Analytical Row"/)
  }
  assert.equal((await kept(person)).length, before)
})

test('an address of somebody else is not there, and does not change', async () => {
  const other = await signedInAt(store, 'other@addresses.example')
  await other.shopper.post(PATH, { ...HOME, line1: 'Theirs 1' })
  const [theirs] = await kept(other)
  assert.ok(theirs)
  const { shopper } = person
  assert.equal((await shopper.get(`${PATH}/${theirs.id}`)).status, 404)
  assert.equal((await shopper.post(`${PATH}/${theirs.id}`, HOME)).status, 404)
  assert.equal((await shopper.post(`${PATH}/${theirs.id}/default`, {})).status, 404)
  await shopper.post(`${PATH}/${theirs.id}/removal`, {})
  assert.deepEqual(await kept(other), [theirs])
  for (const id of ['x', "'", '%F0', 'new%2f..', theirs.id.toUpperCase()]) {
    assert.ok([400, 404].includes((await shopper.get(`${PATH}/${id}`)).status), id)
  }
})

test('without a session the pages lead to the sign-in, and nothing is kept', async () => {
  const stranger = shopperAt(store.url)
  for (const answer of [await stranger.get(PATH), await stranger.post(PATH, HOME)]) {
    assert.equal(answer.url.pathname, '/account/sign-in')
    assert.doesNotMatch(answer.text, /Lovelace|Analytical/)
  }
})

test('C7 the page is stored nowhere, and no address is in a URL or a cookie', async () => {
  const answer = await fetch(new URL(PATH, store.url), {
    headers: { cookie: [...person.shopper.cookies].map((pair) => pair.join('=')).join('; ') },
  })
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const html = await answer.text()
  const links = [...html.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, url]) => url)
  assert.doesNotMatch(links.join(' '), /Lovelace|Engine|Copenhagen|keeper@|1050/)
  assert.doesNotMatch(person.shopper.given.join(' '), /Lovelace|Engine|keeper@/)
})
