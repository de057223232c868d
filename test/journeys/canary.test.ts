/**
 * The canary journey: one purchase with unmistakable values in every personal field, all the way to a refund, and an
 * account by the same address; then a search of everything that the store left behind and of everything that third
 * parties were told.
 *
 * C2.1, C3.1: no value lies anywhere in the clear, in no disguise and under no unkeyed digest. C5, C8.1: each third
 * party was told exactly what the policy's table gives it. C7: what was looked for, and with what, is kept nowhere.
 */

import assert from 'node:assert/strict'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { sql } from '../../src/base/database.ts'
import { codeOf, fromBase32, stepAt } from '../../src/credentials/one-time-code.ts'
import { accountLink, addressAsked } from '../support/account.ts'
import { searchFiles, searchRows, settle } from '../support/attic.ts'
import { newAuthenticator } from '../support/authenticator.ts'
import { namesIn, type Search, searchFor } from '../support/canary.ts'
import { type Clerk, clerkAt } from '../support/clerk.ts'
import { control, inbox, journal } from '../support/outside.ts'
import { goToPay, order as orderAt, pay } from '../support/purchase.ts'
import { fieldsOf, type Shopper, shopperAt } from '../support/shopper.ts'
import { testStore } from '../support/store.ts'

/** With letters and digits as far as the field allows. Ireland: a postal code of both, and no customs border. */
const PERSON = {
  email: 'Quixandra.canary7q4x@zebrafinch-9k2.example',
  firstName: 'Quixandra7vole',
  lastName: 'Wölkenstürmer9zep',
  line1: '77q Krummgässchen Umbra',
  line2: 'Hinterhof 9k Vesper',
  postalCode: 'D02 XF37',
  city: 'Ballycanärry5x',
  region: 'Connemara8yx',
  phone: '+353 86 4477 9915',
  orderNote: 'Behind the turquoise heron 88q, please',
} as const

const VISITOR = {
  searchWords: 'vermilion9xq kestrel',
  userAgent: 'CanaryBrowser/77.3x9',
  address: '203.0.113.177',
  referer: 'https://elsewhere-9q7.example/secret',
  query: 'utm_canary_8x7=zyx',
} as const

/** Of an account with the same address. */
const SECRETS = {
  password: 'Cerulean9vx lantern on the 44q pier',
  nextPassword: 'Ochre7kz lantern under the 55q pier',
  passkeyName: 'Vermeil6qz telephone',
} as const

/** Other addresses for the account: one that it gets, one that waits for its link. */
const ADDRESSES = {
  newEmail: 'Moved.canary3w8k@waxwing-4z1.example',
  waitingEmail: 'Waits.canary6j2p@dunnock-8r5.example',
} as const

type Made = {
  trackingNumber: string
  label: Buffer
  link: string
  accountLink: string
  addressLink: string
  factor: string
  recovery: string
  renewed: string
  passkey: Buffer
}

/** What the carrier and we make of the person: it lies sealed like all the rest, or nowhere. */
const made: Made = {
  ...{ trackingNumber: '', label: Buffer.alloc(0), link: '', accountLink: '' },
  ...{ addressLink: '', factor: '', recovery: '', renewed: '', passkey: Buffer.alloc(0) },
}

const store = await testStore({ after }, { embedded: true })
const reached = new Set<string>()
subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket }
  // Without a port it is the Unix socket of the store's own database.
  socket.on('connectionAttempt', (ip, port) =>
    reached.add(port === undefined ? ip : `${ip}:${port}`),
  )
})

let searchPerson: Search
let searchAll: Search

before(async () => {
  await lookAround()
  const number = await buyAndPay()
  await handle(number)
  await haveAccount()
  await store.work()
  searchPerson = searchFor({
    ...PERSON,
    phoneDigits: PERSON.phone.replaceAll(/\D/g, ''),
    phoneCompact: PERSON.phone.replaceAll(' ', ''),
    postalCodeCompact: PERSON.postalCode.replaceAll(' ', ''),
    invoiceName: `${PERSON.firstName} ${PERSON.lastName}`,
    trackingNumber: made.trackingNumber,
    link: made.link,
    accountLink: made.accountLink,
    addressLink: made.addressLink,
    factor: made.factor,
    factorBytes: fromBase32(made.factor),
    recovery: made.recovery,
    recoveryCompact: made.recovery.replace('-', ''),
    renewed: made.renewed,
    passkey: made.passkey,
    ...{ ...SECRETS, ...ADDRESSES },
  })
  searchAll = (bytes) => [...searchPerson(bytes), ...searchVisitor(bytes)]
  await settle(store)
})

const searchVisitor = searchFor(VISITOR)

/** A visitor who looks, searches, mistypes addresses, and sends what browsers and others send along. */
async function lookAround(): Promise<void> {
  const words = encodeURIComponent(VISITOR.searchWords)
  const strange = encodeURIComponent(PERSON.email)
  const paths = [
    ...[`/search?q=${words}`, `/?${VISITOR.query}`, `/products/${strange}`, `/orders/${strange}`],
    ...[`/categories/${words}`, `/cart?country=${strange}`, `/%zz?${VISITOR.query}`],
    ...[`/admin/orders/${strange}`, `/checkout/return?${VISITOR.query}`, '/.well-known/dnt/'],
  ]
  const headers = {
    'user-agent': VISITOR.userAgent,
    'x-forwarded-for': VISITOR.address,
    referer: VISITOR.referer,
    cookie: `__Host-cart=${PERSON.firstName}; other=${strange}`,
  }
  for (const path of paths) {
    await (await fetch(new URL(path, store.url), { headers, redirect: 'manual' })).text()
  }
}

/** A form with an error first, then the processor out, then the purchase. Returns the order's number. */
async function buyAndPay(): Promise<string> {
  const wanted = { country: 'IE', contact: PERSON }
  const wrong = await orderAt(store, { ...wanted, contact: { ...PERSON, postalCode: '?' } })
  assert.equal(wrong.answer.status, 422)
  await control(store, 'outage', { service: 'processor', mode: 'refuse' })
  assert.notEqual((await orderAt(store, wanted)).answer.status, 200)
  await control(store, 'outage', { service: 'processor', mode: 'none' })
  const { shopper, paymentUrl } = await goToPay(store, wanted)
  const page = await pay(shopper, paymentUrl)
  made.link = page.url.pathname.replace('/orders/', '')
  await store.work()
  return /<h1>Order (\d+)/.exec(page.text)?.[1] ?? ''
}

/** The house at work: service looks the order up, packing packs and books, accounts refund. */
async function handle(number: string): Promise<void> {
  const at = `/admin/orders/${number}`
  const service = await clerkAt(store, 'service')
  for (const q of [PERSON.email, PERSON.lastName]) {
    const { url, text } = await service.post('/admin/search', { q })
    assert.ok(`${url.pathname} ${text}`.includes(`/admin/orders/${number}`))
  }
  const reason = 'a delivery has a problem'
  const look = await service.post(`${at}/looks`, { view: 'service', reason })
  assert.match(look.text, /turquoise heron 88q/)
  const packing = await clerkAt(store, 'packing')
  const packed = await packing.post(`${at}/looks`, { view: 'packing' })
  assert.match(packed.text, /Krummgässchen/)
  assert.doesNotMatch(packed.text, /turquoise heron/)
  await ship(packing, at)
  const accounts = await clerkAt(store, 'accounts')
  assert.match((await accounts.post(`${at}/looks`, { view: 'accounts' })).text, /Wölkenstürmer9zep/)
  const refunded = await accounts.post(`${at}/refunds`, { amount: '10.00', refunded: '0' })
  assert.equal(refunded.status, 200, refunded.text)
  await store.work()
}

/** An account by the same address: opened by its mail, signed out of and in to, its password mistyped and changed. */
async function haveAccount(): Promise<void> {
  const { email } = PERSON
  const { password, nextPassword } = SECRETS
  const link = await accountLink(store, email)
  made.accountLink = link.split('/').at(-1) ?? ''
  const person = shopperAt(store.url)
  await person.post(link, { password })
  await person.post('/account/sign-out', {})
  await person.post('/account/sign-in', { email, password: nextPassword })
  await person.post('/account/sign-in', { email: password, password: email })
  await person.post('/account/sign-in', { email, password })
  const { url, text } = await person.post('/account/password', {
    ...{ old: password, password: nextPassword },
  })
  assert.equal(url.pathname, '/account')
  assert.ok(text.includes(email))
  await secureAccount(person)
}

/** A passkey and a second factor, each used once. */
async function secureAccount(person: Shopper): Promise<void> {
  const { nextPassword: password, passkeyName: name } = SECRETS
  const site = { origin: store.url.origin, host: store.url.hostname }
  const key = newAuthenticator(site)
  made.passkey = Buffer.from(key.credential, 'base64url')
  const invitation = await person.post('/account/passkeys/invitation', { name, password })
  const challenge = /challenge&quot;:&quot;([\w-]+)/.exec(invitation.text)?.[1] ?? ''
  const added = await person.post('/account/passkeys', { name, ...key.register(challenge) })
  assert.ok(added.text.includes(name))

  const setup = await person.post('/account/factor/setup', { password })
  made.factor = (/class="secret">([A-Z2-7 ]+)</.exec(setup.text)?.[1] ?? '').replaceAll(' ', '')
  const code = codeOf(fromBase32(made.factor), stepAt(systemClock()))
  const { text } = await person.post('/account/factor', { ...fieldsOf(setup.text), code })
  made.recovery = /<code>([a-z2-9-]{11})</.exec(text)?.[1] ?? ''
  await person.post('/account/sign-out', {})
  const step = await person.post('/account/sign-in', { email: PERSON.email, password })
  const sent = { ...fieldsOf(step.text), code: made.recovery }
  assert.equal((await person.post('/account/sign-in/code', sent)).url.pathname, '/account')
  await changeAccount(person)
}

/** New recovery codes, another address, and one more that nobody confirms. */
async function changeAccount(person: Shopper): Promise<void> {
  const code = codeOf(fromBase32(made.factor), stepAt(systemClock()) + 1)
  const { nextPassword: password } = SECRETS
  const { text } = await person.post('/account/factor/codes', { password, code })
  made.renewed = /<code>([a-z2-9-]{11})</.exec(text)?.[1] ?? ''
  const { newEmail, waitingEmail } = ADDRESSES
  const link = await addressAsked(store, { shopper: person }, newEmail)
  made.addressLink = link.split('/').at(-1) ?? ''
  const changed = await person.post(link, {})
  assert.ok(changed.text.includes(newEmail))
  const asked = await person.post('/account/email', { email: waitingEmail })
  assert.ok(asked.text.includes(waitingEmail))
}

async function ship(packing: Clerk, at: string): Promise<void> {
  await packing.post(`${at}/packing`, {})
  await packing.post(`${at}/shipment`, {})
  await store.work()
  made.label = await packing.file(`${at}/label`)
  const owner = await packing.get(`/orders/${made.link}`)
  made.trackingNumber = /SB\d{14}/.exec(owner.text)?.[0] ?? ''
  const told = await control<{ webhook: number }>(store, 'track', {
    ...{ shipment: made.trackingNumber, status: 'delivered' },
  })
  assert.equal(told.webhook, 200)
}

async function told(service: 'processor' | 'carrier' | 'mail'): Promise<Buffer> {
  return Buffer.from(JSON.stringify(await journal(store, service)))
}

test('the journey went all the way, and each message of it was sent', async () => {
  const order = await store.database.one<{ state: string; refunded: number }>(sql`
    select state, refunded_minor as refunded from orders where state <> 'awaiting payment'`)
  assert.deepEqual(order, { state: 'delivered', refunded: 1000 })
  assert.match(made.trackingNumber, /^SB\d{14}$/)
  assert.ok(made.label.length > 1000)
  assert.match(`${made.renewed} ${made.addressLink}`, /^[a-z2-9]{5}-[a-z2-9]{5} [\w-]{56}$/)
  const subjects = (await inbox(store, PERSON.email)).map(({ subject }) => subject)
  assert.ok(subjects.length >= 2, subjects.join('; '))
})

test('C2.1 no row of any table holds a value of the person, in whatever form', async () => {
  const { tables, found } = await searchRows(store, searchAll)
  assert.deepEqual(found, [])
  for (const name of [
    'public.ledger_entry',
    'graphile_worker._private_jobs',
    'public.disclosure',
  ]) {
    assert.ok(
      tables.some((table) => table.startsWith(name)),
      `${name} must be among the searched`,
    )
  }
})

test('C2.1 C7 no file holds a value: tables, write-ahead log, server log, our logs, keys', async () => {
  const { files, found } = await searchFiles(store, searchAll)
  assert.deepEqual(found, [])
  for (const part of ['/pg_wal/', '/base/', 'server.log', 'logs/', 'keys/root.key', 'pg_xact']) {
    assert.ok(
      files.some((file) => file.includes(part)),
      `${part} must be among the searched`,
    )
  }
})

test('C2.1 the label lies nowhere in the clear', async () => {
  const middle = made.label.subarray(400, 440)
  const search = searchFor({ label: middle })
  assert.deepEqual(namesIn(search(made.label)), ['label'])
  assert.deepEqual((await searchFiles(store, search)).found, [])
  assert.deepEqual((await searchRows(store, search)).found, [])
})

test('C5 the processor was told nothing of the person, not even where they came from', async () => {
  const entries = await journal(store, 'processor')
  assert.ok(entries.some(({ path }) => path === '/v1/checkout/sessions'))
  assert.deepEqual(namesIn(searchAll(await told('processor'))), [])
  assert.ok(entries.every(({ headers }) => headers.referer === undefined))
})

test('C8.1 the carrier was told the five fields and no word of the content', async () => {
  const address = ['city', 'line1', 'line2', 'postalCode', 'region'] as const
  const five = [...address, 'email', 'firstName', 'lastName', 'phone', 'invoiceName'].sort()
  assert.deepEqual(namesIn(searchAll(await told('carrier'))), five)
  const words = JSON.stringify(await journal(store, 'carrier'))
  assert.doesNotMatch(words, /teapot|stoneware|customs_info":\{/i)
  assert.doesNotMatch(words, new RegExp(made.link))
})

test('C5 the mail relay was told the e-mail address, and messages that say nothing more', async () => {
  const entries = await journal(store, 'mail')
  assert.ok(entries.length >= 2)
  assert.deepEqual(
    namesIn(searchAll(await told('mail'))).filter((name) => !/link$/i.test(name)),
    ['email', 'newEmail', 'waitingEmail'],
  )
})

test('C5 this process reached itself, the sandbox and its relay, and nobody else', () => {
  const ours = [store.url.port, store.sandbox.port, store.access.relay.port]
  const others = [...reached].filter((where) => {
    if (where.startsWith(`${store.folder}/`)) return false
    const port = where.slice(where.lastIndexOf(':') + 1)
    return !ours.includes(port) || !/^(?:127\.0\.0\.1|::1):/.test(where)
  })
  assert.deepEqual(others, [])
  assert.ok(reached.size > 0)
})

test('a value that does lie there is found, in rows and in files', async () => {
  await store.database.script('create table planted (value text)')
  await store.database.run(sql`insert into planted values (${PERSON.lastName.toLowerCase()})`)
  await settle(store)
  const rows = await searchRows(store, searchAll)
  assert.deepEqual(
    rows.found.map(({ where }) => where),
    ['public.planted'],
  )
  const { found } = await searchFiles(store, searchAll)
  assert.ok(found.some(({ where }) => where.includes('/base/')))
  assert.ok(found.some(({ where }) => where.includes('/pg_wal/')))
})
