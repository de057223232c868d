/** The orders of an account: its own alone, and others by the mailbox of the order and no other way. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  accountLinks,
  type Person,
  signedInAt,
  untilLinks,
} from '../../../../test/support/account.ts'
import { inbox, newestOrder } from '../../../../test/support/outside.ts'
import { ADA, buy } from '../../../../test/support/purchase.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { testStore } from '../../../../test/support/store.ts'
import { sql } from '../../../base/database.ts'
import type { Id } from '../../../base/ids.ts'
import { endSession } from '../../../customers/session.ts'
import { accountOfOrder } from '../../../orders/belonging.ts'
import { joiningToken } from '../../../orders/joining.ts'
import { emailLookUp } from '../../../privacy/look-ups.ts'
import { Personal } from '../../../privacy/personal.ts'

const store = await testStore({ after })
const { database, gateway } = store
const PATH = '/account/orders'
const GUEST = 'guest@orders.example'
let person: Person
let order: Id
let number: string
let page: string
before(async () => {
  person = await signedInAt(store, 'owner@orders.example')
  const bought = await buy(store, { contact: { ...ADA, email: GUEST } })
  page = bought.page.url.pathname
  order = await newestOrder(store)
  const row = await database.one<{ number: number }>(
    sql`select number from orders where id = ${order}`,
  )
  number = String(row.number)
})

/** What a form answers, without what was typed into it. */
const answered = ({ status, text }: { readonly status: number; readonly text: string }) =>
  `${status} ${text}`

async function linkIn(address: string): Promise<string> {
  await store.work()
  const [mail] = await inbox(store, address)
  return new URL(/http\S+\/account\/orders\/join\/[\w-]+/.exec(mail?.text ?? '')?.[0] ?? store.url)
    .pathname
}

test('an order that is placed while signed in is the account’s, whatever address it has', async () => {
  const { shopper } = await signedInAt(store, 'buyer@orders.example')
  const cookie = shopper.cookies.get('__Host-session') ?? ''
  await buy(store, {
    contact: { ...ADA, email: 'work@orders.example' },
    cookies: { '__Host-session': cookie },
  })
  const { text } = await shopper.get(PATH)
  const link = /href="(\/orders\/[\w-]{43})"/.exec(text)?.[1] ?? ''
  assert.match(text, /<span class="badge">Paid<\/span>.*€47\.40/s)
  assert.match((await shopper.get(link)).text, /This order is in your account/)
  assert.doesNotMatch((await person.shopper.get(PATH)).text, /\/orders\/[\w-]{43}"/)
})

test('who asks is answered alike for an order that is there, and for none', async () => {
  const before = await accountLinks(store)
  const ask = (typed: Record<string, string>) => person.shopper.post(`${PATH}/join`, typed)
  const answers = [
    await ask({ number: '999999', email: GUEST }),
    await ask({ number, email: 'nobody@orders.example' }),
    await ask({ number, email: GUEST }),
  ]
  assert.equal(new Set(answers.map(answered)).size, 1)
  assert.equal(answers[0]?.status, 200)
  await untilLinks(store, before + 1)
  assert.equal(await accountLinks(store), before + 1)
})

test('the link joins for the account that asked, by its form and not by being opened', async () => {
  const path = await linkIn(GUEST)
  const shown = await person.shopper.get(path)
  assert.match(shown.text, new RegExp(`Add order ${number} to your account\\?`))
  assert.equal(await accountOfOrder(database, order), undefined)
  const other = await signedInAt(store, 'other@orders.example')
  for (const answer of [await other.shopper.get(path), await other.shopper.post(path, {})]) {
    assert.equal(answer.status, 404)
    assert.doesNotMatch(answer.text, new RegExp(number))
  }
  const joined = await person.shopper.post(path, {})
  assert.match(joined.text, /The order is in your account/)
  assert.match(joined.text, new RegExp(`>${number}</a>`))
  assert.equal(await accountOfOrder(database, order), person.account)
})

test('on the order’s page whoever is signed in asks, and is told the same of anybody’s order', async () => {
  const other = await signedInAt(store, 'asks@orders.example')
  const before = await accountLinks(store)
  assert.match((await other.shopper.get(page)).text, new RegExp(`action="${page}/account"`))
  const taken = await other.shopper.post(`${page}/account`, {})
  const { page: free } = await buy(store, { contact: { ...ADA, email: 'free@orders.example' } })
  const asked = await other.shopper.post(`${free.url.pathname}/account`, {})
  assert.equal(answered(taken), answered(asked))
  await untilLinks(store, before + 1)
  assert.equal(await accountLinks(store), before + 1)
  assert.match(await linkIn('free@orders.example'), /\/account\/orders\/join\/[\w-]{94}$/)
  assert.match((await shopperAt(store.url).get(page)).text, /Have it in your account/)
})

test('a session that ended meanwhile joins nothing, and the sign-in leads back to the link', async () => {
  const late = await signedInAt(store, 'late@orders.example')
  await buy(store, { contact: { ...ADA, email: 'late-guest@orders.example' } })
  const guests = await newestOrder(store)
  const endsAt = gateway.clock().add({ minutes: 30 })
  const digest = emailLookUp(gateway.vault, Personal.of('email', 'late-guest@orders.example'))
  const joining = { order: guests, account: late.account, digest }
  const token = joiningToken(gateway.vault.keys, joining, endsAt)
  await endSession(gateway, late.shopper.cookies.get('__Host-session') ?? '')
  const posted = await late.shopper.post(`${PATH}/join/${token}`, {})
  assert.equal(posted.url.pathname, '/account/sign-in')
  assert.equal(await accountOfOrder(database, guests), undefined)
  const opened = await late.shopper.get(`${PATH}/join/${token}`)
  assert.equal(opened.url.searchParams.get('to'), `${PATH}/join/${token}`)
  assert.doesNotMatch(opened.text, /late-guest|Lovelace/)
})

test('a sign-in leads to no other site, whatever follows the address of a link', async () => {
  const stranger = shopperAt(store.url)
  for (const to of [
    '//evil.example',
    'https://evil.example/account/orders',
    `/account/orders/join/${'A'.repeat(95)}`,
    `/account/orders/join/${'A'.repeat(92)}//`,
    '/account/orders/join/../../evil',
    '/account\\evil.example',
  ]) {
    const { text } = await stranger.get(`/account/sign-in?to=${encodeURIComponent(to)}`)
    assert.match(text, /name="to" value="\/account"/, to)
  }
})

test('what is typed wrongly comes back with its errors, and asks nobody', async () => {
  const { shopper } = await signedInAt(store, 'typo@orders.example')
  const wrong = { number: '12a', email: 'no address' }
  const { status, text } = await shopper.post(`${PATH}/join`, wrong)
  assert.equal(status, 422)
  assert.match(text, /Enter the order number in digits/)
  assert.match(text, /value="12a"/)
  for (let tries = 0; tries < 5; tries += 1)
    await shopper.post(`${PATH}/join`, { number, email: GUEST })
  const tooOften = await shopper.post(`${PATH}/join`, { number, email: GUEST })
  assert.equal(tooOften.status, 429)
  assert.equal(tooOften.headers.get('retry-after'), '900')
  assert.match(tooOften.text, /Too many links were asked for/)
})
