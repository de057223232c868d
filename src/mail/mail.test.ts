/** Mails about orders: by a relay as the sandbox has it, over real SMTP. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { testDatabase } from '../../test/support/database.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import {
  type AnnouncedEvent,
  announce,
  announcedEvents,
  isAnnouncedEvent,
} from '../orders/announce.ts'
import { contentOf, disclosuresOf } from '../orders/disclosures.ts'
import { insertOrder } from '../orders/order.ts'
import { openEndings } from '../privacy/endings.ts'
import { deliver, type Gateway, resume } from '../privacy/gateway.ts'
import { fileRootKey, openKeys } from '../privacy/keys.ts'
import { Personal } from '../privacy/personal.ts'
import { openVault, sealContact } from '../privacy/vault.ts'
import { type MailRelay, openRelay } from './relay.ts'
import { sendMessageTask } from './task.ts'

const FIRST = { number: 1, isLast: false }
const PERSON = {
  firstName: 'Zebulon',
  lastName: 'Quackenbush',
  email: 'zeb@quack.example',
  phone: '+45 12 34 56 78',
  line1: 'Kirkegata 77',
} as const

test('a paid order is confirmed by one mail, which holds no name, no address and no phone', async (t) => {
  const { store, orderId, mails } = await newStore(t)
  const job = await announced(store, orderId, 'order paid')
  await store.task(job, FIRST)
  await store.task(job, FIRST)
  assert.equal(mails.length, 1)
  const [mail] = mails
  assert.deepEqual(mail?.to, [PERSON.email])
  const read = decoded(mail?.raw ?? '')
  assert.match(read, /order 100\d+ is confirmed/)
  assert.match(read, /2 × Café mug <small>\s+€25\.00/)
  assert.match(read, /Café mug &lt;small&gt;/)
  assert.match(read, /Total +€[\d.]+\s+Tax included/, 'what is in the total stands below it')
  assert.match(read, /http:\/\/localhost:3000\/orders\/[\w-]{43}\n/)
  assert.doesNotMatch(read, /zebulon|quackenbush|kirkegata|12 34 56 78|TRACK/i)
  assert.match(read, /<meta name="color-scheme" content="light dark">/)
  assert.doesNotMatch(read, /<img|src=|X-Mailer/i)
  const [disclosure] = await disclosuresOf(store.gateway.database, orderId)
  assert.equal(disclosure?.outcome, 'delivered')
  assert.equal(disclosure?.channel, 'loopback')
})

test('each announced event has its message', async (t) => {
  const { store, orderId, mails } = await newStore(t)
  for (const event of announcedEvents) {
    await store.task(await announced(store, orderId, event), FIRST)
  }
  const subjects = mails.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1])
  const titles = [
    ...[/is confirmed/, /is on its way/, /a refund for order \d+$/, /a refund for order \d+$/],
    ...[/a refund for order \d+ came back/, /is cancelled/],
  ]
  assert.equal(subjects.length, titles.length)
  for (const [at, title] of titles.entries()) assert.match(subjects[at] ?? '', title)
})

test('several messages go by one connection', async (t) => {
  const { store, orderId, connections } = await newStore(t)
  for (const event of ['order paid', 'parcel shipped'] as const) {
    await store.task(await announced(store, orderId, event), FIRST)
  }
  assert.equal(connections.count, 1)
})

test('a relay that is down is tried again, and given up at the last attempt', async (t) => {
  const { store, orderId, mails, relayServer } = await newStore(t)
  const job = await announced(store, orderId, 'order paid')
  relayServer.failing = 451
  await assert.rejects(store.task(job, FIRST), isFault('unreachable'))
  assert.equal((await disclosuresOf(store.gateway.database, orderId))[0]?.outcome, null)
  await store.task(job, { number: 11, isLast: true })
  assert.equal((await disclosuresOf(store.gateway.database, orderId))[0]?.outcome, 'given up')
  relayServer.failing = 0
  await store.task(job, FIRST)
  assert.equal(mails.length, 0)
})

test('a mail that failed once arrives once', async (t) => {
  const { store, orderId, mails, relayServer } = await newStore(t)
  const job = await announced(store, orderId, 'order paid')
  relayServer.failing = 451
  await assert.rejects(store.task(job, FIRST), isFault('unreachable'))
  relayServer.failing = 0
  await store.task(job, { number: 2, isLast: false })
  assert.equal(mails.length, 1)
})

test('an address that the relay refuses is given up at once, and not repeated', async (t) => {
  const { store, orderId, relayServer } = await newStore(t)
  relayServer.refusesRecipients = true
  await store.task(await announced(store, orderId, 'order paid'), FIRST)
  assert.equal((await disclosuresOf(store.gateway.database, orderId))[0]?.outcome, 'given up')
})

test('C5 a message that holds the phone number does not leave', async (t) => {
  const { store, orderId, mails, alarms, relay } = await newStore(t)
  const { gateway } = store
  const { id } = await announced(store, orderId, 'order paid')
  const disclosure = await resume(gateway, id, 'mail relay', 'messages about an order')
  assert.ok(disclosure)
  const message = { subject: 'Hello', text: `Call ${PERSON.phone}`, html: '<p>Hello</p>' }
  const at = gateway.clock()
  await assert.rejects(
    deliver(gateway, disclosure, { message }, ({ email, message }, way) =>
      relay.send(way, { ...message, to: email, id, at }),
    ),
    (error) => error instanceof Refusal && error.clause === 'C5',
  )
  assert.equal(mails.length, 0)
  assert.deepEqual(alarms, ['phone'])
})

test('C2.1 a relay beyond loopback gets nothing before TLS', async (t) => {
  const { relayServer } = await newStore(t)
  // The same machine, by a name that is not known to be it.
  const url = new URL(`smtp://127.1:${relayServer.port}`)
  const relay = openRelay(url, 'shop@shop.example')
  const way = {
    origins: [url.href],
    plainAllowed: false,
    inspect: () => {},
    travelled: () => assert.fail('Nothing may travel'),
  }
  const mail = { to: PERSON.email, subject: 's', text: 't', html: 'h', id: 'x', at: systemClock() }
  await assert.rejects(relay.send(way, mail), (error) => {
    return error instanceof Fault && /there is no TLS with it \(C2\.1\)/.test(error.message)
  })
  assert.deepEqual(relayServer.senders, [])
})

test('somebody called Order, with a postal code like the order number, gets their mail', async (t) => {
  const { store, orderId, mails } = await newStore(t, {
    firstName: 'Order',
    lastName: 'Jan',
    postalCode: '10000',
  })
  await store.task(await announced(store, orderId, 'order paid'), FIRST)
  assert.equal(mails.length, 1)
})

type Received = { readonly to: readonly string[]; readonly raw: string }

async function newStore(t: TestContext, person: Readonly<Record<string, string>> = {}) {
  const server = await relayOn(t)
  const { relay } = server
  const alarms: string[] = []
  const gateway = await newGateway(t, relay, alarms)
  const orderId = await newOrder(gateway, { ...PERSON, ...person })
  const publicUrl = new URL('http://localhost:3000')
  const task = sendMessageTask({ gateway, relay, shopName: 'Shop', publicUrl })
  return { store: { gateway, task }, orderId, alarms, ...server }
}

async function newGateway(t: TestContext, relay: MailRelay, alarms: string[]): Promise<Gateway> {
  const database = await testDatabase(t)
  const folder = await mkdtemp(join(tmpdir(), 'tacet-mail-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const root = await fileRootKey(join(folder, 'root.key'))
  const keys = await openKeys(database, root, join(folder, 'keys'), systemClock)
  const never = () => false
  return {
    database,
    vault: openVault(keys, openEndings(join(folder, 'keys'), systemClock, 30)),
    clock: systemClock,
    companies: [relay.company],
    conditions: {
      'the payment is open': never,
      'the shipment is open': never,
      'the shipment is open and leaves the customs territory': never,
      'the claim is open': never,
      'the return is open': never,
      'the order line is open': never,
      'an event asks for it': (_, { because }) => isAnnouncedEvent(because),
      'the order is open': never,
      'a reason is stated': never,
      'the accounting record lives': never,
      always: never,
    },
    earlier: [],
    contentOf,
    alarm: ({ field }) => alarms.push(field),
  }
}

async function newOrder(gateway: Gateway, person: Readonly<Record<string, string>>): Promise<Id> {
  const placedAt = gateway.clock()
  const id = newId(placedAt)
  const contact = [
    Personal.of('firstName', person.firstName ?? ''),
    Personal.of('lastName', person.lastName ?? ''),
    Personal.of('email', person.email ?? ''),
    Personal.of('phone', person.phone ?? ''),
    Personal.of('postalAddress', {
      line1: person.line1 ?? '',
      line2: '',
      postalCode: person.postalCode ?? '8660',
      city: 'Skanderborg',
      region: '',
      country: 'DK',
    }),
    Personal.of('trackingNumber', 'TRACK123456'),
  ]
  await gateway.database.transaction(async (tx) => {
    await sealContact(gateway.vault, tx, id, contact)
    await insertOrder(tx, {
      ...{ id, placedAt, country: 'DK', currency: 'EUR', itemsMinor: 2500, shippingMinor: 500 },
      ...{ taxMinor: 600, totalMinor: 3000, taxes: [], pricesIncludeTax: true, revision: '1a' },
      ...{ shippingMethod: 'Standard', weightGrams: 800, language: 'en' },
      lines: [
        {
          ...{ position: 1, variantId: newId(placedAt), sku: 'MUG', title: 'Café mug <small>' },
          ...{ quantity: 2, unitMinor: 1250, taxRatePpm: 250_000, weightGrams: 400 },
          ...{ hsCode: null, originCountry: null },
        },
      ],
    })
  })
  return id
}

async function announced(
  { gateway }: { readonly gateway: Gateway },
  order: Id,
  because: AnnouncedEvent,
) {
  const { database } = gateway
  await database.transaction((tx) => announce(gateway, tx, order, because))
  const { id } = await database.one<{ id: Id }>(
    sql`select id from disclosure where subject = ${order} order by id desc limit 1`,
  )
  return { order, id }
}

/** A relay as the sandbox's, on loopback and without TLS, and our way to it. */
async function relayOn(t: TestContext) {
  const mails: Received[] = []
  const connections = { count: 0 }
  const relayServer = { port: 0, failing: 0, refusesRecipients: false, senders: [] as string[] }
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    logger: false,
    onConnect(_, callback) {
      connections.count += 1
      callback()
    },
    onMailFrom({ address }, _, callback) {
      relayServer.senders.push(address)
      callback(relayServer.failing > 0 ? failure(relayServer.failing) : null)
    },
    onRcptTo(_, __, callback) {
      callback(relayServer.refusesRecipients ? failure(550) : null)
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address)
        mails.push({ to, raw: Buffer.concat(chunks).toString('utf8') })
        callback(null)
      })
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  relayServer.port = (server.server.address() as AddressInfo).port
  const url = new URL(`smtp://localhost:${relayServer.port}`)
  const relay = openRelay(url, 'Shop <shop@shop.example>')
  t.after(async () => {
    relay.close()
    await new Promise<void>((resolve) => server.close(resolve))
  })
  return { mails, connections, relayServer, relay }
}

function failure(responseCode: number): Error {
  return Object.assign(new Error('It says no'), { responseCode })
}

function decoded(raw: string): string {
  const bytes = raw
    .replaceAll('\r\n', '\n')
    .replaceAll('=\n', '')
    .replace(/((?:=[0-9A-F]{2})+)/g, (run) =>
      Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'),
    )
  return bytes
}

function isFault(code: string) {
  return (error: unknown) => error instanceof Fault && error.code === code
}
