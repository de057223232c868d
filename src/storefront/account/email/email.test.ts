/** Another address for an account: by its signed-in person and both mailboxes, and by nobody else. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  accountLink,
  addressAsked,
  type Person,
  signedInAt,
} from '../../../../test/support/account.ts'
import { counted } from '../../../../test/support/counted.ts'
import { inbox, newestOrder } from '../../../../test/support/outside.ts'
import { ADA, buy } from '../../../../test/support/purchase.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { OTHER_PASSWORD, PASSWORD } from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'
import { systemClock } from '../../../base/clock.ts'
import { sql } from '../../../base/database.ts'
import { accountOf } from '../../../customers/account.ts'
import { sendAccountLink } from '../../../customers/account-link.ts'
import { askForAddress } from '../../../customers/email-change.ts'
import { sendDataLink } from '../../../orders/data-link.ts'
import { emailLookUp } from '../../../privacy/look-ups.ts'
import { Personal } from '../../../privacy/personal.ts'
import { openHeld } from '../../../privacy/vault.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, gateway } = store
const PATH = '/account/email'
const OPENS_NOTHING = /This link is not whole, was used/

const address = (email: string) => Personal.of('email', email)
const accountAt = async (email: string) =>
  (await accountOf(gateway.vault, database, emailLookUp(gateway.vault, address(email))))?.id
const held = ({ account }: Pick<Person, 'account'>) =>
  openHeld(gateway.vault, database, account, ['email', 'formerEmail', 'newEmail'])
const enter = (email: string, password = PASSWORD) =>
  shopperAt(store.url).post('/account/sign-in', { email, password })
const told = async (email: string) => (await inbox(store, email)).map(({ subject }) => subject)

const asked = (person: Person, email: string) => addressAsked(store, person, email)

test('C5 nothing changes before the link is confirmed; then the former address alone is told', async () => {
  const person = await signedInAt(store, 'before@change.example')
  const link = await asked(person, 'after@change.example')
  assert.match((await person.shopper.get(PATH)).text, /after@change\.example.*we forget this/s)
  const look = await person.shopper.get(link)
  assert.match(look.text, /before@change\.example.*after@change\.example/s)
  assert.equal((await held(person)).email, 'before@change.example', 'looking changes nothing')
  assert.deepEqual(await told('before@change.example'), [])

  const { url, text } = await person.shopper.post(link, {})
  assert.equal(url.pathname, '/account')
  assert.match(text, /Your e-mail address is changed.*after@change\.example/s)
  await store.work()
  const [mail, ...more] = await inbox(store, 'before@change.example')
  assert.match(mail?.subject ?? '', /no longer the e-mail address of your account/)
  assert.doesNotMatch(`${mail?.text}`, /after@change/)
  assert.deepEqual(more, [])
  assert.deepEqual(await held(person), { email: 'after@change.example' }, 'the former is forgotten')
  assert.equal((await enter('before@change.example')).status, 401)
  assert.equal((await enter('after@change.example')).status, 200)
  assert.equal(await accountAt('after@change.example'), person.account)
  assert.equal(await accountAt('before@change.example'), undefined)
})

test('whoever finds a browser open is asked for the password first', async () => {
  const person = await signedInAt(store, 'open@change.example')
  ahead = Temporal.Duration.from({ minutes: 31 })
  for (const answer of [
    await person.shopper.get(PATH),
    await person.shopper.post(PATH, { email: 'thief@change.example' }),
  ]) {
    assert.equal(answer.url.pathname, '/account/proof')
  }
  assert.equal((await held(person)).newEmail, undefined)
  const proven = await person.shopper.post('/account/proof', { password: PASSWORD, to: PATH })
  assert.equal(proven.url.pathname, PATH)
  ahead = Temporal.Duration.from({ minutes: 0 })
})

test('what is no address, or the account’s own, comes back with what was typed', async () => {
  const { shopper } = await signedInAt(store, 'same@change.example')
  for (const [email, problem] of [
    ['', /Enter/],
    ['nobody', /value="nobody"/],
    ['SAME@change.example', /This is the address of your account already/],
  ] as const) {
    const { status, text } = await shopper.post(PATH, { email })
    assert.equal(status, 422)
    assert.match(text, problem)
  }
})

test('the answer, its cost and what is held are the same for an address with an account', async () => {
  await signedInAt(store, 'taken@change.example')
  const seen = async (name: string, email: string) => {
    const { shopper, account } = await signedInAt(store, name)
    const { status, text } = await shopper.post(PATH, { email })
    await store.work()
    const data = await shopper.get('/account/data.json')
    const disclosures = await database.many(sql`
      select purpose, fields, outcome from disclosure where subject = ${account} order by id`)
    return {
      ...{
        status,
        text: text
          .replaceAll(name, 'NAME')
          .replaceAll(email, 'ADDRESS')
          .replace(/<time.*?<\/time>/gs, ''),
        disclosures,
      },
      fields: [...data.text.matchAll(/"name": ?"([^"]+)"/g)].map(([, field]) => field),
    }
  }
  assert.deepEqual(
    await seen('asks@change.example', 'taken@change.example'),
    await seen('also@change.example', 'nobody@change.example'),
  )
  const { account } = await signedInAt(store, 'counts@change.example')
  const statements = async (email: string) => {
    const watched = counted(database)
    await askForAddress({ ...gateway, database: watched.database }, account, address(email))
    return watched.statements()
  }
  assert.equal(await statements('taken@change.example'), await statements('nobody@change.example'))
})

test('that an address has an account is told to whoever opens the link there; nothing changes', async () => {
  const [mine, theirs] = [
    await signedInAt(store, 'mine@change.example'),
    await signedInAt(store, 'theirs@change.example'),
  ]
  const { status, text } = await mine.shopper.post(await asked(mine, theirs.email), {})
  assert.equal(status, 409)
  assert.match(text, /has an account of its own/)
  assert.equal((await held(mine)).email, mine.email)
  assert.equal((await enter(theirs.email)).status, 200)
  await store.work()
  assert.deepEqual(await told(mine.email), [])
  assert.equal((await told(theirs.email)).length, 1, 'the link alone')
})

test('C3.1 an address that nobody has confirmed an account of is free, and that account ends', async () => {
  const person = await signedInAt(store, 'moves@change.example')
  await sendAccountLink(gateway, address('begun@change.example'))
  const begun = await accountAt('begun@change.example')
  const signUp = await accountLink(store, 'begun@change.example')
  const link = await asked(person, 'begun@change.example')
  assert.equal((await person.shopper.post(link, {})).status, 200)
  assert.equal(await accountAt('begun@change.example'), person.account)
  assert.equal((await shopperAt(store.url).get(signUp)).status, 404)
  const left = await database.many(sql`
    select 1 from data_key where id = ${begun ?? ''} union all
    select 1 from disclosure where subject = ${begun ?? ''}`)
  assert.deepEqual(left, [])
})

test('a link opens in the account that asked for it alone; signed out it leads to the sign-in', async () => {
  const person = await signedInAt(store, 'asker@change.example')
  const link = await asked(person, 'reader@change.example')
  const stranger = await signedInAt(store, 'stranger@change.example')
  for (const answer of [await stranger.shopper.get(link), await stranger.shopper.post(link, {})]) {
    assert.equal(answer.status, 404)
    assert.match(answer.text, OPENS_NOTHING)
  }
  const visitor = shopperAt(store.url)
  const { url } = await visitor.get(link)
  assert.deepEqual([url.pathname, url.searchParams.get('to')], ['/account/sign-in', link])
  assert.equal((await visitor.post(link, {})).url.pathname, '/account/sign-in')
  assert.equal((await held(person)).email, 'asker@change.example')
  const signedIn = { email: 'asker@change.example', password: PASSWORD, to: link }
  const back = await visitor.post('/account/sign-in', signedIn)
  assert.equal(back.url.pathname, link)
  assert.equal((await visitor.post(link, {})).url.pathname, '/account')
  assert.equal((await person.shopper.get('/account')).url.pathname, '/account/sign-in')
})

test('an old link, one of another address, one that was changed or used opens nothing', async () => {
  const person = await signedInAt(store, 'links@change.example')
  const { shopper } = person
  const first = await asked(person, 'first@change.example')
  const second = await asked(person, 'second@change.example')
  const token = second.split('/').at(-1) ?? ''
  const wrong = [first, `${PATH}/${token.slice(1)}A`, `${PATH}/${token}A`, `${PATH}/x`]
  const opensNothing = async (link: string) => {
    for (const answer of [await shopper.get(link), await shopper.post(link, {})]) {
      assert.equal(answer.status, 404, link)
    }
  }
  for (const link of wrong) await opensNothing(link)
  ahead = Temporal.Duration.from({ minutes: 31 })
  await opensNothing(second)
  ahead = Temporal.Duration.from({ minutes: 0 })
  await shopper.post(`${PATH}/end`, {})
  await opensNothing(second)
  assert.equal((await held(person)).newEmail, undefined)
  const third = await asked(person, 'third@change.example')
  assert.equal((await shopper.post(third, {})).status, 200)
  await opensNothing(third)
})

test('another password forgets a change that waits', async () => {
  const person = await signedInAt(store, 'regained@change.example')
  const link = await asked(person, 'intruder@change.example')
  const owner = shopperAt(store.url)
  await owner.post(await accountLink(store, person.email), { password: OTHER_PASSWORD })
  assert.equal((await owner.get(link)).status, 404)
  assert.equal((await held(person)).newEmail, undefined)
})

test('C3.1 what was sent to the former address opens the account no more; its sessions end', async () => {
  const person = await signedInAt(store, 'left@change.example')
  const elsewhere = shopperAt(store.url)
  await elsewhere.post('/account/sign-in', { email: person.email, password: PASSWORD })
  const password = await accountLink(store, person.email)
  await sendDataLink(gateway, address(person.email))
  await store.work()
  const [mail] = await inbox(store, person.email)
  const data = new URL(/http\S+\/privacy\/data\/[\w-]+/.exec(mail?.text ?? '')?.[0] ?? store.url)
  const link = await asked(person, 'right@change.example')
  assert.match((await elsewhere.get(data)).text, /id="account"/)
  await person.shopper.post(link, {})
  assert.equal((await elsewhere.get('/account')).url.pathname, '/account/sign-in')
  assert.equal((await elsewhere.get(password)).status, 404)
  assert.doesNotMatch((await elsewhere.get(data)).text, /id="account"/)
  assert.equal((await person.shopper.get('/account')).url.pathname, '/account')
})

test('orders stay in the account and keep the address that they were placed with', async () => {
  const person = await signedInAt(store, 'orders@change.example')
  const cookies = { '__Host-session': person.shopper.cookies.get('__Host-session') ?? '' }
  await buy(store, { contact: { ...ADA, email: person.email }, cookies })
  const order = await newestOrder(store)
  await person.shopper.post(await asked(person, 'later@change.example'), {})
  const { email } = await openHeld(gateway.vault, database, order, ['email'])
  assert.equal(email, person.email)
  assert.match((await person.shopper.get('/account/orders')).text, /href="\/orders\/[\w-]{43}"/)
  const { text } = await person.shopper.get('/account/data')
  assert.match(text, /later@change\.example/)
})

test('what was ordered as a guest is shown with the address that the account has now', async () => {
  const person = await signedInAt(store, 'guest-former@change.example')
  const numbers = await Promise.all(
    ['guest-former@change.example', 'guest-new@change.example'].map(async (email) => {
      const { page } = await buy(store, { contact: { ...ADA, email } })
      return /<h1>Order (\d+)/.exec(page.text)?.[1] ?? ''
    }),
  )
  const shown = async () => {
    const { text } = await person.shopper.get('/account/data')
    return numbers.map((number) => text.includes(`id="order-${number}"`))
  }
  assert.deepEqual(await shown(), [true, false])
  await person.shopper.post(await asked(person, 'guest-new@change.example'), {})
  assert.deepEqual(await shown(), [false, true])
})
