/** Taking an order out of an account: by its person, who is asked first, and nothing of the order changes. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedInAt } from '../../../../test/support/account.ts'
import { newestOrder } from '../../../../test/support/outside.ts'
import { ADA, buy } from '../../../../test/support/purchase.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { testStore } from '../../../../test/support/store.ts'
import { sql } from '../../../base/database.ts'
import { accountOfOrder } from '../../../orders/belonging.ts'
import { restrict } from '../../../privacy/restriction.ts'

const store = await testStore({ after })
const { database, erasing } = store
const PATH = '/account/orders'

/** Placed while signed in, by another address than the account's. */
async function boughtBy(name: string) {
  const person = await signedInAt(store, `${name}@removal.example`)
  const cookies = { '__Host-session': person.shopper.cookies.get('__Host-session') ?? '' }
  const contact = { ...ADA, email: `${name}.elsewhere@removal.example` }
  const { page } = await buy(store, { contact, cookies })
  const order = await newestOrder(store)
  const { number } = await database.one<{ number: number }>(
    sql`select number from orders where id = ${order}`,
  )
  return { ...person, order, number, page: page.url.pathname }
}

test('it is asked first; then the order is in no account, and its own link opens it', async () => {
  const { shopper, account, order, number, page } = await boughtBy('sold')
  const removal = `${PATH}/${number}/removal`
  assert.ok((await shopper.get(page)).text.includes(`href="${removal}"`))
  const asked = await shopper.get(removal)
  assert.match(asked.text, new RegExp(`Take order ${number} out of your account\\?`))
  assert.ok(asked.text.includes(`href="${page}"`))
  assert.equal(await accountOfOrder(database, order), account, 'looking changes nothing')
  const { url, text } = await shopper.post(removal, {})
  assert.equal(url.pathname, PATH)
  assert.match(text, /The order is not in your account any more/)
  assert.match(text, /No order is in your account/)
  assert.equal(await accountOfOrder(database, order), undefined)
  assert.equal((await shopper.get('/account/data')).text.includes(`order-${number}`), false)
  const anybody = await shopperAt(store.url).get(page)
  assert.match(anybody.text, /Lovelace/)
  assert.match((await shopper.get(page)).text, new RegExp(`action="${page}/account"`))
  assert.equal((await shopper.post(removal, {})).status, 404)
})

test('an order of somebody else is as one that is not there, and stays', async () => {
  const [mine, theirs] = [await boughtBy('mine'), await boughtBy('theirs')]
  const answers = await Promise.all(
    [theirs.number, 999_999_999, 'x', `${mine.number}x`, '1e3', '9'.repeat(16)].map((number) =>
      mine.shopper.post(`${PATH}/${number}/removal`, {}),
    ),
  )
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([404]))
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1)
  assert.equal(await accountOfOrder(database, theirs.order), theirs.account)
  const stranger = shopperAt(store.url)
  const sent = await stranger.post(`${PATH}/${mine.number}/removal`, {})
  assert.equal(sent.url.pathname, '/account/sign-in')
  assert.equal(await accountOfOrder(database, mine.order), mine.account)
})

test('art. 18: an order whose use is restricted can be taken out', async () => {
  const { shopper, order, number } = await boughtBy('restricted')
  await restrict(erasing, [order], 'customer')
  await shopper.post(`${PATH}/${number}/removal`, {})
  assert.equal(await accountOfOrder(database, order), undefined)
})
