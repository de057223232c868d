/** A guest's order joins the account that asked, by its own mailbox alone, once, in time, and never after its end. */

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { type Person, signedInAt } from '../../test/support/account.ts'
import { inbox, newestOrder } from '../../test/support/outside.ts'
import { ADA, buy, goToPay } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { erase } from '../privacy/erasure.ts'
import { emailLookUp } from '../privacy/look-ups.ts'
import { Personal } from '../privacy/personal.ts'
import { rectifyEmail } from '../privacy/rectification.ts'
import { restrict } from '../privacy/restriction.ts'
import { accountOfOrder, orderIdsOf } from './belonging.ts'
import { recordCorrection } from './correction.ts'
import { join, joiningToken, orderToJoin, sendJoiningLink, sendJoiningLinkFor } from './joining.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, gateway, erasing } = store
const { keys } = gateway.vault
const inHalfAnHour = () => gateway.clock().add({ minutes: 30 })
let email = ''
let order: Id
beforeEach(async () => {
  email = `guest-${newId(systemClock())}@joining.example`
  await buy(store, { contact: { ...ADA, email } })
  order = await newestOrder(store)
})

const someone = () => signedInAt(store, `${newId(systemClock())}@account.example`)
const digestOf = (typed: string) => emailLookUp(gateway.vault, Personal.of('email', typed))
const tokenFor = ({ account }: Pick<Person, 'account'>, of = order, endsAt = inHalfAnHour()) =>
  joiningToken(keys, { order: of, account, digest: digestOf(email) }, endsAt)

async function linksTo(address: string): Promise<readonly string[]> {
  await store.work()
  const mails = await inbox(store, address)
  return mails.flatMap(({ text }) => /\/account\/orders\/join\/([\w-]+)/.exec(text)?.[1] ?? [])
}

async function numberOf(id: Id): Promise<number> {
  const row = await database.one<{ number: number }>(
    sql`select number from orders where id = ${id}`,
  )
  return row.number
}

test('the link goes to the order’s own address, joins it, and joins nothing twice', async () => {
  const person = await someone()
  await sendJoiningLink(gateway, { order, account: person.account })
  assert.deepEqual(await linksTo(person.email), [])
  const [token = ''] = await linksTo(email)
  assert.equal((await orderToJoin(gateway, person.account, token))?.id, order)
  assert.ok(await join(gateway, person.account, token))
  assert.ok(await join(gateway, person.account, token))
  assert.deepEqual(await orderIdsOf(database, person.account), [order])
})

test('C5 the mail is a disclosure of the order, by a row of the policy, and names nobody', async () => {
  const { account } = await someone()
  await sendJoiningLink(gateway, { order, account })
  await linksTo(email)
  const disclosure = await database.one(sql`
    select recipient, purpose, fields, outcome from disclosure
    where subject = ${order} and purpose = 'messages about an account'`)
  assert.deepEqual(disclosure, {
    ...{ recipient: 'mail relay', purpose: 'messages about an account' },
    ...{ fields: ['email', 'message'], outcome: 'delivered' },
  })
  const [mail] = await inbox(store, email)
  assert.doesNotMatch(`${mail?.subject} ${mail?.text}`, /account\.example|Lovelace|Analytical/)
})

test('with number and address the link is sent; with either one wrong, nothing is', async () => {
  const { account } = await someone()
  const number = await numberOf(order)
  const ask = (asked: number, typed: string) =>
    sendJoiningLinkFor(gateway, account, { number: asked, email: Personal.of('email', typed) })
  await ask(number, 'somebody-else@joining.example')
  await ask(number + 1, email)
  await ask(Number.MAX_SAFE_INTEGER, email)
  assert.deepEqual(await linksTo(email), [])
  await ask(number, email.toUpperCase())
  assert.equal((await linksTo(email)).length, 1)
})

test('a link joins to no other account, nor when it is late or a bit of it is changed', async () => {
  const [mine, theirs] = [await someone(), await someone()]
  const token = tokenFor(mine)
  const late = tokenFor(mine, order, gateway.clock())
  const flipped = `${token.slice(0, 30)}${token[30] === 'A' ? 'B' : 'A'}${token.slice(31)}`
  for (const wrong of [late, flipped, '', 'x', `${token}A`, 'A'.repeat(10_000)]) {
    assert.equal(await join(gateway, mine.account, wrong), false)
    assert.equal(await orderToJoin(gateway, mine.account, wrong), undefined)
  }
  assert.equal(await join(gateway, theirs.account, token), false)
  assert.equal(await orderToJoin(gateway, theirs.account, token), undefined)
  assert.equal(await accountOfOrder(database, order), undefined)
})

test('of two accounts that join one order at once one has it, and the other is told so', async () => {
  const people = await Promise.all([someone(), someone()])
  const joined = await Promise.all(people.map((one) => join(gateway, one.account, tokenFor(one))))
  assert.deepEqual(joined.toSorted(), [false, true])
  const owner = await accountOfOrder(database, order)
  assert.equal(owner, people[joined.indexOf(true)]?.account)
  const [other] = people.filter(({ account }) => account !== owner)
  assert.ok(other)
  await sendJoiningLink(gateway, { order, account: other.account })
  assert.deepEqual(await linksTo(email), [], 'an order of somebody’s account asks nobody')
})

test('C3.1 after an erasure nothing joins: not the order, open or closed, nor an ended account', async () => {
  const person = await someone()
  const token = tokenFor(person)
  const [joined] = await Promise.all([
    join(gateway, person.account, token),
    erase(erasing, [order]),
  ])
  assert.equal(await accountOfOrder(database, order), undefined, `joined before: ${joined}`)
  assert.equal(await join(gateway, person.account, token), false)
  await sendJoiningLink(gateway, { order, account: person.account })
  assert.deepEqual(await linksTo(email), [])

  await buy(store, { contact: { ...ADA, email } })
  const another = await newestOrder(store)
  const late = tokenFor(person, another)
  await erase(erasing, [person.account])
  assert.equal(await join(gateway, person.account, late), false)
  assert.equal(await accountOfOrder(database, another), undefined)
})

test('nobody is written to of an order that was not paid, or whose use is restricted', async () => {
  const { account } = await someone()
  await restrict(erasing, [order], 'customer')
  await sendJoiningLink(gateway, { order, account })
  const typed = `typed-${email}`
  await goToPay(store, { contact: { ...ADA, email: typed } })
  await sendJoiningLink(gateway, { order: await newestOrder(store), account })
  for (const address of [email, typed]) assert.deepEqual(await linksTo(address), [])
})

test('a restriction that comes after the request keeps its mail back', async () => {
  const { account } = await someone()
  await sendJoiningLink(gateway, { order, account })
  await restrict(erasing, [order], 'customer')
  assert.deepEqual(await linksTo(email), [])
  const { outcome } = await database.one<{ outcome: string }>(sql`
    select outcome from disclosure
    where subject = ${order} and purpose = 'messages about an account'`)
  assert.equal(outcome, 'given up')
})

test('an address gets three links an hour for one order, however many ask at once', async () => {
  const people = await Promise.all([someone(), someone()])
  const ask = () =>
    Promise.all(
      [...people, ...people, ...people].map(({ account }) =>
        sendJoiningLink(gateway, { order, account }),
      ),
    )
  await ask()
  assert.equal((await linksTo(email)).length, 3)
  ahead = Temporal.Duration.from({ minutes: 61 })
  await ask()
  assert.equal((await linksTo(email)).length, 6)
  ahead = Temporal.Duration.from({ minutes: 0 })
})

test('an address that is corrected ends what the former mailbox did, and could still do', async () => {
  const [stranger, late] = [await someone(), await someone()]
  const link = tokenFor(late)
  assert.ok(await join(gateway, stranger.account, tokenFor(stranger)))
  await correctTo(`right-${email}`)
  assert.equal(await accountOfOrder(database, order), undefined)
  for (const [person, token] of [
    [stranger, tokenFor(stranger)],
    [late, link],
  ] as const) {
    assert.equal(await join(gateway, person.account, token), false)
  }
  await sendJoiningLink(gateway, { order, account: late.account })
  assert.deepEqual(await linksTo(email), [])
  const [right = ''] = await linksTo(`right-${email}`)
  assert.ok(await join(gateway, late.account, right))
})

test('an order that was placed in an account stays there when its address is corrected', async () => {
  const person = await someone()
  const cookies = { '__Host-session': person.shopper.cookies.get('__Host-session') ?? '' }
  await buy(store, { contact: { ...ADA, email }, cookies })
  order = await newestOrder(store)
  await correctTo(`right-${email}`)
  assert.equal(await accountOfOrder(database, order), person.account)
})

async function correctTo(typed: string): Promise<void> {
  const silent = async () => {}
  const telling = { record: recordCorrection('store'), former: silent, present: silent }
  await rectifyEmail(erasing, gateway.vault, [order], Personal.of('email', typed), telling)
}
