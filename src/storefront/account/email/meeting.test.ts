/** Changes of an account's address that meet each other, a limit, the account's end or a right that was used. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { addressAsked, type Person, signedInAt } from '../../../../test/support/account.ts'
import { inbox } from '../../../../test/support/outside.ts'
import { testStore } from '../../../../test/support/store.ts'
import { systemClock } from '../../../base/clock.ts'
import { sql } from '../../../base/database.ts'
import {
  askForAddress,
  changeAddress,
  changeToken,
  endStaleChanges,
} from '../../../customers/email-change.ts'
import { erase } from '../../../privacy/erasure.ts'
import { eraseLater } from '../../../privacy/erasure-later.ts'
import { emailLookUp } from '../../../privacy/look-ups.ts'
import { Personal } from '../../../privacy/personal.ts'
import { restrict } from '../../../privacy/restriction.ts'
import { openHeld } from '../../../privacy/vault.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, gateway, erasing } = store
const PATH = '/account/email'

const address = (email: string) => Personal.of('email', email)
const held = ({ account }: Pick<Person, 'account'>) =>
  openHeld(gateway.vault, database, account, ['email', 'formerEmail', 'newEmail'])
const told = async (email: string) => (await inbox(store, email)).map(({ subject }) => subject)

const asked = (person: Person, email: string) => addressAsked(store, person, email)

test('of two changes at once to one address one happens; an address has one account', async () => {
  const people = await Promise.all([1, 2].map((n) => signedInAt(store, `both${n}@change.example`)))
  for (const person of people)
    assert.ok(await askForAddress(gateway, person.account, address('one@change.example')))
  await store.work()
  const mails = await inbox(store, 'one@change.example')
  const tokens = mails.map(({ text }) => /\/account\/email\/([\w-]+)/.exec(text)?.[1] ?? '')
  const results = await Promise.allSettled(
    people.flatMap((person) => tokens.map((token) => changeAddress(gateway, person, token))),
  )
  const changed = results.filter((one) => one.status === 'fulfilled' && one.value)
  assert.equal(changed.length, 1)
  const digest = emailLookUp(gateway.vault, address('one@change.example'))
  const found = await database.many(sql`
    select subject from blind_index
    where covered = any(${gateway.vault.keys.covers(digest)}::bytea[])`)
  assert.equal(found.length, 1)
})

test('a form that was sent twice at once changes once, and tells the former address once', async () => {
  const person = await signedInAt(store, 'twice@change.example')
  const token = (await asked(person, 'once@change.example')).split('/').at(-1) ?? ''
  const done = await Promise.all([1, 2, 3].map(() => changeAddress(gateway, person, token)))
  assert.equal(done.filter(Boolean).length, 1)
  await store.work()
  assert.equal((await told('twice@change.example')).length, 1)
})

test('C5 the former address is told before there is a second change', async () => {
  const person = await signedInAt(store, 'told@change.example')
  const first = await asked(person, 'next@change.example')
  assert.equal((await person.shopper.post(first, {})).status, 200)
  await askForAddress(gateway, person.account, address('last@change.example'))
  const in30 = systemClock().add({ minutes: 30 })
  const token = (await changeToken(gateway, person.account, in30)) ?? ''
  await assert.rejects(changeAddress(gateway, person, token), /has not been told/)
  assert.equal((await held(person)).formerEmail, 'told@change.example')
  await store.work()
  assert.equal((await told('told@change.example')).length, 1)
  assert.ok(await changeAddress(gateway, person, token))
})

test('three links an hour go out for an account, to whatever addresses; the answer says when', async () => {
  const { shopper, account } = await signedInAt(store, 'often@change.example')
  for (const n of [1, 2, 3]) await shopper.post(PATH, { email: `often${n}@change.example` })
  const { status, headers, text } = await shopper.post(PATH, { email: 'often4@change.example' })
  assert.equal(status, 429)
  assert.equal(headers.get('retry-after'), '3600')
  assert.match(text, /value="often4@change\.example"/)
  ahead = Temporal.Duration.from({ minutes: 61 })
  assert.ok(await askForAddress(gateway, account, address('often4@change.example')))
  ahead = Temporal.Duration.from({ minutes: 0 })
})

test('C3.1 an address that nobody confirms is forgotten after a day', async () => {
  const person = await signedInAt(store, 'idle@change.example')
  const link = await asked(person, 'unopened@change.example')
  ahead = Temporal.Duration.from({ hours: 23 })
  await endStaleChanges(gateway)
  assert.equal((await held(person)).newEmail, 'unopened@change.example')
  ahead = Temporal.Duration.from({ hours: 25 })
  await endStaleChanges(gateway)
  ahead = Temporal.Duration.from({ minutes: 0 })
  assert.equal((await held(person)).newEmail, undefined)
  assert.equal((await person.shopper.get(link)).status, 404)
})

test('C3.1 with the account ends what waits for it: no mail goes, no link opens', async () => {
  const person = await signedInAt(store, 'ends@change.example')
  const link = await asked(person, 'reads@change.example')
  await askForAddress(gateway, person.account, address('never@change.example'))
  assert.match((await person.shopper.get('/account/data')).text, /never@change\.example/)
  await erase(erasing, [person.account])
  await store.work()
  assert.deepEqual(await told('never@change.example'), [])
  assert.equal((await person.shopper.post(link, {})).url.pathname, '/account/sign-in')
  const left = await database.many(sql`
    select 1 from sealed_record where subject = ${person.account} union all
    select 1 from account_email_change where account_id = ${person.account}`)
  assert.deepEqual(left, [])
})

test('a change and the end of its account at the same moment: the end has the last word', async () => {
  const people = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) => signedInAt(store, `race${n}@change.example`)),
  )
  for (const [n, person] of people.entries()) {
    const token = (await asked(person, `raced${n}@change.example`)).split('/').at(-1) ?? ''
    const [ended, changed] = await Promise.allSettled([
      erase(erasing, [person.account]),
      changeAddress(gateway, person, token),
    ])
    assert.equal(ended.status, 'fulfilled', JSON.stringify(ended))
    if (changed.status === 'rejected') assert.match(String(changed.reason), /has ended/)
    const left = await database.many(sql`
      select 1 from sealed_record where subject = ${person.account} union all
      select 1 from blind_index where subject = ${person.account}`)
    assert.deepEqual(left, [])
  }
})

test('an account that waits for its deletion keeps the address that the way back was sent to', async () => {
  const person = await signedInAt(store, 'waits@change.example')
  const link = await asked(person, 'late@change.example')
  await eraseLater(erasing, [person.account], async () => {})
  for (const answer of [
    await person.shopper.post(link, {}),
    await person.shopper.post(PATH, { email: 'other@change.example' }),
  ]) {
    assert.equal(answer.status, 409)
    assert.match(answer.text, /keeps its address.*Take the deletion back/s)
  }
})

test('C5 art. 18: whoever has restricted the use of their data can still correct it', async () => {
  const person = await signedInAt(store, 'restricted@change.example')
  await restrict(erasing, [person.account], 'customer')
  await person.shopper.post(await asked(person, 'corrected@change.example'), {})
  await store.work()
  assert.equal((await held(person)).email, 'corrected@change.example')
  assert.equal((await told('restricted@change.example')).length, 1)
})

test('C5 an address within another one is no hit of the search for what was not granted', async () => {
  const person = await signedInAt(store, 'da@change.example')
  await person.shopper.post(await asked(person, 'ada@change.example'), {})
  await store.work()
  assert.equal((await told('da@change.example')).length, 1)
  await person.shopper.post(await asked(person, 'da@change.example.org'), {})
  await store.work()
  assert.equal((await held(person)).email, 'da@change.example.org')
  assert.equal((await told('ada@change.example')).length, 2)
})
