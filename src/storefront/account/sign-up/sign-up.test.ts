/** The way into an account: nobody learns whether there is one but who reads its mail. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  accountLink,
  accountLinkIn,
  accountLinks,
  signedInAt,
  untilLinks,
} from '../../../../test/support/account.ts'
import { counted } from '../../../../test/support/counted.ts'
import { inbox } from '../../../../test/support/outside.ts'
import { shopperAt } from '../../../../test/support/shopper.ts'
import { PASSWORD } from '../../../../test/support/sign-in.ts'
import { testStore } from '../../../../test/support/store.ts'
import { systemClock } from '../../../base/clock.ts'
import { sql } from '../../../base/database.ts'
import { accountOf, endUnconfirmed } from '../../../customers/account.ts'
import { sendAccountLink } from '../../../customers/account-link.ts'
import { emailLookUp } from '../../../privacy/look-ups.ts'
import { Personal } from '../../../privacy/personal.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, gateway } = store
const visitor = shopperAt(store.url)

const accountAt = (email: string) =>
  accountOf(gateway.vault, database, emailLookUp(gateway.vault, Personal.of('email', email)))

/** What somebody sees of an answer. */
async function answered(email: string) {
  const answer = await fetch(new URL('/account/sign-up', store.url), {
    method: 'POST',
    headers: { origin: store.url.origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ email }).toString(),
  })
  const headers = [...answer.headers].filter(([name]) => name !== 'date')
  return { status: answer.status, headers, text: await answer.text() }
}

test('the answer is the same, headers too, whether or not the address has an account', async () => {
  await signedInAt(store, 'known@account.example')
  const before = await accountLinks(store)
  const known = await answered('known@account.example')
  await accountLinkIn(store, 'known@account.example', before)
  const unknown = await answered('unknown@account.example')
  await accountLinkIn(store, 'unknown@account.example', before + 1)
  assert.equal(known.status, 200)
  assert.deepEqual(known, unknown)
  assert.doesNotMatch(known.text, /@account\.example/)
})

test('as much is asked of the database for an address with an account as for one without', async () => {
  await signedInAt(store, 'counted@account.example')
  const statements = async (email: string) => {
    const watched = counted(database)
    const asked = { ...gateway, database: watched.database }
    await sendAccountLink(asked, Personal.of('email', email))
    return watched.statements()
  }
  const known = await statements('counted@account.example')
  assert.ok(known > 5)
  assert.equal(await statements('new@account.example'), known)
  assert.equal(await statements('new@account.example'), known, 'and of one not yet confirmed')
})

test('the mail tells who has an account otherwise than who has none', async () => {
  const email = 'mails@account.example'
  const link = await accountLink(store, email)
  const [first] = await inbox(store, email)
  assert.match(first?.subject ?? '', /open your account/)
  assert.match(first?.text ?? '', /deleted after a day/)
  await visitor.post(link, { password: PASSWORD })
  await accountLink(store, email)
  const [second] = await inbox(store, email)
  assert.match(second?.subject ?? '', /choose a new password/)
  assert.match(second?.text ?? '', /nothing changes until/)
})

test('what is no address comes back with what was typed and what is wrong', async () => {
  for (const email of ['', 'ada', 'a b@example.com', `${'x'.repeat(70)}@example.com`]) {
    const { status, text } = await visitor.post('/account/sign-up', { email })
    assert.equal(status, 422)
    assert.match(text, /<title>Error: .*error-summary/s)
    assert.ok(text.includes(`value="${email}"`) || email === '')
  }
})

test('C6 an address gets three links an hour, with an account or without', async () => {
  const email = Personal.of('email', 'often@account.example')
  const before = await accountLinks(store)
  await Promise.all([1, 2, 3, 4, 5].map(() => sendAccountLink(gateway, email)))
  assert.equal(await accountLinks(store), before + 3)
  ahead = Temporal.Duration.from({ minutes: 61 })
  await sendAccountLink(gateway, email)
  ahead = Temporal.Duration.from({ minutes: 0 })
  assert.equal(await accountLinks(store), before + 4)
})

test('C3.1 asked for again, an address that nobody confirmed has another day; then it ends', async () => {
  const email = 'later@account.example'
  await accountLink(store, email)
  ahead = Temporal.Duration.from({ hours: 23 })
  await accountLink(store, email)
  ahead = Temporal.Duration.from({ hours: 46 })
  await endUnconfirmed(gateway)
  assert.ok(await accountAt(email))
  const id = (await accountAt(email))?.id
  ahead = Temporal.Duration.from({ hours: 48 })
  await endUnconfirmed(gateway)
  ahead = Temporal.Duration.from({ minutes: 0 })
  assert.equal(await accountAt(email), undefined)
  const left = await database.first(
    sql`select 1 from disclosure where subject = ${id ?? ''} limit 1`,
  )
  assert.equal(left, undefined, 'nothing leads to it from the ledger')
})

test('a mail that is written after its account has ended is not sent', async () => {
  const email = 'gone@account.example'
  await sendAccountLink(gateway, Personal.of('email', email))
  ahead = Temporal.Duration.from({ hours: 25 })
  await endUnconfirmed(gateway)
  ahead = Temporal.Duration.from({ minutes: 0 })
  await store.work()
  assert.deepEqual(await inbox(store, email), [])
})

test('of one client’s address thirty requests are taken in 15 minutes, whatever was typed', async (t) => {
  const busy = await testStore(t)
  const shopper = shopperAt(busy.url)
  const ask = (n: number) => shopper.post('/account/sign-up', { email: `n${n}@account.example` })
  for (let n = 0; n < 30; n += 1) assert.equal((await ask(n)).status, 200)
  const { status, headers, text } = await ask(30)
  assert.equal(status, 429)
  assert.equal(headers.get('retry-after'), '900')
  assert.match(text, /Wait 15 minutes/)
  await untilLinks(busy, 30)
})
